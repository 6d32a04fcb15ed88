import type { EvaluationLog, Outcome } from '../../ports/records.ts';
import { toJson } from './json.ts';
import type { EvaluationRow } from './rows.ts';
import type { Store } from './store.ts';

export function evaluationLog(store: Store): EvaluationLog {
  return {
    async append(owner, analysisId, at, outcomes) {
      await store.call('appendEvaluations', owner, analysisId, at, toJson(countByRule(outcomes)));
    },
    async statistics(owner, ruleId) {
      const totals = await store.call('evaluationTotals', owner, ruleId);
      return {
        total_evaluations: totals?.total ?? 0,
        violations: totals?.violated ?? 0,
        uncertain: totals?.uncertain ?? 0,
        violation_rate: totals && totals.decided > 0 ? totals.violated / totals.decided : null,
        last_executed: totals?.last ?? null,
      };
    },
  };
}

function countByRule(outcomes: readonly Outcome[]): EvaluationRow[] {
  const byRule = new Map<string, { satisfied: number; violated: number; uncertain: number }>();
  for (const { rule_id, verdict, count = 1 } of outcomes) {
    if (verdict === 'not_applicable') continue;
    const counts = byRule.get(rule_id) ?? { satisfied: 0, violated: 0, uncertain: 0 };
    counts[verdict] += count;
    byRule.set(rule_id, counts);
  }
  return [...byRule].map(([ruleId, { satisfied, violated, uncertain }]) => [ruleId, satisfied, violated, uncertain]);
}
