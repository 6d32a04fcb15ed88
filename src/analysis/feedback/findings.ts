import type { Rule } from '../../contract/rule.ts';
import type { Verdict } from '../../contract/verdict.ts';
import { shortfallRatio } from '../../placement/safety-score.ts';

/** A statement that does not surely hold, with the weight it has. */
export interface Finding {
  readonly verdict: Verdict;
  readonly priority: number;
}

/** Violated and uncertain verdicts: by priority, then violated before uncertain, then by what is missing. */
export function findings(rules: readonly Rule[], verdicts: readonly Verdict[]): Finding[] {
  const priorities = new Map(rules.map((r) => [r.rule_id, r.priority]));
  return verdicts
    .filter((v) => v.verdict === 'violated' || v.verdict === 'uncertain')
    .map((verdict) => ({ verdict, priority: priorities.get(verdict.rule_id) ?? 0 }))
    .sort(
      (a, b) =>
        b.priority - a.priority ||
        Number(a.verdict.verdict === 'uncertain') - Number(b.verdict.verdict === 'uncertain') ||
        severity(b) - severity(a),
    );
}

const severity = ({ verdict }: Finding) => (verdict.verdict === 'violated' ? shortfallRatio(verdict) : 0);
