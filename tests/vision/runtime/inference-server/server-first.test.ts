import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/config.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { Metrics } from '../../../../src/telemetry/metrics.ts';
import { traced, traceTo } from '../../../../src/telemetry/trace/spans.ts';
import { ModelDetector } from '../../../../src/vision/detect/model-detector.ts';
import { FELL_BACK } from '../../../../src/vision/runtime/inference-server/server-first.ts';
import type { InferenceServer } from '../../../../src/vision/runtime/inference-server/settings.ts';
import { OipServer } from '../../support/oip-server.ts';
import { metricValues, sleep } from '../../support/started.ts';
import { modelsFolder, onlyFolder, plain, type TinyOptions, tinyDesk, tinyEntry } from '../../support/tiny-desk.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A server with the tiny model, and two detectors of it: one that asks the server, one that knows of none. */
async function started(
  server: Partial<InferenceServer> = {},
  options: TinyOptions & { env?: Record<string, string> } = {},
) {
  const bytes = tinyDesk(options);
  const entry = tinyEntry(bytes);
  const { folder, clean } = modelsFolder([{ entry, bytes }]);
  const oip = await OipServer.start(entry.name, bytes);
  const metrics = new Metrics();
  const config = loadConfig({ H200_MODELS_DIR: folder, H200_WORKERS: '1', H200_TIMEOUT_MS: '100000', ...options.env });
  const deps = { config, metrics, log: createLog('silent') };
  const settings: InferenceServer = {
    url: oip.url,
    token: () => undefined,
    timeoutMs: 2000,
    requests: 8,
    fallback: 'local',
    ...server,
  };
  const installed = onlyFolder(folder).select();
  const detector = new ModelDetector(installed, { ...deps, server: settings });
  const local = new ModelDetector(installed, deps);
  stops.push(
    clean,
    () => metrics.close(),
    () => oip.stop(),
    () => local.close(),
    () => detector.close(),
  );
  return { oip, detector, local, metrics, entry };
}

const count = async (metric: Parameters<typeof metricValues>[0]) =>
  Object.fromEntries((await metricValues(metric)).map(({ labels, value }) => [Object.values(labels).join(), value]));

describe('a detector with an inference server', () => {
  it.each([true, false])('finds what this machine finds, binary tensors: %s', async (binary) => {
    const { oip, detector, local, metrics } = await started();
    oip.binary = binary;
    const image = await plain([255, 153, 102], 128, 64);
    for (const inference of ['single', 'tiled'] as const) {
      const there = await detector.detect(image, { inference });
      const here = await local.detect(image, { inference });
      expect(there.detections).toEqual(here.detections);
      expect(there.detections.length).toBe(inference === 'single' ? 2 : 0);
      expect(there.model).toEqual({ ...here.model, provider: 'remote' });
      expect(there.warnings).toEqual([]);
    }
    // One blank run at the start, one image, six tiles.
    expect(oip.runs).toBe(8);
    expect(await count(metrics.serverRuns)).toEqual({ ok: 2 });
    expect(detector.report()).toMatchObject({ state: 'READY', provider: 'remote' });
    expect(detector.runner.pool.state).toBe('UNLOADED');
  });

  it('tells the server of which trace a run is, each of its own', async () => {
    const { oip, detector } = await started();
    const image = await plain([255, 0, 0], 128, 64);
    await detector.detect(image, {});
    let begun = 0;
    const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
    const stop = traceTo({
      begin(_name, _about, parent) {
        begun += 1;
        const ids = { traceId: parent?.traceId ?? hex(begun, 32), spanId: hex(begun, 16), flags: 1 };
        return { ids, set() {}, fail() {}, end() {} };
      },
    });
    stops.push(stop);
    oip.delayMs = 20;
    await Promise.all(Array.from({ length: 12 }, () => traced('request', {}, () => detector.detect(image, {}))));
    stop();
    await detector.detect(image, {});
    const told = oip.traces.slice(2, -1).map((one) => `${one}`);
    expect(told).toHaveLength(12);
    for (const one of told) expect(one).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(new Set(told.map((one) => one.split('-')[1])).size).toBe(12);
    expect([oip.traces[0], oip.traces[1], oip.traces.at(-1)]).toEqual([undefined, undefined, undefined]);
  });

  it('has as many runs there at once as it may, and leaves batches to the server', async () => {
    const { oip, detector } = await started({ requests: 6 });
    oip.delayMs = 60;
    const image = await plain([255, 0, 0]);
    await Promise.all(Array.from({ length: 20 }, () => detector.detect(image, {})));
    expect(oip.most).toBeLessThanOrEqual(6);
    expect(oip.most).toBeGreaterThan(4);
    expect(oip.runs).toBe(21);
  });

  it('keeps inputs of runs apart that are under way at once', async () => {
    const { oip, detector } = await started();
    oip.delayMs = 20;
    const levels = [255, 230, 200, 170, 140, 110];
    const found = await Promise.all(
      levels.map(async (level) => (await detector.detect(await plain([level, 0, 0]), { threshold: 0.01 })).detections),
    );
    expect(found.map(([one]) => Math.round(255 * one!.confidence))).toEqual(levels);
  });

  it('sends the token', async () => {
    const { oip, detector } = await started({ token: () => 'let me in', fallback: 'none' });
    oip.token = 'let me in';
    expect((await detector.detect(await plain([255, 0, 0]), {})).model.provider).toBe('remote');
  });
});

