import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/errors.ts';
import type { ModelDetector } from '../../../src/vision/detect/model-detector.ts';
import { TILE_COUNT } from '../../../src/vision/detect/views.ts';
import { metricValues, sleep, startDetector } from '../support/started.ts';
import { plain } from '../support/tiny-desk.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function started(options: Parameters<typeof startDetector>[0] = {}) {
  const running = startDetector(options);
  stops.push(running.stop);
  return running;
}

/** Waits until the worker is really inside a run: nothing waits any more and nothing is free. */
async function busy(detector: ModelDetector): Promise<void> {
  while (detector.runner.queue.free > 0) await sleep(2);
}

describe('detect', () => {
  it('reports every class with its own threshold, boxes in image pixels, inside the image', async () => {
    const { detector } = started();
    const { detections, model } = await detector.detect(await plain([255, 153, 102], 128, 64), {});
    // 128 x 64 in 32 x 32: scale 1/4, padded above and below by 8 rows of zeros, so the means are halved
    expect(model).toMatchObject({ name: 'tiny', threshold: 0.3, provider: 'cpu' });
    expect(detections).toEqual([
      { class: 'mug', confidence: 0.5, bbox: [16, 0, 48, 16] },
      { class: 'coaster', confidence: expect.closeTo(0.3, 5), bbox: [8, 0, 56, 24] },
    ]);
  });

  it('takes the threshold of the call', async () => {
    const { detector } = started();
    const image = await plain([255, 153, 102]);
    const found = async (threshold: number) =>
      (await detector.detect(image, { threshold })).detections.map((d) => d.class);
    expect(await found(0.9)).toEqual(['mug']);
    expect(await found(0)).toEqual(['mug', 'coaster', 'laptop']);
  });

  it('keeps a class to its own threshold, unless the call gives one', async () => {
    const { detector } = started({ entry: { class_thresholds: { mug: 0.6, laptop: 0 } } });
    const image = await plain([255, 153, 102], 128, 64);
    const found = async (threshold?: number) =>
      (await detector.detect(image, threshold === undefined ? {} : { threshold })).detections.map((d) => d.class);
    expect(await found()).toEqual(['coaster', 'laptop']);
    expect(await found(0.3)).toEqual(['mug', 'coaster']);
    expect(detector.identity({}).version).toMatch(/^1\+[0-9a-f]{8}\.[0-9a-f]{4}$/);
  });

  it('gives the same answer again and again', async () => {
    const { detector } = started();
    const image = await plain([200, 180, 90], 100, 70);
    const first = await detector.detect(image, {});
    for (let i = 0; i < 5; i++) expect(await detector.detect(image, {})).toEqual(first);
  });

  it('refuses damaged image data and goes on', async () => {
    const { detector } = started();
    const image = await plain([255, 0, 0]);
    const broken = { ...image, bytes: image.bytes.subarray(0, image.bytes.length / 2) };
    await expect(detector.detect(broken, {})).rejects.toMatchObject({ code: 'VALIDATION_005' });
    expect((await detector.detect(image, {})).detections).toHaveLength(1);
  });
});

describe('damaged pixels', () => {
  it.each(['single', 'tiled'] as const)('are a warning of the answer: %s inference', async (inference) => {
    const { detector } = started();
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
    const bytes = await sharp({ create: { width: 256, height: 256, channels: 3, background: '#000', noise } })
      .jpeg()
      .toBuffer();
    bytes.set([0xff, 0x3c], bytes.length >> 1);
    const { warnings } = await detector.detect({ bytes, width: 256, height: 256 }, { inference });
    expect(warnings).toContainEqual(expect.stringContaining('damaged in places'));
  });
});

