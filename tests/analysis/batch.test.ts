import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { analyzeBatch, streamBatch } from '../../src/analysis/batch.ts';
import type { AnalysisDeps } from '../../src/analysis/deps.ts';
import type { Analysis } from '../../src/contract/analysis.ts';
import type { AnalyzeRequest } from '../../src/contract/analyze-request.ts';
import type { BatchItem } from '../../src/contract/batch.ts';
import type { CallContext } from '../../src/contract/call-context.ts';
import { AppError } from '../../src/errors.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { localCall } from '../support/caller.ts';

const context: CallContext = localCall;
const images = (...names: string[]) => names.map((image) => ({ image }));

/** Each image says how long it takes; `bad` fails. */
function rig() {
  const ended: string[] = [];
  const events: unknown[] = [];
  const analyze = async ({ signal }: CallContext, { image = '' }: AnalyzeRequest) => {
    await sleep(Number.parseInt(image, 10) || 0, undefined, { ...(signal && { signal }) }).catch(() => {
      ended.push(image);
      throw new AppError('ANALYSIS_006');
    });
    if (image.endsWith('bad')) throw new AppError('VALIDATION_005');
    return {
      ...{ analysis_id: `ana_${image}`, cached: image.endsWith('known'), detections: [], rules: [] },
    } as unknown as Analysis;
  };
  const parts = {
    timeoutMs: 60_000,
    metrics: new Metrics(),
    newId: () => 'batch_1',
    bus: { emit: async (event: unknown) => events.push(event) },
  };
  return { analyze, ended, events, parts: parts as unknown as AnalysisDeps };
}

it('hands on each image as soon as it is ready, and all of them in their order at the end', async () => {
  const { parts, analyze, events } = rig();
  const stream = streamBatch(parts, analyze, context, images('200', '0 known', '100 bad'));
  const seen: BatchItem[] = [];
  let next = await stream.next();
  for (; !next.done; next = await stream.next()) seen.push(next.value);
  expect(seen.map(({ index }) => index)).toEqual([1, 2, 0]);
  expect(next.value).toMatchObject({
    total_images: 3,
    successful: 2,
    failed: 1,
    results: [
      { index: 0, filename: '200', analysis: { analysis_id: 'ana_200' } },
      { index: 1, filename: '0 known', analysis: { analysis_id: 'ana_0 known' } },
    ],
    errors: [{ index: 2, filename: '100 bad', error: { code: 'VALIDATION_005' } }],
    cache_hit_rate: 0.5,
  });
  expect(events).toEqual([expect.objectContaining({ type: 'batch_completed', successful: 2, failed: 1 })]);
});

it('ends what is under way when nobody reads on', async () => {
  const { parts, analyze, ended, events } = rig();
  for await (const _ of streamBatch(parts, analyze, context, images('0', '60000', '60001'))) break;
  await expect.poll(() => ended.toSorted()).toEqual(['60000', '60001']);
  expect(events).toEqual([]);
});

it('is cancelled as a whole by its caller', async () => {
  const { parts, analyze } = rig();
  const end = new AbortController();
  const batch = analyzeBatch(parts, analyze, { ...context, signal: end.signal }, images('0', '60000'));
  end.abort();
  await expect(batch).rejects.toMatchObject({ code: 'ANALYSIS_006' });
});

it('takes one image at least and ten at most', async () => {
  const { parts, analyze } = rig();
  await expect(analyzeBatch(parts, analyze, context, [])).rejects.toMatchObject({ code: 'VALIDATION_001' });
  const eleven = Array.from({ length: 11 }, (_, i) => ({ image: `${i}` }));
  await expect(streamBatch(parts, analyze, context, eleven).next()).rejects.toMatchObject({ code: 'TOO_MANY_FILES' });
});

