import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TimeRange } from '../../../src/contract/series.ts';
import { SERIES_NAMES, Series, TIME_RANGES } from '../../../src/contract/series.ts';
import { AppError } from '../../../src/errors.ts';
import type { Records } from '../../../src/ports/records.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';
import { SeriesRecorder } from '../../../src/telemetry/series/recorder.ts';
import { createSeriesService } from '../../../src/telemetry/series/service.ts';
import { callOf } from '../../support/caller.ts';

const ann = callOf('ann');
const MINUTE = 60_000;
let records: Records;
let at: number;
let warned: number;
const opened: { close(): unknown }[] = [];
const now = () => new Date(at);

beforeEach(() => {
  records = createSqliteRecords(':memory:');
  at = Date.parse('2026-03-10T12:00:00.000Z');
  warned = 0;
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await records.close();
});

/** One start of one server; its own timer never comes in the time of a test. */
function server(options: { stores?: boolean; registry?: Records['registry'] } = {}) {
  const { stores = true, registry = records.registry } = options;
  const metrics = new Metrics();
  const warn = () => {
    warned += 1;
  };
  const recorder = new SeriesRecorder({ metrics, registry, log: { warn } as never, now, stores });
  recorder.start();
  opened.push(recorder, metrics);
  const service = createSeriesService({ registry, recorder, now, isInstalled: () => true, findRule: async () => {} });
  return {
    metrics,
    recorder,
    async minute(requests: number, status = '200') {
      if (requests > 0) metrics.requests.inc({ status }, requests);
      at += MINUTE;
      await recorder.tick();
    },
    /** What is not null, from the newest step back. */
    async values(name: (typeof SERIES_NAMES)[number], range: TimeRange = '1h') {
      const { points } = Series.parse(await service.read(ann, name, range));
      return points.flatMap(({ values }) => (values === null ? [] : [values])).toReversed();
    },
    read: (name: (typeof SERIES_NAMES)[number], range: TimeRange) => service.read(ann, name, range),
  };
}

