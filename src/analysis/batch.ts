import { type Analysis, countFindings } from '../contract/analysis.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { BatchItem, BatchResult } from '../contract/batch.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AppError, isRefusal, toAppError } from '../errors.ts';
import { oneLine, quotedText } from '../plain-text.ts';
import type { AnalysisDeps } from './deps.ts';
import { countRefused } from './for-caller.ts';
import { whenThereIsPlace } from './place-in-queue.ts';

export const MAX_IMAGES = 10;
/** The time that an image may take begins with its turn; so many keep the model busy. */
const AT_ONCE = 4;

type Analyze = (context: CallContext, request: AnalyzeRequest) => Promise<Analysis>;

/**
 * Analyses several images, some side by side, and hands each on as it is ready; a bad one is reported and never spoils the others,
 * and one for which there is no place waits for it. Returns all of them in their order; when the time is over, those that are not
 * done as errors. Whoever stops reading ends those that are under way.
 */
export async function* streamBatch(
  parts: AnalysisDeps,
  analyze: Analyze,
  context: CallContext,
  requests: readonly AnalyzeRequest[],
): AsyncGenerator<BatchItem, BatchResult> {
  if (requests.length === 0)
    throw new AppError('VALIDATION_001', { message: 'No image was given.', details: { field: 'images' } });
  if (requests.length > MAX_IMAGES) {
    throw new AppError('TOO_MANY_FILES', { details: { given: requests.length, limit: MAX_IMAGES } });
  }
  const started = performance.now();
  const stop = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, stop.signal]) : stop.signal;
  const { progress: _, until = started + timeOf(requests.length, parts.timeoutMs), ...each } = context;
  const isOver = Promise.withResolvers<'over'>();
  const clock = setTimeout(() => isOver.resolve('over'), Math.max(0, until - started)).unref();
  const one = (request: AnalyzeRequest, index: number): Promise<BatchItem> =>
    whenThereIsPlace(() => analyze({ ...each, signal, asksAgain: true }, request), until, signal).then(
      (analysis) => ({ index, filename: label(request), analysis }),
      (thrown: unknown) => {
        const error = toAppError(thrown);
        if (isRefusal(error)) countRefused(parts.metrics, context.priority ?? 'normal');
        return { index, filename: label(request), error };
      },
    );
  const waiting = [...requests.entries()];
  const running = new Map<number, Promise<BatchItem>>();
  const begin = () => {
    const [index, request] = waiting.shift() ?? [];
    if (index !== undefined && request !== undefined) running.set(index, one(request, index));
  };
  for (let n = 0; n < AT_ONCE; n += 1) begin();
  const items: BatchItem[] = [];
  const take = (item: BatchItem): BatchItem => {
    items.push(item);
    context.progress?.(items.length, requests.length, said(items, item, requests.length));
    return item;
  };
  try {
    while (running.size > 0) {
      const item = await Promise.race([...running.values(), isOver.promise]);
      if (item === 'over') break;
      running.delete(item.index);
      if (context.signal?.aborted) continue;
      begin();
      yield take(item);
    }
    stop.abort();
    const left = [...running.keys(), ...waiting.map(([index]) => index)];
    for (const index of context.signal?.aborted ? [] : left) {
      yield take({ index, filename: label(requests[index]), error: outOfTime() });
    }
  } finally {
    clearTimeout(clock);
    stop.abort();
  }
  if (context.signal?.aborted) throw new AppError('ANALYSIS_006');

  const ordered = items.toSorted((a, b) => a.index - b.index);
  const results = ordered.flatMap((item) => ('analysis' in item ? [item] : []));
  const errors = ordered.flatMap((item) => ('error' in item ? [item] : []));
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
    cache_hit_rate: results.length > 0 ? results.filter((r) => r.analysis.cached).length / results.length : null,
  };
  const { batch_id, successful, failed } = batch;
  await parts.bus.emit({ type: 'batch_completed', owner: context.principal.id, batch_id, successful, failed });
  return batch;
}

/** What its images may take, one round of them after the other, ms. */
const timeOf = (images: number, timeoutMs: number) => Math.ceil(images / AT_ONCE) * timeoutMs;

const outOfTime = () =>
  new AppError('ANALYSIS_003', {
    message: 'The time of the batch was over before this image was done.',
    advice: 'Send this image again, with fewer beside it.',
  });

/** How many are ready, and what came of the last one. */
function said(items: readonly BatchItem[], last: BatchItem, total: number): string {
  const failed = items.filter((given) => 'error' in given).length;
  const outcome =
    'error' in last
      ? last.error.code
      : `${last.analysis.analysis_id}, ${last.analysis.detections.length} mugs, ${countFindings(last.analysis).violated} violated`;
  const many = `${items.length} of ${total} images${failed === 0 ? '' : `, ${failed} failed`}`;
  return `${many}; image ${last.index} ${quotedText(last.filename, 60)}: ${outcome}`;
}

/** All of them at once. */
export async function analyzeBatch(
  parts: AnalysisDeps,
  analyze: Analyze,
  context: CallContext,
  requests: readonly AnalyzeRequest[],
): Promise<BatchResult> {
  const stream = streamBatch(parts, analyze, context, requests);
  while (true) {
    const { done, value } = await stream.next();
    if (done) return value;
  }
}

/** What the caller called the image; data URLs and base64 would only repeat the image. */
export function label(request: AnalyzeRequest | undefined): string {
  const source = oneLine(request?.image ?? '');
  return source.length > 300 || source.startsWith('data:') ? `${source.slice(0, 24)}…` : source;
}
