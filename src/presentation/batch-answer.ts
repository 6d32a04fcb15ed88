import * as z from 'zod';
import { Adjustment, Analysis, countFindings } from '../contract/analysis.ts';
import { listItem } from '../contract/analysis-list-item.ts';
import type { BatchAnalysis, BatchError, BatchItem, BatchResult } from '../contract/batch.ts';
import { quotedText } from '../plain-text.ts';
import { analysisHeadline } from './analysis-text.ts';
import type { ToolAnswer } from './answer.ts';

const MAX_MOVES = 10;

const BatchOutputImage = z.strictObject({
  index: z.int(),
  filename: z.string(),
  analysis_id: z.string(),
  mugs: z.int(),
  objects: z.int(),
  mm_per_pixel: z.number().nullable(),
  verdicts: z.strictObject({
    satisfied: z.int(),
    violated: z.int(),
    uncertain: z.int(),
    not_applicable: z.int(),
  }),
  moves: z.array(Adjustment.pick({ object_id: true, type: true, distance_mm: true, verified: true })),
  safety_score: z.number().nullable(),
  summary: z.string().nullable(),
  stored: Analysis.shape.stored,
  cached: z.boolean(),
});

const BatchOutputError = z.strictObject({
  index: z.int(),
  filename: z.string(),
  code: z.string(),
  message: z.string(),
  advice: z.string(),
  retry_after_s: z.number().optional(),
});

export const BatchOutput = z.strictObject({
  batch_id: z.string(),
  total_images: z.int(),
  successful: z.int(),
  failed: z.int(),
  results: z.array(BatchOutputImage),
  errors: z.array(BatchOutputError),
  total_processing_time_ms: z.int(),
  average_time_per_image_ms: z.number().nullable(),
  cache_hit_rate: z.number().nullable(),
});

export function batchAnswer(batch: BatchResult, stored: boolean): ToolAnswer<z.infer<typeof BatchOutput>> {
  const results = batch.results.map(imageOf);
  const errors = batch.errors.map(errorOf);
  const lines = [
    ...batch.results.map((one) => {
      const unstored = one.analysis.stored === false ? ' · not stored' : '';
      const found = `${one.analysis.analysis_id} · ${analysisHeadline(listItem(one.analysis))}${unstored}`;
      return { index: one.index, line: `- ${named(one)}: ${found}` };
    }),
    ...errors.map((one) => ({ index: one.index, line: `- ${named(one)}: ${one.code} · ${one.message}${again(one)}` })),
  ].toSorted((a, b) => a.index - b.index);
  const next =
    stored && batch.results.some(({ analysis }) => analysis.stored !== false)
      ? 'Next:\n- get_analysis {"analysis_id":"ana_…"} has all of one image'
      : '';
  return {
    text: [
      `**${batch.batch_id}** · ${batch.successful} of ${batch.total_images} images analysed`,
      lines.map(({ line }) => line).join('\n'),
      next,
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
    structured: {
      batch_id: batch.batch_id,
      total_images: batch.total_images,
      successful: batch.successful,
      failed: batch.failed,
      results,
      errors,
      total_processing_time_ms: batch.total_processing_time_ms,
      average_time_per_image_ms: batch.average_time_per_image_ms,
      cache_hit_rate: batch.cache_hit_rate,
    },
  };
}

/** One image of a batch as soon as it is ready, as it stands in the answer of the whole. */
export const batchItemAnswer = (item: BatchItem): { readonly result: unknown } | { readonly error: unknown } =>
  'error' in item ? { error: errorOf(item) } : { result: imageOf(item) };

const named = ({ index, filename }: Pick<BatchItem, 'index' | 'filename'>) =>
  `image ${index} ${quotedText(filename, 80)}`;

const again = ({ retry_after_s }: z.infer<typeof BatchOutputError>) =>
  retry_after_s === undefined ? '' : ` Send it again in ${retry_after_s} s.`;

const imageOf = ({ index, filename, analysis }: BatchAnalysis): z.infer<typeof BatchOutputImage> => ({
  index,
  filename,
  analysis_id: analysis.analysis_id,
  mugs: analysis.detections.length,
  objects: analysis.objects.length,
  mm_per_pixel: analysis.calibration.mm_per_pixel,
  verdicts: countFindings(analysis),
  moves: (analysis.positioning?.adjustments_needed ?? [])
    .slice(0, MAX_MOVES)
    .map(({ object_id, type, distance_mm, verified }) => ({ object_id, type, distance_mm, verified })),
  safety_score: analysis.positioning?.safety_score ?? null,
  summary: analysis.feedback?.summary ?? null,
  ...(analysis.stored === false && { stored: false as const }),
  cached: analysis.cached,
});

const errorOf = ({ index, filename, error }: BatchError): z.infer<typeof BatchOutputError> => ({
  index,
  filename,
  code: error.code,
  message: error.message,
  advice: error.advice,
  ...(error.retryAfterS !== undefined && { retry_after_s: error.retryAfterS }),
});
