import type { EvaluationLog, Outcome } from '../../ports/records.ts';
import { type Db, guarded } from './database.ts';

interface Totals {
  total: number;
  violated: number;
  uncertain: number;
  decided: number;
  last: string | null;
}

/** One line per rule and analysis: an analysis counts as violated when any of the rule's verdicts is. */
export function sqliteEvaluations(db: Db): EvaluationLog {
  const insert = db.prepare(
    `INSERT OR REPLACE INTO evaluations (owner, rule_id, analysis_id, at, satisfied, violated, uncertain)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const totals = db.prepare<[string, string], Totals>(
    `SELECT count(*) AS total, coalesce(sum(violated > 0), 0) AS violated,
       coalesce(sum(violated = 0 AND uncertain > 0), 0) AS uncertain,
       coalesce(sum(violated > 0 OR uncertain = 0), 0) AS decided, max(at) AS last
     FROM evaluations WHERE rule_id = ? AND owner = ?`,
  );
  const append = db.transaction((owner: string, analysisId: string, at: string, outcomes: readonly Outcome[]) => {
    for (const [ruleId, counts] of countByRule(outcomes)) {
      insert.run(owner, ruleId, analysisId, at, counts.satisfied, counts.violated, counts.uncertain);
    }
  });
  return {
    async append(owner, analysisId, at, outcomes) {
      guarded(() => append.immediate(owner, analysisId, at, outcomes));
    },
    async statistics(owner, ruleId) {
      const row = guarded(() => totals.get(ruleId, owner));
      return {
        total_evaluations: row?.total ?? 0,
        violations: row?.violated ?? 0,
        uncertain: row?.uncertain ?? 0,
        violation_rate: row && row.decided > 0 ? row.violated / row.decided : null,
        last_executed: row?.last ?? null,
      };
    },
  };
}

function countByRule(outcomes: readonly Outcome[]) {
  const byRule = new Map<string, { satisfied: number; violated: number; uncertain: number }>();
  for (const { rule_id, verdict, count = 1 } of outcomes) {
    if (verdict === 'not_applicable') continue;
    const counts = byRule.get(rule_id) ?? { satisfied: 0, violated: 0, uncertain: 0 };
    counts[verdict] += count;
    byRule.set(rule_id, counts);
  }
  return byRule;
}
