import type { Verdict } from './verdict.ts';

/**
 * What an answer must show: every verdict that is violated or uncertain, and of the others the tightest one for each
 * condition of each rule. Order is kept.
 */
export function condense(verdicts: readonly Verdict[]): Verdict[] {
  const tightest = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    if (shown(verdict)) continue;
    const key = `${verdict.rule_id} ${verdict.condition}`;
    const best = tightest.get(key);
    if (best === undefined || tightness(verdict) < tightness(best)) tightest.set(key, verdict);
  }
  const kept = new Set(tightest.values());
  return verdicts.filter((verdict) => shown(verdict) || kept.has(verdict));
}

const shown = (v: Verdict) => v.verdict === 'violated' || v.verdict === 'uncertain';

/** Satisfied before not applicable; then by what is left after the error. */
function tightness(v: Verdict): number {
  if (v.verdict === 'not_applicable') return Number.POSITIVE_INFINITY;
  return (v.margin ?? 1e9) - (v.uncertainty ?? 0);
}