it('begins an image when its turn comes, so that none uses up its time in waiting, and counts what was done alone', async () => {
  const { parts, analyze } = rig();
  let [running, most] = [0, 0];
  const counted: typeof analyze = async (...given) => {
    running += 1;
    most = Math.max(most, running);
    return analyze(...given).finally(() => {
      running -= 1;
    });
  };
  const told: string[] = [];
  const progress = (_done: number, _total: number, message: string) => told.push(message);
  const names = Array.from({ length: 10 }, (_, n) => `${n}${n === 2 ? ' bad' : ''}`);
  const all = await analyzeBatch(parts, counted, { ...context, progress }, images(...names));
  expect([all.successful, all.failed, most]).toEqual([9, 1, 4]);
  expect(told.at(-1)).toMatch(/^10 of 10 images, 1 failed; image \d "\d": ana_\d, 0 mugs, 0 violated$/);
  expect(told.find((one) => one.includes('2 bad'))).toMatch(/images, 1 failed; image 2 "2 bad": VALIDATION_005$/);

  told.length = 0;
  const stop = new AbortController();
  const cancelled = analyzeBatch(
    parts,
    analyze,
    { ...context, signal: stop.signal, progress: (...given) => [progress(...given), stop.abort()] },
    images('1', '5000', '5000', '5000', '5000'),
  );
  await expect(cancelled).rejects.toMatchObject({ code: 'ANALYSIS_006' });
  expect(told).toEqual(['1 of 5 images; image 0 "1": ana_1, 0 mugs, 0 violated']);
});

/** Of `places` at once; who finds none is told to come back soon. */
function crowded(places: number, code: 'SYSTEM_002' | 'RATE_001', retryAfterS = 0.2) {
  const { analyze, ...rest } = rig();
  let [running, refused] = [0, 0];
  const admitted: typeof analyze = async (...given) => {
    if (running >= places) {
      refused += 1;
      throw new AppError(code, { retryAfterS });
    }
    running += 1;
    return analyze(...given).finally(() => {
      running -= 1;
    });
  };
  return { ...rest, analyze: admitted, refused: () => refused };
}

it.each(['SYSTEM_002', 'RATE_001'] as const)('waits for a place where there is none (%s)', async (code) => {
  const { parts, analyze, refused } = crowded(1, code);
  const all = await analyzeBatch(parts, analyze, context, images('50', '50', '50', '50'));
  expect([all.successful, all.failed]).toEqual([4, 0]);
  expect(refused()).toBeGreaterThan(0);
});

it('what finds no place in all its time says when to come back; who may wait no longer is told at once', async () => {
  const { parts, analyze } = crowded(0, 'SYSTEM_002', 7);
  const soon = { ...context, until: performance.now() + 2000 };
  const { errors } = await analyzeBatch(parts, analyze, soon, images('1', '2'));
  expect(errors.map(({ index, filename, error }) => [index, filename, error.code, error.retryAfterS])).toEqual([
    [0, '1', 'SYSTEM_002', 7],
    [1, '2', 'SYSTEM_002', 7],
  ]);
});

it('other refusals are not tried again', async () => {
  const { parts } = rig();
  let tried = 0;
  const analyze = async () => {
    tried += 1;
    throw new AppError('QUEUE_002', { retryAfterS: 1 });
  };
  const { errors } = await analyzeBatch(parts, analyze, context, images('1'));
  expect([tried, errors[0]?.error.code]).toEqual([1, 'QUEUE_002']);
});

it('answers with what it has when the time is over, and ends the rest', async () => {
  const { parts, analyze, ended } = rig();
  const names = ['0', '60000', '60001', '60002', '60003', '60004'];
  const told: string[] = [];
  const progress = (_done: number, _total: number, message: string) => told.push(message);
  const all = await analyzeBatch(
    parts,
    analyze,
    { ...context, progress, until: performance.now() + 200 },
    images(...names),
  );
  expect(all.results.map(({ filename }) => filename)).toEqual(['0']);
  expect(all.errors.map(({ filename, error }) => [filename, error.code])).toEqual(
    names.slice(1).map((name) => [name, 'ANALYSIS_003']),
  );
  expect(told).toHaveLength(6);
  await expect.poll(() => ended.toSorted()).toEqual(['60000', '60001', '60002', '60003']);
});
