import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { analyzeBatch, streamBatch } from '../../src/analysis/batch.ts';
import type { AnalysisDeps } from '../../src/analysis/deps.ts';
import type { Analysis } from '../../src/contract/analysis.ts';
import type { AnalyzeRequest } from '../../src/contract/analyze-request.ts';
import type { BatchItem } from '../../src/contract/batch.ts';
import type { CallContext } from '../../src/contract/call-context.ts';
import { AppError } from '../../src/errors.ts';
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
    return { analysis_id: `ana_${image}`, cached: image.endsWith('known') } as Analysis;
  };
  const parts = {
    timeoutMs: 30_000,
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
    results: [{ analysis_id: 'ana_200' }, { analysis_id: 'ana_0 known' }],
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
  expect(told.at(-1)).toMatch(/^10 of 10 images, 1 failed; image \d: \S+$/);

  told.length = 0;
  const stop = new AbortController();
  const cancelled = analyzeBatch(
    parts,
    analyze,
    { ...context, signal: stop.signal, progress: (...given) => [progress(...given), stop.abort()] },
    images('1', '5000', '5000', '5000', '5000'),
  );
  await expect(cancelled).rejects.toMatchObject({ code: 'ANALYSIS_006' });
  expect(told).toEqual(['1 of 5 images; image 0: ana_1']);
});
