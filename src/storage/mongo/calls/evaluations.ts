import { AppError } from '../../../errors.ts';
import type { EvaluationRow } from '../../records/rows.ts';
import type { Collections } from '../collections.ts';
import { type Evaluations, INDEX } from '../schema.ts';
import type { MongoCalls } from './mongo-calls.ts';

/** How one rule came out of one analysis: the worst verdict counts. */
const WAYS = ['violated', 'uncertain', 'satisfied'] as const;
type Way = (typeof WAYS)[number];

const wayOf = ([, , violated, uncertain]: EvaluationRow): Way =>
  violated > 0 ? 'violated' : uncertain > 0 ? 'uncertain' : 'satisfied';

const outcomeOf = (way: Way, ruleId: string) => `${way} ${ruleId}`;
const ruleOf = (outcome: string) => outcome.slice(outcome.indexOf(' ') + 1);

/** Somebody else may tell of the same analysis at the same time. */
const TRIES = 5;

export function evaluationCalls({ analyses }: Collections) {
  async function totalOf(owner: string, outcome: string) {
    const those = { 'evaluations.owner': { $eq: owner }, 'evaluations.outcomes': { $eq: outcome } };
    const [count, newest] = await Promise.all([
      analyses.countDocuments(those, { hint: INDEX.outcomes }),
      analyses
        .find(those, { projection: { 'evaluations.at': 1 }, hint: INDEX.outcomes })
        .sort({ 'evaluations.at': -1 })
        .limit(1)
        .next(),
    ]);
    return { count, last: newest?.evaluations?.at ?? null };
  }

  return {
    /** Part of the analysis itself: where that is gone, nothing is told of it. */
    async appendEvaluations(owner, analysisId, at, text) {
      const rows = JSON.parse(text) as EvaluationRow[];
      if (rows.length === 0) return;
      const told = rows.map((row) => outcomeOf(wayOf(row), row[0]));
      const rules = new Set(rows.map(([ruleId]) => ruleId));
      let known: Evaluations | undefined;
      for (let n = 0; n < TRIES; n += 1) {
        const kept = known?.outcomes.filter((outcome) => !rules.has(ruleOf(outcome))) ?? [];
        const evaluations: Evaluations = { owner, at, outcomes: [...kept, ...told] };
        const as = known === undefined ? { $exists: false } : { $eq: known };
        const { matchedCount } = await analyses.updateOne(
          { _id: { $eq: analysisId }, evaluations: as },
          { $set: { evaluations } },
        );
        if (matchedCount > 0) return;
        const found = await analyses.findOne({ _id: { $eq: analysisId } }, { projection: { evaluations: 1 } });
        if (found === null) return;
        known = found.evaluations;
      }
      throw new AppError('DB_001', { message: 'Too many write the same record at once.' });
    },
    /** The worst verdict of each rule is all that is kept of it. */
    async evaluationsOf(analysisId) {
      const found = await analyses.findOne({ _id: { $eq: analysisId } }, { projection: { evaluations: 1 } });
      if (!found?.evaluations) return null;
      const { owner, at, outcomes } = found.evaluations;
      const rows = outcomes.map((outcome): EvaluationRow => {
        const is = (way: Way) => (outcome.startsWith(`${way} `) ? 1 : 0);
        return [ruleOf(outcome), is('satisfied'), is('violated'), is('uncertain')];
      });
      return { owner, at, rows };
    },
    async evaluationTotals(owner, ruleId) {
      const [violated, uncertain, satisfied] = await Promise.all([
        totalOf(owner, outcomeOf('violated', ruleId)),
        totalOf(owner, outcomeOf('uncertain', ruleId)),
        totalOf(owner, outcomeOf('satisfied', ruleId)),
      ]);
      const times = [violated, uncertain, satisfied].flatMap(({ last }) => (last === null ? [] : [last]));
      return {
        total: violated.count + uncertain.count + satisfied.count,
        violated: violated.count,
        uncertain: uncertain.count,
        decided: violated.count + satisfied.count,
        last: times.toSorted().at(-1) ?? null,
      };
    },
  } satisfies Partial<MongoCalls>;
}
