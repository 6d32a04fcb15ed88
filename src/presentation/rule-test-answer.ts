import * as z from 'zod';
import { Adjustment, type Analysis, countFindings } from '../contract/analysis.ts';
import { Verdict, VerdictKind } from '../contract/verdict.ts';
import { whyNot } from './analysis-summary-text.ts';
import { moveLine, verdictLine } from './analysis-text.ts';
import type { ToolAnswer } from './answer.ts';

const MAX_VERDICTS = 60;
const MAX_LINES = 12;

export const RuleTestOutput = z.strictObject({
  rule_id: z.string().nullable().describe('null: the sentence was only tried'),
  canonical: z.string(),
  verdict: VerdictKind.describe('the worst of all pairs'),
  counts: z.strictObject({ satisfied: z.int(), violated: z.int(), uncertain: z.int(), not_applicable: z.int() }),
  verdicts: z.array(Verdict.omit({ rule_id: true, condition: true, margin: true })).describe('worst first'),
  violations: z.array(
    z.strictObject({
      objects: z.array(z.string()),
      measured_mm: z.number().nullable(),
      required_mm: z.number().nullable(),
      shortfall_mm: z.number().nullable(),
      uncertainty_mm: z.number().nullable(),
    }),
  ),
  adjustments: z.array(
    Adjustment.pick({ object_id: true, type: true, distance_mm: true, vector_px: true, reason: true, verified: true }),
  ),
  mm_per_pixel: z.number().nullable(),
  calibration_reason: z.string().nullable(),
  processing_time_ms: z.int(),
});

export const WORST_FIRST = ['violated', 'uncertain', 'satisfied', 'not_applicable'] as const;

export function ruleTestAnswer(
  ruleId: string | null,
  canonical: string,
  analysis: Analysis,
): ToolAnswer<z.infer<typeof RuleTestOutput>> {
  const counts = countFindings(analysis);
  const verdict = WORST_FIRST.find((kind) => counts[kind] > 0) ?? 'not_applicable';
  const sorted = analysis.rules
    .toSorted((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict))
    .slice(0, MAX_VERDICTS);
  const judged = counts.satisfied + counts.violated + counts.uncertain + counts.not_applicable;
  const unlisted = judged - Math.min(sorted.length, MAX_LINES);
  const violations = sorted.filter((v) => v.verdict === 'violated').map(violation);
  const moves = (analysis.positioning?.adjustments_needed ?? []).slice(0, MAX_VERDICTS);
  return {
    text: [
      `${verdict}: ${canonical}`,
      ...sorted.slice(0, MAX_LINES).map((v) => `- ${verdictLine(v)}`),
      ...(unlisted > 0 ? [`- and ${unlisted} more, none worse`] : []),
      ...moves.slice(0, MAX_LINES).map((move) => `- ${moveLine(move, analysis.units)}`),
      ...whyNot(analysis),
      'Nothing was stored.',
    ].join('\n'),
    structured: {
      rule_id: ruleId,
      canonical,
      verdict,
      counts,
      verdicts: sorted.map(({ rule_id: _, condition: __, margin: ___, ...rest }) => rest),
      violations,
      adjustments: moves.map(({ rule_ids: _, vector_mm: __, ...rest }) => rest),
      mm_per_pixel: analysis.calibration.mm_per_pixel,
      calibration_reason: analysis.calibration.reason,
      processing_time_ms: analysis.processing_time_ms,
    },
  };
}

export function violation({ objects, measured, required, uncertainty, margin, unit }: Verdict) {
  const mm = (value: number | null) => (unit === 'mm' ? value : null);
  const between = measured !== null && required !== null ? Math.abs(required - measured) : null;
  const shortfall = mm(margin === undefined || margin === null ? between : Math.max(0, -margin));
  return {
    objects,
    measured_mm: mm(measured),
    required_mm: mm(required),
    shortfall_mm: shortfall === null ? null : Math.round(shortfall * 10) / 10,
    uncertainty_mm: mm(uncertainty),
  };
}
