import type { Analysis } from '../contract/analysis.ts';
import type { Rule } from '../contract/rule.ts';
import type { VerdictKind } from '../contract/verdict.ts';
import type { NewEvent, RuleOutcome } from '../ports/bus.ts';
import type { AnalysisDeps } from './deps.ts';

const WORST_FIRST: readonly VerdictKind[] = ['violated', 'uncertain', 'satisfied', 'not_applicable'];

/** Of each rule its worst finding. */
export function ruleOutcomes(analysis: Pick<Analysis, 'rules'>, rules: readonly Rule[]): RuleOutcome[] {
  const byRule = Map.groupBy(analysis.rules, ({ rule_id }) => rule_id);
  return rules.flatMap(({ rule_id, name, priority }) => {
    const findings = byRule.get(rule_id) ?? [];
    const verdict = WORST_FIRST.find((kind) => findings.some((one) => one.verdict === kind));
    if (verdict === undefined) return [];
    const { reason = '' } = findings.find((one) => one.verdict === verdict) ?? {};
    return [{ rule_id, name, priority, verdict, reason }];
  });
}

/** Tells of a stored analysis. What cannot be made sure to leave, its answer says. */
export async function announce(
  { bus }: Pick<AnalysisDeps, 'bus'>,
  analysis: Analysis,
  about: {
    readonly whose: Pick<NewEvent, 'owner' | 'delegation'>;
    readonly rules: readonly Rule[];
    readonly calibrationId: string | null;
  },
): Promise<void> {
  const { whose } = about;
  const { analysis_id } = analysis;
  const outcomes = ruleOutcomes(analysis, about.rules);
  const events: NewEvent[] = [
    { type: 'positioning_analyzed', analysis, outcomes, calibration_id: about.calibrationId, ...whose },
  ];
  const count = analysis.detections.length;
  if (count > 0) events.push({ type: 'mug_detected', analysis_id, count, ...whose });
  for (const outcome of outcomes) {
    if (outcome.verdict === 'violated') events.push({ type: 'rule_triggered', analysis_id, ...outcome, ...whose });
  }
  const failures = await Promise.all(events.map((event) => bus.emit(event)));
  const failure = failures.find((one) => one !== null);
  if (failure) analysis.warnings.push(`Stored, but the messages about it may not leave (${failure.code}).`);
}
