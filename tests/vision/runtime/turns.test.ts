import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import { oneAtATime, releaseTurn } from '../../../src/vision/runtime/turns.ts';
import { graphics } from '../../../src/vision/runtime/worker-pool.ts';
import { sleep, startDetector } from '../support/started.ts';

const shared = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));

afterEach(() => {
  graphics[0] = 0;
});

it('lets one thread at a time work', async () => {
  const [holder, seen] = [shared(1), shared(3)];
  const file = new URL('../support/turn-worker.ts', import.meta.url);
  const ends = Array.from({ length: 3 }, () => once(new Worker(file, { workerData: { holder, seen } }), 'exit'));
  expect(await Promise.all(ends)).toEqual([[0], [0], [0]]);
  expect([...seen]).toEqual([0, 0, 60]);
  expect(holder[0]).toBe(0);
});

it('is taken again by its own thread, and ends with the work that fails', async () => {
  const holder = shared(1);
  const turn = oneAtATime(holder, 0);
  expect(await turn(() => turn(async () => holder[0]))).toBe(1);
  await expect(turn(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(holder[0]).toBe(0);
});

it('is waited for so long and no longer', async () => {
  const holder = shared(1);
  const mine = oneAtATime(holder, 1, 20);
  await oneAtATime(
    holder,
    2,
  )(async () => {
    await expect(mine(async () => {})).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    releaseTurn(holder, 1);
    expect(holder[0]).toBe(3);
  });
  expect(await mine(async () => 'free')).toBe('free');
});

it('is given back for a worker that dies in it', async () => {
  const { detector, stop } = startDetector();
  await detector.runner.pool.load();
  const [worker] = detector.runner.pool.threads;
  graphics[0] = worker!.threadId + 1;
  await worker!.terminate();
  while (graphics[0] !== 0) await sleep(2);
  await stop();
});
