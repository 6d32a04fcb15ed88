import { type Analysis, countFindings } from '../contract/analysis.ts';
import { type AnalysisAnswer, analysisSummary, type Detail } from './analysis-summary.ts';
import { analysisText } from './analysis-text.ts';
import type { ToolAnswer } from './answer.ts';

/** Clients cut at 25,000 tokens; JSON of numbers needs up to one token for 2.5 characters. */
const MAX_JSON = 45_000;

export function analysisAnswer(
  analysis: Analysis,
  detail: Detail,
  hints: readonly string[] = [],
): ToolAnswer<AnalysisAnswer> {
  if (detail === 'summary') return analysisSummary(analysis, hints);
  return {
    text: analysisText(analysis, hints),
    structured: { analysis_id: analysis.analysis_id, analysis: condensed(analysis) },
  };
}

/**
 * The whole analysis with nothing in it twice: mugs are in `detections`, everything else in `objects`; moves in
 * `adjustments_needed`; what does not apply is counted only. Where it is still too long, the tail goes: `omitted` says
 * how much, and the resource analysis://{id} has all that is listed. Verdicts that are only counted are omitted, too.
 */
export function condensed(analysis: Analysis): Record<string, unknown> {
  const others = analysis.objects.filter((o) => o.class !== 'mug');
  const order = ['violated', 'uncertain', 'satisfied'] as const;
  const rules = order.flatMap((kind) => analysis.rules.filter((v) => v.verdict === kind));
  const { positioning, feedback } = analysis;
  const counts = countFindings(analysis);
  const judged = counts.violated + counts.uncertain + counts.satisfied;
  for (let keep = Number.POSITIVE_INFINITY; ; keep = keep === Number.POSITIVE_INFINITY ? 80 : Math.floor(keep / 2)) {
    const cut = <T>(list: readonly T[]) => list.slice(0, keep);
    const omitted = {
      objects: Math.max(0, analysis.detections.length - keep) + Math.max(0, others.length - keep),
      verdicts: judged - Math.min(rules.length, keep),
    };
    const shorter = {
      ...analysis,
      detections: cut(analysis.detections),
      objects: cut(others),
      rules: cut(rules),
      positioning: positioning && {
        ...positioning,
        adjustments_needed: cut(positioning.adjustments_needed),
        mugs: cut(positioning.mugs).map(({ id, optimal_position }) => ({ id, optimal_position })),
      },
      feedback: feedback && { ...feedback, recommendations: cut(feedback.recommendations) },
      warnings: cut(analysis.warnings),
      ...(omitted.objects + omitted.verdicts > 0 && { omitted }),
    };
    if (keep <= 1 || JSON.stringify(shorter).length <= MAX_JSON) return shorter;
  }
}
