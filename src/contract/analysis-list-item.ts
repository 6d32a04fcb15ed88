import * as z from 'zod';
import { Analysis, countFindings } from './analysis.ts';

/** What lists of analyses show of each: a few hundred bytes of the tens of kilobytes that an analysis may have. */
export const AnalysisListItem = z.strictObject({
  analysis_id: z.string(),
  timestamp: Analysis.shape.timestamp,
  image: Analysis.shape.image.pick({ width: true, height: true }),
  model: z.string().nullable().describe('name; null: the caller gave the detections'),
  mugs: z.int(),
  objects: z.int().describe('everything found, mugs included'),
  findings: z.strictObject({ violated: z.int(), uncertain: z.int(), satisfied: z.int(), not_applicable: z.int() }),
  calibration_id: z.string().optional().describe('the stored calibration that measured it: its camera'),
});
export type AnalysisListItem = z.infer<typeof AnalysisListItem>;

export function listItem(analysis: Analysis): AnalysisListItem {
  const { calibration_id } = analysis.calibration;
  const { violated, uncertain, satisfied, not_applicable } = countFindings(analysis);
  return {
    analysis_id: analysis.analysis_id,
    timestamp: analysis.timestamp,
    image: { width: analysis.image.width, height: analysis.image.height },
    model: analysis.model?.name ?? null,
    mugs: analysis.detections.length,
    objects: analysis.objects.length,
    findings: { violated, uncertain, satisfied, not_applicable },
    ...(calibration_id !== undefined && { calibration_id }),
  };
}