describe('tiled inference', () => {
  const tiled = { inference: 'tiled' } as const;

  it('runs six views as one call, one place in the queue, and says so', async () => {
    const { detector } = started({ work: 4, env: { H200_QUEUE_LIMIT: '1' } });
    const image = await plain([255, 153, 102], 128, 64);
    const [first, second] = await Promise.all([detector.detect(image, tiled), detector.detect(image, tiled)]);
    expect(detector.report().inference.count).toBe(12);
    expect(second.detections).toEqual(first.detections);
    expect(first.model).toMatchObject({ name: 'tiny', threshold: 0.3, inference: 'tiled' });
    expect((await detector.detect(image, {})).model.inference).toBe('single');
  });

  it('is one batch where the provider profits from batches', async () => {
    const { detector } = started({ batchable: true });
    const image = await plain([255, 153, 102], 128, 64);
    await detector.detect(image, {});
    const apart = await started().detector.detect(image, tiled);
    expect((await detector.detect(image, tiled)).detections).toEqual(apart.detections);
    expect(detector.report().inference.count).toBe(2);
  });

  it('fuses to boxes of the image, believed from the same thresholds on', async () => {
    const { detector } = started();
    // The tiny model sees the same boxes in every view of a plain image: for a mug the left upper part of each.
    const { detections } = await detector.detect(await plain([255, 153, 102], 64, 64), { ...tiled, threshold: 0 });
    expect(detections.length).toBeGreaterThan(3);
    for (const { bbox, confidence } of detections) {
      expect(bbox.every((v) => v >= 0 && v <= 64)).toBe(true);
      expect(confidence).toBeLessThanOrEqual(1);
    }
    const sure = await detector.detect(await plain([255, 153, 102], 64, 64), tiled);
    expect(sure.detections.every((d) => d.confidence >= 0.3)).toBe(true);
    expect(sure.detections.length).toBeLessThan(detections.length);
    const { detector: terse } = started({ entry: { max_detections: 2 } });
    const most = await terse.detect(await plain([255, 153, 102], 64, 64), { ...tiled, threshold: 0 });
    expect(most.detections).toHaveLength(2);
  });

  it('is the habit of a model whose entry says so, with the figures that were measured for it', async () => {
    const of = (sigma: number) => ({ source: 'a test', all: { sigma, n: 4 }, classes: {} });
    const recall = (share: number) => ({ source: 'a test', classes: { mug: { recall: share, n: 4 } } });
    const measured = { box_noise: of(0.03), recall: recall(0.5) };
    const { detector } = started({
      entry: {
        inference: 'tiled',
        tiled: { class_thresholds: {}, box_noise: of(0.02), recall: recall(0.6) },
        ...measured,
      },
    });
    const image = await plain([255, 0, 0]);
    const habit = await detector.detect(image, {});
    expect([habit.model.inference, habit.boxNoise.sigma, habit.classRecall.mug]).toEqual(['tiled', 0.02, 0.6]);
    const single = await detector.detect(image, { inference: 'single' });
    expect([single.model.inference, single.boxNoise.sigma, single.classRecall.mug]).toEqual(['single', 0.03, 0.5]);
    expect(detector.report()).toMatchObject({
      default_inference: 'tiled',
      recall: { classes: { mug: { recall: 0.6 } } },
    });
  });

  it('believes a class from the score on that was chosen for it', async () => {
    const figures = {
      box_noise: { source: 'a test', all: { sigma: 0.02, n: 4 }, classes: {} },
      recall: { source: 'a test', classes: { mug: { recall: 0.6, n: 4 } } },
    };
    const entry = {
      class_thresholds: { mug: 0.15, coaster: 0.15 },
      tiled: { class_thresholds: { mug: 0.9 }, ...figures },
    };
    const { detector } = started({ entry });
    const image = await plain([255, 153, 102], 64, 64);
    const classes = async (inference: 'single' | 'tiled', threshold?: number) => {
      const { detections, classRecall } = await detector.detect(image, {
        inference,
        ...(threshold !== undefined && { threshold }),
      });
      return { found: [...new Set(detections.map((d) => d.class))].sort(), mug: classRecall.mug };
    };
    expect(await classes('single')).toEqual({ found: ['coaster', 'laptop', 'mug'], mug: null });
    expect(await classes('tiled')).toEqual({ found: ['coaster'], mug: 0.6 });
    expect(await classes('tiled', 0.8)).toEqual({ found: [], mug: 0.6 });
    expect(await classes('tiled', 0.95)).toEqual({ found: [], mug: null });
    const { detector: other } = started({ entry: { ...entry, tiled: { class_thresholds: {}, ...figures } } });
    expect(detector.identity({}).version).not.toBe(other.identity({}).version);
  });

  it('claims no recall where only single inference was measured', async () => {
    const recall = { source: 'a test', classes: { mug: { recall: 0.5, n: 4 } } };
    const { detector } = started({ entry: { recall } });
    expect((await detector.detect(await plain([255, 0, 0]), tiled)).classRecall.mug).toBeNull();
  });

  it('ends whole: cancelled, or with damaged data, and the queue is empty after it', async () => {
    const { detector } = started({ work: 20 });
    const image = await plain([255, 0, 0]);
    const broken = { ...image, bytes: image.bytes.subarray(0, image.bytes.length / 2) };
    await expect(detector.detect(broken, tiled)).rejects.toMatchObject({ code: 'VALIDATION_005' });
    const cancel = new AbortController();
    const running = detector.detect(image, { ...tiled, signal: cancel.signal });
    await busy(detector);
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    await detector.detect(image, {});
    expect(detector.report().inference.count).toBeLessThan(6);
    expect(detector.runner.queue.inputsWaiting).toBe(0);
  });
});

