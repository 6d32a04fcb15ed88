import type { Analysis } from '../contract/analysis.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { BatchResult } from '../contract/batch.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AppError, toAppError } from '../errors.ts';
import { oneLine } from '../plain-text.ts';
import type { AnalysisDeps } from './deps.ts';

export const MAX_IMAGES = 10;

/** Analyses several images side by side; a bad one is reported and never spoils the others. */
export async function analyzeBatch(
  parts: AnalysisDeps,
  analyze: (context: CallContext, request: AnalyzeRequest) => Promise<Analysis>,
  context: CallContext,
  requests: readonly AnalyzeRequest[],
): Promise<BatchResult> {
  if (requests.length === 0)
    throw new AppError('VALIDATION_001', { message: 'No image was given.', details: { field: 'images' } });
  if (requests.length > MAX_IMAGES) {
    throw new AppError('TOO_MANY_FILES', { details: { given: requests.length, limit: MAX_IMAGES } });
  }
  const started = performance.now();
  let done = 0;
  const outcomes = await Promise.all(
    requests.map(async (request) => {
      const { progress: _, ...each } = context;
      const outcome = await analyze(each, request).then(
        (analysis) => ({ analysis, error: null }),
        (thrown: unknown) => ({ analysis: null, error: toAppError(thrown) }),
      );
      done += 1;
      context.progress?.(done, requests.length, `${done} of ${requests.length} images`);
      return outcome;
    }),
  );
  if (context.signal?.aborted) throw new AppError('ANALYSIS_006');

  const results = outcomes.flatMap((o) => (o.analysis ? [o.analysis] : []));
  const errors = outcomes.flatMap((o, index) =>
    o.error ? [{ index, filename: label(requests[index]), error: o.error }] : [],
  );
  const total = performance.now() - started;
  const batch: BatchResult = {
    batch_id: parts.newId('batch'),
    total_images: requests.length,
    successful: results.length,
    failed: errors.length,
    results,
    errors,
    total_processing_time_ms: Math.round(total),
    average_time_per_image_ms: results.length > 0 ? Math.round(total / results.length) : null,
    cache_hit_rate: results.length > 0 ? results.filter((r) => r.cached).length / results.length : null,
  };
  const { batch_id, successful, failed } = batch;
  await parts.bus.emit({ type: 'batch_completed', owner: context.principal.id, batch_id, successful, failed });
  return batch;
}

/** What the caller called the image; data URLs and base64 would only repeat the image. */
function label(request: AnalyzeRequest | undefined): string {
  const source = oneLine(request?.image ?? '');
  return source.length > 300 || source.startsWith('data:') ? `${source.slice(0, 24)}…` : source;
}