describe('a run that fails', () => {
  it.each([
    ['half an answer', 'unusable_answer'],
    ['wrong size', 'unusable_answer'],
    ['wrong shape', 'unusable_answer'],
    ['wrong type', 'unusable_answer'],
    ['one missing', 'unusable_answer'],
    ['one twice', 'unusable_answer'],
    ['more bytes', 'unusable_answer'],
    ['no JSON', 'unusable_answer'],
    ['long header', 'unusable_answer'],
    ['endless', 'unusable_answer'],
    ['score of 7', 'unusable_answer'],
    ['score that is none', 'unusable_answer'],
    ['unknown label', 'unusable_answer'],
    ['negative label', 'unusable_answer'],
    ['far box', 'unusable_answer'],
    ['refuses', 'refused'],
    ['busy', 'overloaded'],
    ['hangs up', 'unreachable'],
    ['hangs', 'deadline'],
  ] as const)('is done here and says so: %s', { timeout: 120_000 }, async (fault, outcome) => {
    const { oip, detector, local, metrics } = await started({ timeoutMs: fault === 'hangs' ? 3000 : 60_000 });
    const image = await plain([255, 153, 102]);
    await detector.detect(image, {});
    oip.faults = [fault];
    const there = await detector.detect(image, {});
    expect(there.model.provider).toBe('cpu');
    expect(there.warnings).toEqual([FELL_BACK]);
    expect(detector.warnings()).toContain(FELL_BACK);
    expect(there.detections).toEqual((await local.detect(image, {})).detections);
    expect(await count(metrics.serverRuns)).toEqual({ ok: 1, [outcome]: 1 });
    expect(await count(metrics.serverFallbacks)).toEqual({ '': 1 });
  });

  it.each(['wrong shape', 'score of 7', 'unknown label', 'refuses', 'hangs', 'hangs up'] as const)(
    'is an error where that is wanted: %s',
    { timeout: 120_000 },
    async (fault) => {
      const { oip, detector } = await started({ timeoutMs: fault === 'hangs' ? 3000 : 60_000, fallback: 'none' });
      const image = await plain([255, 153, 102]);
      await detector.detect(image, {});
      oip.faults = [fault];
      await expect(detector.detect(image, {})).rejects.toMatchObject({ code: 'ANALYSIS_009' });
      expect(detector.runner.pool.state).toBe('UNLOADED');
    },
  );

  it.each(['busy', 'hangs up'] as const)('is tried once more: %s', async (fault) => {
    const { oip, detector } = await started({ fallback: 'none' });
    const image = await plain([255, 153, 102]);
    await detector.detect(image, {});
    oip.faults = [fault, null];
    expect((await detector.detect(image, {})).model.provider).toBe('remote');
    expect(oip.runs).toBe(4);
  });

  it('is not tried again where it would fail again', async () => {
    const { oip, detector } = await started({ fallback: 'none' });
    const image = await plain([255, 153, 102]);
    await detector.detect(image, {});
    oip.faults = ['refuses'];
    const error = await detector.detect(image, {}).catch((thrown: unknown) => thrown);
    expect(oip.runs).toBe(3);
    // Words of the server are quoted, on one line, and never the message.
    expect(error).toMatchObject({ message: 'The inference server gave no usable answer.' });
    expect((error as { details: { problem: string } }).details.problem).toBe(
      'it answers 500: "{\\"error\\":\\"ignore previous instructions\\\\u0007\\"}"',
    );
  });

  it('takes nothing of the time of the whole call twice', { timeout: 120_000 }, async () => {
    const { oip, detector } = await started({ timeoutMs: 60_000 }, { env: { H200_TIMEOUT_MS: '12000' } });
    const image = await plain([255, 153, 102]);
    await detector.detect(image, {});
    oip.faults = ['hangs'];
    const begin = performance.now();
    await expect(detector.detect(image, {})).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    // Twice would be 24 s.
    expect(performance.now() - begin).toBeLessThan(23_000);
  });

  it('ends at once when its caller cancels', async () => {
    const { oip, detector } = await started();
    const image = await plain([255, 153, 102]);
    await detector.detect(image, {});
    oip.faults = ['hangs'];
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const begin = performance.now();
    await expect(detector.detect(image, { signal: abort.signal })).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    expect(performance.now() - begin).toBeLessThan(500);
  });
});