describe('batches', () => {
  it('answer the same as single runs', async () => {
    const images = await Promise.all(
      [
        [250, 10, 90],
        [90, 250, 10],
        [10, 90, 250],
        [200, 200, 200],
        [120, 130, 140],
      ].map(([r, g, b]) => plain([r!, g!, b!], 90, 60)),
    );
    const single = started();
    const batched = started({ work: 4, batchable: true, env: { MAX_BATCH_SIZE: '4' } });
    const want = await Promise.all(images.map((i) => single.detector.detect(i, {})));
    await batched.detector.detect(images[0]!, {});
    const got = await Promise.all(images.map((i) => batched.detector.detect(i, {})));
    expect(got.map((g) => g.detections)).toEqual(want.map((w) => w.detections));
    // one warm call, then five images in fewer runs than images
    expect(batched.detector.report().inference.count).toBeLessThan(1 + images.length);
  });

  it('are not made on the processor, nor with a fixed batch dimension', async () => {
    const image = await plain([255, 255, 255]);
    for (const options of [{}, { batchable: true, batch: 1 }]) {
      const { detector } = started({ work: 2, ...options });
      await Promise.all(Array.from({ length: 5 }, () => detector.detect(image, {})));
      expect(detector.report().inference.count).toBe(5);
    }
  });
});

describe('cancelling', () => {
  it('drops a waiting job before it runs', async () => {
    const { detector } = started({ work: 20 });
    const image = await plain([255, 0, 0]);
    const running = detector.detect(image, {});
    await busy(detector);
    const cancel = new AbortController();
    const waiting = detector.detect(image, { signal: cancel.signal });
    cancel.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    await running;
    await detector.detect(image, {});
    expect(detector.report().inference.count).toBe(2);
  });

  it('answers at once while the job runs, and the slot is free after it', async () => {
    const { detector } = started({ work: 40 });
    const image = await plain([255, 0, 0]);
    await detector.detect(image, {});
    const cancel = new AbortController();
    const running = detector.detect(image, { signal: cancel.signal });
    await busy(detector);
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    expect(detector.report().inference.count).toBe(1);
    expect((await detector.detect(image, {})).detections).toHaveLength(1);
    expect(detector.report().inference.count).toBe(3);
    expect(detector.runner.pool.threads).toHaveLength(1);
  });

  it('refuses a call that was cancelled before it came', async () => {
    const { detector } = started();
    const call = detector.detect(await plain([255, 0, 0]), { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: 'ANALYSIS_006' });
  });
});

