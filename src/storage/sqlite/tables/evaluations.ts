import type { AnalysisEvaluations, EvaluationRow, EvaluationTotals } from '../../records/rows.ts';
import { asOneWrite, type Db } from '../database.ts';

/** One line per rule and analysis: an analysis counts as violated when any of the rule's verdicts is. */
export function evaluationTable(db: Db) {
  // Not of an analysis that was deleted in between.
  const insert = db.prepare(
    `INSERT OR REPLACE INTO evaluations (owner, rule_id, analysis_id, at, satisfied, violated, uncertain)
     SELECT ?, ?, id, ?, ?, ?, ? FROM analyses WHERE id = ?`,
  );
  const totals = db.prepare<[string, string], EvaluationTotals>(
    `SELECT count(*) AS total, coalesce(sum(violated > 0), 0) AS violated,
       coalesce(sum(violated = 0 AND uncertain > 0), 0) AS uncertain,
       coalesce(sum(violated > 0 OR uncertain = 0), 0) AS decided, max(at) AS last
     FROM evaluations WHERE rule_id = ? AND owner = ?`,
  );
  const of = db.prepare<
    [string],
    { owner: string; at: string; rule_id: string; satisfied: number; violated: number; uncertain: number }
  >(
    'SELECT owner, at, rule_id, satisfied, violated, uncertain FROM evaluations WHERE analysis_id = ? ORDER BY at DESC',
  );
  const append = asOneWrite(db, (owner: string, analysisId: string, at: string, rows: readonly EvaluationRow[]) => {
    for (const [ruleId, ...counts] of rows) insert.run(owner, ruleId, at, ...counts, analysisId);
  });
  return {
    reads: {
      evaluationsOf(analysisId: string): AnalysisEvaluations | null {
        const found = of.all(analysisId);
        const [first] = found;
        return first === undefined
          ? null
          : {
              owner: first.owner,
              at: first.at,
              rows: found.map(
                ({ rule_id, satisfied, violated, uncertain }): EvaluationRow => [
                  rule_id,
                  satisfied,
                  violated,
                  uncertain,
                ],
              ),
            };
      },
      evaluationTotals: (owner: string, ruleId: string): EvaluationTotals | null => totals.get(ruleId, owner) ?? null,
    },
    writes: {
      /** `rows` is the JSON of a list of `EvaluationRow`. */
      appendEvaluations(owner: string, analysisId: string, at: string, rows: string): void {
        append(owner, analysisId, at, JSON.parse(rows) as EvaluationRow[]);
      },
    },
  };
}
