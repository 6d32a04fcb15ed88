import { setTimeout as sleep } from 'node:timers/promises';
import type { Analysis } from '../contract/analysis.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { BatchItem, BatchResult } from '../contract/batch.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AppError, toAppError } from '../errors.ts';
import { oneLine } from '../plain-text.ts';
import type { AnalysisDeps } from './deps.ts';
import { retryMs } from './may-pass.ts';

export const MAX_IMAGES = 10;
/** The time that an image may take begins with its turn; so many keep the model busy. */
const AT_ONCE = 4;
/** Beside the time of one image: what is not done by then is answered as late, with all that is done. */
const MORE_MS = 30_000;

type Analyze = (context: CallContext, request: AnalyzeRequest) => Promise<Analysis>;

/**
 * Analyses several images, some side by side, and hands each on as it is ready; a bad one is reported and never spoils the others. What may
 * pass is tried again after 1, 2, 4 s, or when it was told; what the time did not suffice for is reported like a bad one.
 * Returns all of them in their order. Whoever stops reading ends those that are under way.
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
  const late = AbortSignal.timeout(context.withinMs ?? parts.timeoutMs + MORE_MS);
  const signal = AbortSignal.any([late, stop.signal, ...(context.signal ? [context.signal] : [])]);
  const { progress: _, ...each } = context;
  const filenames = requests.map(label);
  const one = async (request: AnalyzeRequest, index: number): Promise<BatchItem> => {
    const filename = filenames[index] ?? '';
    try {
      return { index, filename, analysis: await tried(() => analyze({ ...each, signal }, request), signal) };
    } catch (thrown) {
      const isLate = late.aborted && !context.signal?.aborted;
      return { index, filename, error: isLate ? tooLate() : toAppError(thrown) };
    }
  };
  const waiting = [...requests.entries()];
  const running = new Map<number, Promise<BatchItem>>();
  const begin = () => {
    const [index, request] = waiting.shift() ?? [];
    if (index !== undefined && request !== undefined) running.set(index, one(request, index));
  };
  for (let n = 0; n < AT_ONCE; n += 1) begin();
  const items: BatchItem[] = [];
  try {
    while (running.size > 0) {
      const item = await Promise.race(running.values());
      running.delete(item.index);
      if (context.signal?.aborted) continue;
      begin();
      items.push(item);
      const failed = items.filter((given) => 'error' in given).length;
      const said = `${items.length} of ${requests.length} images${failed === 0 ? '' : `, ${failed} failed`}`;
      context.progress?.(items.length, requests.length, `${said}; image ${item.index}: ${outcomeOf(item)}`);
      yield item;
    }
  } finally {
    stop.abort();
  }
  if (context.signal?.aborted) throw new AppError('ANALYSIS_006');

  const ordered = items.toSorted((a, b) => a.index - b.index);
  const results = ordered.flatMap((item) => ('analysis' in item ? [item.analysis] : []));
  const errors = ordered.flatMap((item) => ('error' in item ? [item] : []));
  const total = performance.now() - started;
  const batch: BatchResult = {
    batch_id: parts.newId('batch'),
    total_images: requests.length,
    successful: results.length,
    failed: errors.length,
    filenames,
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

/** Again and again as long as that may help. */
async function tried<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await work();
    } catch (thrown) {
      const ms = signal.aborted ? null : retryMs(toAppError(thrown), retry);
      if (ms === null) throw thrown;
      await sleep(ms, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw thrown;
    }
  }
}

const outcomeOf = (item: BatchItem): string => ('error' in item ? item.error.code : item.analysis.analysis_id);

const tooLate = () =>
  new AppError('ANALYSIS_003', {
    message: 'The time of the whole batch was over before this image was done.',
    advice: 'Send the images without an answer again, fewer at once.',
  });

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
function label(request: AnalyzeRequest | undefined): string {
  const source = oneLine(request?.image ?? '');
  return source.length > 300 || source.startsWith('data:') ? `${source.slice(0, 24)}…` : source;
}