const wholeSeconds = (s: unknown) => Number.isInteger(s) && (s as number) >= 1;

describe('overload', () => {
  it('refuses what does not fit into the queue and says when to retry', async () => {
    const { detector } = started({ work: 20, env: { H200_QUEUE_LIMIT: '2' } });
    const image = await plain([255, 0, 0]);
    await detector.detect(image, {});
    const accepted = [detector.detect(image, {})];
    await busy(detector);
    accepted.push(detector.detect(image, {}), detector.detect(image, {}));
    expect(detector.runner.queue.inputsWaiting).toBe(2);
    await expect(detector.detect(image, {})).rejects.toMatchObject({
      code: 'SYSTEM_002',
      retryAfterS: expect.toSatisfy(wholeSeconds),
    });
    await Promise.all(accepted);
    expect(detector.runner.queue.inputsWaiting).toBe(0);
    await detector.detect(image, {});
  });

  it('counts the runs of tiled inference that wait, not the calls', async () => {
    const { detector } = started({ work: 60, env: { H200_QUEUE_LIMIT: '1' } });
    const image = await plain([255, 0, 0]);
    await detector.detect(image, {});
    const run = detector.report().inference.median_ms!;
    const cancel = new AbortController();
    const { signal } = cancel;
    const calls = [detector.detect(image, { signal })];
    await busy(detector);
    calls.push(detector.detect(image, { signal, inference: 'tiled' }));
    const refused = await detector.detect(image, {}).catch((e: unknown) => e);
    expect(refused).toMatchObject({ code: 'SYSTEM_002' });
    expect((refused as AppError).retryAfterS).toBeGreaterThanOrEqual(Math.ceil((TILE_COUNT * run) / 1000));
    cancel.abort();
    await Promise.allSettled(calls);
    expect((await detector.detect(image, {})).detections).toHaveLength(1);
  });

  it('gives no waiting time before anything was measured', async () => {
    const { detector } = started({ env: { H200_QUEUE_LIMIT: '1' } });
    const image = await plain([255, 0, 0]);
    const calls = await Promise.allSettled(Array.from({ length: 4 }, () => detector.detect(image, {})));
    const refused = calls.filter((c) => c.status === 'rejected').map((c) => c.reason);
    expect(refused).toHaveLength(2);
    for (const error of refused) {
      expect(error).toMatchObject({ code: 'SYSTEM_002' });
      expect(error.retryAfterS).toBeUndefined();
    }
  });
});

/** Lets a worker die of an uncaught error as soon as its event loop turns, which it does inside the next task. */
function poison(detector: ModelDetector): void {
  detector.runner.pool.threads[0]!.postMessage(null);
}

describe('a worker that dies', () => {
  it('is replaced and its job repeated', async () => {
    const { detector } = started();
    const image = await plain([255, 0, 0]);
    const want = await detector.detect(image, {});
    const [first] = detector.runner.pool.threads;
    poison(detector);
    expect(await detector.detect(image, {})).toEqual(want);
    expect(detector.runner.pool.threads).toHaveLength(1);
    expect(detector.runner.pool.threads[0]).not.toBe(first);
    expect(detector.report()).toMatchObject({ state: 'READY', workers: 1 });
  });

  it('fails the job when the second one dies too, and gives the pool up', async () => {
    const { detector } = started();
    const image = await plain([255, 0, 0]);
    await detector.detect(image, {});
    const [first] = detector.runner.pool.threads;
    poison(detector);
    const running = detector.detect(image, {});
    const outcome = expect(running).rejects.toMatchObject({ code: 'ANALYSIS_005' });
    while (detector.runner.pool.threads[0] === first || !detector.runner.pool.threads[0]) await sleep(1);
    poison(detector);
    await outcome;
    expect(detector.report().state).toBe('ERROR');
  });

  it('while idle is replaced unnoticed', async () => {
    const { detector } = started();
    const image = await plain([255, 0, 0]);
    await detector.detect(image, {});
    await detector.runner.pool.threads[0]!.terminate();
    expect((await detector.detect(image, {})).detections).toHaveLength(1);
  });
});