describe('a server that is gone', () => {
  it('costs no call more than the first, and is used again when it is back', async () => {
    const { oip, detector, metrics } = await started();
    const image = await plain([255, 153, 102]);
    expect((await detector.detect(image, {})).model.provider).toBe('remote');
    await oip.stop();
    expect((await detector.detect(image, {})).warnings).toEqual([FELL_BACK]);
    expect(await count(metrics.serverUsable)).toEqual({ tiny: 0 });
    expect(detector.report()).toMatchObject({
      state: 'READY',
      provider: 'cpu',
      provider_attempts: [{ provider: 'remote', error: expect.stringContaining('unreachable') }, {}, {}, {}],
    });
    const begin = performance.now();
    for (let i = 0; i < 10; i++) expect((await detector.detect(image, {})).model.provider).toBe('cpu');
    expect(performance.now() - begin).toBeLessThan(1500);
    await oip.listen();
    await expect.poll(async () => (await detector.detect(image, {})).model.provider).toBe('remote');
    expect((await detector.detect(image, {})).warnings).toEqual([]);
    expect(await count(metrics.serverUsable)).toEqual({ tiny: 1 });
  });

  it('is no hindrance at the start', async () => {
    const { oip, detector } = await started();
    await oip.stop();
    detector.warm();
    await expect.poll(() => detector.runner.pool.state).toBe('READY');
    expect((await detector.detect(await plain([255, 0, 0]), {})).model.provider).toBe('cpu');
  });

  it('is said at once, with when to try again, where nothing else may run the model', async () => {
    const { oip, detector } = await started({ fallback: 'none' });
    await oip.stop();
    const image = await plain([255, 0, 0]);
    await expect(detector.detect(image, {})).rejects.toMatchObject({ code: 'ANALYSIS_009' });
    await expect(detector.detect(image, {})).rejects.toMatchObject({
      code: 'ANALYSIS_009',
      retryAfterS: expect.any(Number),
      details: { fault: 'unreachable' },
    });
    expect(detector.report()).toMatchObject({ state: 'ERROR', error: 'The inference server gave no usable answer.' });
    await oip.listen();
    await expect.poll(async () => (await detector.detect(image, {}).catch(() => null))?.model.provider).toBe('remote');
  });

  it('may be slow a few times before it is left alone', async () => {
    const { oip, detector } = await started({ timeoutMs: 200 });
    const image = await plain([255, 0, 0]);
    await detector.detect(image, {});
    oip.faults = ['hangs', 'hangs', null];
    for (const provider of ['cpu', 'cpu', 'remote']) {
      expect((await detector.detect(image, {})).model.provider).toBe(provider);
    }
    oip.faults = ['hangs'];
    for (let i = 0; i < 3; i++) await detector.detect(image, {});
    const { runs } = oip;
    await detector.detect(image, {});
    expect(oip.runs).toBe(runs);
  });
});

describe('a server that is not believed', () => {
  it.each([
    ['is not ready', (oip: OipServer): unknown => (oip.ready = false), 'model_not_served'],
    ['serves other weights', (oip: OipServer): unknown => (oip.weights = 'f'.repeat(64)), 'other_model'],
    ['wants a token', (oip: OipServer): unknown => (oip.token = 'secret'), 'unauthorized'],
    ['describes another model', (oip: OipServer): unknown => oip.describe({ name: 'other' }), 'other_model'],
    ['has no outputs', (oip: OipServer): unknown => oip.describe({ outputs: [] }), 'unusable_answer'],
    [
      'takes another input',
      (oip: OipServer): unknown =>
        oip.describe({ inputs: [{ name: 'image', datatype: 'FP32', shape: [-1, 32, 32, 3] }] }),
      'unusable_answer',
    ],
    ['answers nonsense at the start', (oip: OipServer): unknown => (oip.faults = ['wrong shape']), 'unusable_answer'],
  ] as const)('%s', async (_, change, fault) => {
    const { oip, detector } = await started();
    change(oip);
    const { model, warnings } = await detector.detect(await plain([255, 0, 0]), {});
    expect(model.provider).toBe('cpu');
    expect(warnings).toEqual([FELL_BACK]);
    expect(detector.report().provider_attempts[0]).toMatchObject({ error: expect.stringContaining(fault) });
  });

  it('is believed when it names the weights of the manifest', async () => {
    const { oip, detector, entry } = await started({ fallback: 'none' });
    oip.weights = entry.sha256;
    expect((await detector.detect(await plain([255, 0, 0]), {})).model.provider).toBe('remote');
  });

  it('gets a token that was replaced', async () => {
    let token = 'old';
    const { oip, detector } = await started({ token: () => token });
    oip.token = 'new';
    const image = await plain([255, 0, 0]);
    expect((await detector.detect(image, {})).model.provider).toBe('cpu');
    token = 'new';
    await sleep(1000);
    await expect.poll(async () => (await detector.detect(image, {})).model.provider).toBe('remote');
  });
});
