import * as z from 'zod';
import { type Analysis, countFindings } from '../contract/analysis.ts';
import { Verdict, VerdictKind } from '../contract/verdict.ts';
import { RuleTestOutput, violation, WORST_FIRST } from './rule-test-answer.ts';

const One = z.strictObject({
  rule_id: z.string(),
  canonical: z.string(),
  verdict: VerdictKind.describe('the worst of all pairs'),
  verdicts: z
    .array(Verdict.omit({ rule_id: true, margin: true }))
    .describe('worst first; of many the 50 worst of each condition'),
  violations: RuleTestOutput.shape.violations,
});

export const RuleEvaluationOutput = z.strictObject({
  rules: z.array(One),
  findings: RuleTestOutput.shape.counts.omit({ not_applicable: true }).describe('of all rules, listed or not'),
  adjustments: RuleTestOutput.shape.adjustments,
  mm_per_pixel: z.number().nullable(),
  calibration_reason: z.string().nullable(),
  warnings: z.array(z.string()),
  processing_time_ms: z.int(),
});

interface Named {
  readonly rule_id: string;
  readonly canonical: string;
}

/** What an analysis says of each of these rules, in their order. */
export function ruleEvaluationAnswer(
  named: readonly Named[],
  analysis: Analysis,
  warnings: readonly string[] = [],
): z.infer<typeof RuleEvaluationOutput> {
  const byRule = Map.groupBy(analysis.rules, ({ rule_id }) => rule_id);
  const { violated, uncertain, satisfied } = countFindings(analysis);
  return {
    rules: named.map(({ rule_id, canonical }) => {
      const found = (byRule.get(rule_id) ?? []).toSorted(
        (a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict),
      );
      return {
        rule_id,
        canonical,
        verdict: found[0]?.verdict ?? 'not_applicable',
        verdicts: found.map(({ rule_id: _, margin: __, ...rest }) => rest),
        violations: found.filter(({ verdict }) => verdict === 'violated').map(violation),
      };
    }),
    findings: { violated, uncertain, satisfied },
    adjustments: (analysis.positioning?.adjustments_needed ?? []).map(
      ({ rule_ids: _, vector_mm: __, ...rest }) => rest,
    ),
    mm_per_pixel: analysis.calibration.mm_per_pixel,
    calibration_reason: analysis.calibration.reason,
    warnings: [...warnings, ...analysis.warnings],
    processing_time_ms: analysis.processing_time_ms,
  };
}