describe('closing', () => {
  it('lets the run in flight end and refuses what comes later', async () => {
    const { detector } = started({ work: 20 });
    const image = await plain([255, 0, 0]);
    await detector.detect(image, {});
    const running = detector.detect(image, {});
    await busy(detector);
    await detector.close();
    expect((await running).detections).toHaveLength(1);
    while (detector.runner.pool.threads.length > 0) await sleep(5);
    await expect(detector.detect(image, {})).rejects.toMatchObject({ code: 'SYSTEM_001' });
  });

  it('waits for a model that is being loaded', async () => {
    const { detector } = started();
    detector.warm();
    await detector.close();
    while (detector.runner.pool.threads.length > 0) await sleep(5);
    expect(detector.report().state).toBe('UNLOADED');
  });
});

describe('time', () => {
  it('ends a call that takes too long; the slot is free when the run ends', async () => {
    const { detector } = started({ work: 200, env: { H200_TIMEOUT_MS: '1000' } });
    const image = await plain([255, 0, 0]);
    await detector.runner.pool.load();
    // Six runs one after another take longer than that, however fast the machine; the first begins within it on a busy one.
    await expect(detector.detect(image, { inference: 'tiled' })).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    while (detector.report().inference.count === 0) await sleep(5);
    expect(detector.report().state).toBe('READY');
  });

  it('gives the pool up when a run hangs', async () => {
    const { detector } = started({ work: 60, hangMs: 20 });
    const image = await plain([255, 0, 0]);
    await expect(detector.detect(image, {})).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    expect(detector.report().state).toBe('ERROR');
  });

  it('of the main thread stays free while models run', async () => {
    const { detector } = started({ work: 20 });
    const image = await plain([255, 0, 0]);
    await detector.detect(image, {});
    const call = detector.detect(image, {});
    await busy(detector);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await call;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });
});

describe('state', () => {
  it('goes from UNLOADED to READY and is seen in report and metrics', async () => {
    const { detector, metrics } = started();
    expect(detector.report()).toMatchObject({ state: 'UNLOADED', provider: null, load_ms: null, workers: 0 });
    detector.warm();
    expect(detector.report().state).toBe('LOADING');
    while (detector.report().state !== 'READY' || detector.report().load_ms === null) await sleep(5);
    expect(detector.report()).toMatchObject({ provider: 'cpu', workers: 1, error: null });
    expect(detector.report().provider_attempts.map((a) => a.provider)).toEqual(['tensorrt', 'cuda', 'webgpu']);
    await detector.detect(await plain([255, 0, 0]), {});
    expect(await metricValues(metrics.coldStarts)).toEqual([{ value: 0, labels: {} }]);
    expect(await metricValues(metrics.modelState)).toContainEqual({
      value: 1,
      labels: { model: 'tiny', state: 'READY' },
    });
    expect(detector.report().inference.count).toBe(1);
  });

  it('counts a call that had to wait for the model as a cold start', async () => {
    const { detector, metrics } = started();
    await detector.detect(await plain([255, 0, 0]), {});
    expect(await metricValues(metrics.coldStarts)).toEqual([{ value: 1, labels: {} }]);
  });

  it('starts further workers only when jobs come together', async () => {
    const { detector } = started({ work: 20, env: { H200_WORKERS: '2' } });
    const image = await plain([255, 0, 0]);
    await detector.detect(image, {});
    await detector.detect(image, {});
    expect(detector.runner.pool.threads).toHaveLength(1);
    await Promise.all(Array.from({ length: 8 }, () => detector.detect(image, {})));
    expect(detector.runner.pool.threads).toHaveLength(2);
  });
});