it('each minute has what happened in it, none is 0, and where nobody measured is null', async () => {
  const one = server();
  await one.minute(3);
  await one.minute(2, '500');
  await one.minute(0);
  at += 10 * MINUTE;
  await one.recorder.tick();
  const series = Series.parse(await one.read('requests', '1h'));
  expect(series).toMatchObject({ step_s: 60, servers: 1, complete: true, reason: null });
  expect(series.points).toHaveLength(60);
  expect(series.points.slice(-14).map(({ values }) => values?.total ?? null)).toEqual([
    3,
    2,
    0,
    0,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(series.points.at(-13)?.values).toEqual({ total: 2, client_errors: 0, server_errors: 2 });
});

it('several servers, and earlier starts of one, are added up, each once', async () => {
  const [a, b] = [server(), server()];
  a.metrics.requests.inc({ status: '200' }, 5);
  b.metrics.requests.inc({ status: '404' }, 7);
  at += MINUTE;
  await Promise.all([a.recorder.tick(), b.recorder.tick()]);
  for (const one of [a, b, server()]) {
    expect(await one.values('requests')).toEqual([{ total: 12, client_errors: 7, server_errors: 0 }]);
  }
  expect((await server().read('requests', '1h')).servers).toBe(2);
  await b.recorder.close();
  const again = server();
  await again.minute(1);
  expect((await again.values('requests')).map(({ total }) => total)).toEqual([1, 12]);
});

it('longer ranges have longer steps that hold the same', async () => {
  const one = server();
  for (let minute = 0; minute < 50; minute += 1) await one.minute(1);
  await one.recorder.close();
  for (const range of TIME_RANGES) {
    const later = server();
    const total = (await later.values('requests', range)).reduce((sum, { total: n }) => sum + (n ?? 0), 0);
    expect([range, total]).toEqual([range, 50]);
  }
  const month = await server().read('requests', '30d');
  expect([month.points.length, month.step_s]).toEqual([120, 21_600]);
});

it('entries are few, whatever is measured, and go when they are too old', async () => {
  const one = server();
  for (let minute = 0; minute < 180; minute += 1) await one.minute(1);
  const ids = async () => (await records.registry.list('series', null, { limit: 100 })).items.map(({ id }) => id);
  expect(await ids()).toHaveLength(3 + 1);
  await records.registry.removeExpired(new Date(at + 28 * 60 * MINUTE).toISOString());
  expect((await ids()).map((id) => id.split(' ')[0])).toEqual(['series-quarters']);
  await records.registry.removeExpired(new Date(at + 33 * 24 * 60 * MINUTE).toISOString());
  expect(await ids()).toEqual([]);
  // In memory as well.
  at += 40 * 24 * 60 * MINUTE;
  await one.minute(1);
  await one.minute(1);
  expect([one.recorder.fine.all().length, one.recorder.coarse.all().length]).toEqual([1, 1]);
});

it('means and quantiles are of what was timed, and null where nothing was', async () => {
  const one = server();
  for (const seconds of [0.03, 0.03, 0.03, 0.3]) one.metrics.requestDuration.observe(seconds);
  await one.minute(0);
  await one.minute(0);
  const [quiet, busy] = await one.values('latency');
  expect(quiet).toEqual({ mean: null, p50: null, p95: null, p99: null });
  expect(busy?.mean).toBeCloseTo(97.5);
  // The 3.8th of four, in the bucket from 250 to 500 ms.
  expect(busy?.p95).toBeCloseTo(450);
  one.metrics.requestDuration.observe(100);
  await one.minute(0);
  expect((await one.values('latency'))[0]).toEqual({ mean: 100_000, p50: null, p95: null, p99: null });
});

it('each measurement has its values, and what nobody measures is null with the reason', async () => {
  const one = server();
  one.metrics.analyses.inc({ status: 'timeout' });
  one.metrics.cacheHits.inc(3);
  one.metrics.cacheMisses.inc(1);
  one.metrics.feedback.inc({ about: 'object', is_correct: 'false' });
  one.metrics.inference.observe(0.02);
  one.metrics.ruleExecutions.inc(4);
  one.metrics.queueDepth.set({ priority: 'normal' }, 2);
  await one.minute(0);
  const of = async (name: (typeof SERIES_NAMES)[number]) => (await one.values(name))[0];
  expect(await of('analyses')).toEqual({ success: 0, error: 0, timeout: 1 });
  expect(await of('cache')).toEqual({ hits: 3, misses: 1, hit_rate: 0.75 });
  expect(await of('feedback')).toEqual({ right: 0, wrong: 1 });
  expect(await of('inference')).toEqual({ mean: 20, runs: 1 });
  expect(await of('rules')).toEqual({ total: 4 });
  expect(await of('queue_depth')).toEqual({ most: 2 });
  expect((await of('memory'))?.rss).toBeGreaterThan(1e6);
  for (const name of SERIES_NAMES.filter((one) => one.startsWith('gpu') || one === 'cost')) {
    expect(await one.values(name)).toEqual([]);
    expect((await one.read(name, '1h')).reason).toMatch(name === 'cost' ? /servers\/cost tells it/ : /no GPU/);
  }
});

it('without its store a server answers what it measured itself, says so, and writes it later', async () => {
  let isGone = false;
  const asked =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    (...args: A) =>
      isGone ? Promise.reject(new AppError('DB_001')) : call(...args);
  const { add, replace, get, list } = records.registry;
  const registry = {
    ...records.registry,
    add: asked(add),
    replace: asked(replace),
    get: asked(get),
    list: asked(list),
  };
  const one = server({ registry });
  await one.minute(1);
  isGone = true;
  await one.minute(2);
  const alone = await one.read('requests', '1h');
  expect(alone).toMatchObject({ complete: false, reason: expect.stringContaining('cannot be reached') });
  expect((await one.values('requests')).map(({ total }) => total)).toEqual([2, 1]);
  expect(warned).toBe(1);
  isGone = false;
  await one.minute(3);
  expect((await server().values('requests')).map(({ total }) => total)).toEqual([3, 2, 1]);
});

it('where nothing may be stored nothing is, and nobody without the permission reads it', async () => {
  const one = server({ stores: false });
  await one.minute(4);
  expect((await one.values('requests'))[0]?.total).toBe(4);
  expect((await records.registry.list('series', null, { limit: 5 })).items).toEqual([]);
  const nobody = { principal: { ...ann.principal, permissions: [] } };
  const service = createSeriesService({
    registry: records.registry,
    recorder: one.recorder,
    now,
    isInstalled: () => true,
    findRule: async () => {},
  });
  await expect(service.read(nobody, 'requests', '1h')).rejects.toMatchObject({ code: 'AUTH_003' });
});

it('a clock that is set back loses nothing', async () => {
  const one = server();
  await one.minute(1);
  at -= 5 * MINUTE;
  await one.recorder.tick();
  await one.minute(2);
  at += 10 * MINUTE;
  expect((await one.values('requests')).reduce((sum, { total }) => sum + (total ?? 0), 0)).toBe(3);
});
