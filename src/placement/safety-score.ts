import type { Rule } from '../contract/rule.ts';
import type { VerdictNumbers } from '../contract/verdict.ts';

/**
 * Product over the violated verdicts of (1 - priority/10 * shortfall/required), 0..1, rounded to 0.01.
 *
 * Null when nothing was decided: there is no verdict that applies, or none is violated but some are uncertain: 1 would
 * say that all is well. Beside violated ones uncertain verdicts do not count. Verdicts of rules that are not given are
 * ignored.
 */
export function safetyScore(verdicts: readonly VerdictNumbers[], rules: readonly Rule[]): number | null {
  const priorities = new Map(rules.map((rule) => [rule.rule_id, rule.priority]));
  let score = 1;
  let satisfied = false;
  let violated = false;
  let uncertain = false;
  for (const verdict of verdicts) {
    const priority = priorities.get(verdict.rule_id);
    if (priority === undefined) continue;
    satisfied ||= verdict.verdict === 'satisfied';
    uncertain ||= verdict.verdict === 'uncertain';
    if (verdict.verdict !== 'violated') continue;
    violated = true;
    score *= 1 - (priority / 10) * shortfallRatio(verdict);
  }
  return violated || (satisfied && !uncertain) ? Math.round(Math.min(1, Math.max(0, score)) * 100) / 100 : null;
}

/**
 * How much of what is required is missing, 0..1: |required - measured| / required, also for maxima and counts. 1 where
 * the statement has no length or count above 0 to compare with (on, not_on, left_of, …): then it is broken as a whole.
 */
export function shortfallRatio(verdict: VerdictNumbers): number {
  const { measured, required } = verdict;
  if (measured === null || required === null || !(required > 0)) return 1;
  const ratio = Math.abs(required - measured) / required;
  return Number.isFinite(ratio) ? Math.min(1, ratio) : 1;
}
