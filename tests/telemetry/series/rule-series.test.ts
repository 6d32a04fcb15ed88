import { afterEach, beforeEach, expect, it } from 'vitest';
import { ModelSeries, RuleSeries, TIME_RANGES, type TimeRange } from '../../../src/contract/series.ts';
import { AppError } from '../../../src/errors.ts';
import type { Outcome, Records } from '../../../src/ports/records.ts';
import type { Registry } from '../../../src/ports/registry.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';
import { Metrics, OTHER_MODELS } from '../../../src/telemetry/metrics.ts';
import { MOST_VERDICTS } from '../../../src/telemetry/series/chunks.ts';
import { SeriesRecorder } from '../../../src/telemetry/series/recorder.ts';
import { RuleVerdicts } from '../../../src/telemetry/series/rule-verdicts.ts';
import { createSeriesService } from '../../../src/telemetry/series/service.ts';
import { callOf } from '../../support/caller.ts';

const ann = callOf('ann');
const bob = callOf('bob');
const MINUTE = 60_000;
const FAR = 'rule_far';
let records: Records;
let at: number;
const opened: { close(): unknown }[] = [];
const now = () => new Date(at);

beforeEach(() => {
  records = createSqliteRecords(':memory:');
  at = Date.parse('2026-03-10T12:00:00.000Z');
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await records.close();
});

const violated = (rule_id = FAR, count = 1): Outcome => ({ rule_id, verdict: 'violated', count });
const satisfied = (rule_id = FAR, count = 1): Outcome => ({ rule_id, verdict: 'satisfied', count });

/** One start of one server. */
function server({ registry = records.registry, stores = true }: { registry?: Registry; stores?: boolean } = {}) {
  const metrics = new Metrics();
  const verdicts = new RuleVerdicts();
  const recorder = new SeriesRecorder({ metrics, registry, log: { warn() {} } as never, now, stores, verdicts });
  recorder.start();
  opened.push(recorder, metrics);
  const findRule = async (_: unknown, id: string) => {
    if (id !== FAR) throw new AppError('RULES_001');
  };
  const isInstalled = (model: string) => model === 'idle';
  const service = createSeriesService({ registry, recorder, findRule, isInstalled, now });
  return {
    metrics,
    verdicts,
    recorder,
    service,
    async minute(...outcomes: readonly Outcome[]) {
      if (outcomes.length > 0) verdicts.add('ann', outcomes);
      at += MINUTE;
      await recorder.tick();
    },
    /** What is not null, the oldest first. */
    async told(range: TimeRange = '1h', ctx = ann) {
      const { points } = RuleSeries.parse(await service.ofRule(ctx, FAR, range));
      return points.flatMap(({ values }) => (values === null ? [] : [values]));
    },
    async total(range: TimeRange, ctx = ann) {
      return (await this.told(range, ctx)).reduce((sum, { violated: n }) => sum + (n ?? 0), 0);
    },
  };
}

it('a rule has its verdicts in each step: 0 where a server ran and judged nothing, null where none ran', async () => {
  const one = server();
  await one.minute(violated(FAR, 2), satisfied());
  at += 14 * MINUTE;
  await one.recorder.tick();
  at += 10 * MINUTE;
  const series = RuleSeries.parse(await one.service.ofRule(ann, FAR, '1h'));
  expect(series).toMatchObject({ rule_id: FAR, step_s: 300, unit: 'verdicts', servers: 1, complete: true });
  expect(series.points.slice(-6).map(({ values }) => values)).toEqual([
    { violated: 2, uncertain: 0, satisfied: 1 },
    null,
    null,
    null,
    null,
    null,
  ]);
  await one.minute();
  expect((await one.told()).at(-1)).toEqual({ violated: 0, uncertain: 0, satisfied: 0 });
});

it('everybody sees their own analyses alone, of rules of everyone too', async () => {
  const one = server();
  one.verdicts.add('bob', [violated(FAR, 5)]);
  await one.minute(violated());
  expect([await one.total('1h'), await one.total('1h', bob), await one.total('1h', callOf('eve'))]).toEqual([1, 5, 0]);
  await expect(one.service.ofRule(ann, 'rule_of_bob', '1h')).rejects.toMatchObject({ code: 'RULES_001' });
  const nobody = { principal: { ...ann.principal, permissions: [] } };
  await expect(one.service.ofRule(nobody, FAR, '1h')).rejects.toMatchObject({ code: 'AUTH_003' });
  await expect(one.service.ofModel(nobody, 'm', '1h')).rejects.toMatchObject({ code: 'AUTH_003' });
});

it('every range has the same, over several servers and after a restart', async () => {
  const [a, b] = [server(), server()];
  for (let minute = 0; minute < 40; minute += 1) {
    a.verdicts.add('ann', [violated()]);
    if (minute % 2 === 0) b.verdicts.add('ann', [violated()]);
    at += MINUTE;
    await Promise.all([a.recorder.tick(), b.recorder.tick()]);
  }
  await Promise.all([a.recorder.close(), b.recorder.close()]);
  for (const range of TIME_RANGES) expect([range, await server().total(range)]).toEqual([range, 60]);
});

it('people who come after many others lose nothing of what was written', async () => {
  const one = server();
  await one.minute(violated());
  for (let minute = 0; minute < 6; minute += 1) {
    for (let n = 0; n < 150; n += 1) one.verdicts.add(`user ${n}`, [violated()]);
    await one.minute();
  }
  expect(one.recorder.rules.of('ann')).toBeNull();
  await one.minute(violated());
  await one.recorder.close();
  for (const range of TIME_RANGES) expect([range, await server().total(range)]).toEqual([range, 2]);
});

it('a store that fails loses no verdict, and none is counted twice', async () => {
  let failing: 'get' | 'before' | 'after' | null = null;
  const { registry } = records;
  const gone = () => Promise.reject(new AppError('DB_001'));
  const writing =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (failing === 'before') return gone();
      const done = await call(...args);
      return failing === 'after' ? gone() : done;
    };
  const one = server({
    registry: {
      ...registry,
      get: (...args) => (failing === 'get' ? gone() : registry.get(...args)),
      add: writing(registry.add),
      replace: writing(registry.replace),
    },
  });
  await one.minute(violated());
  for (const how of ['get', 'before', 'after'] as const) {
    failing = how;
    await one.minute(violated());
    failing = null;
    await one.minute(violated());
  }
  await one.recorder.close();
  for (const range of TIME_RANGES) expect([range, await server().total(range)]).toEqual([range, 7]);
});

it('nothing is written while nothing is judged, and little for many minutes', async () => {
  const one = server();
  for (let minute = 0; minute < 30; minute += 1) await one.minute();
  const lists = async () => (await records.registry.list('series', null, { limit: 100 })).items.map((e) => e.owner);
  expect((await lists()).filter((owner) => owner.endsWith(' ann'))).toEqual([]);
  for (let minute = 0; minute < 150; minute += 1) await one.minute(violated());
  const own = (await lists()).filter((owner) => owner.endsWith(' ann'));
  expect(own.toSorted()).toEqual(['rules-hours ann', ...Array.from({ length: 3 }, () => 'rules-minutes ann')]);
});

it('of more rules than are counted one by one the rest is told as missing', async () => {
  const one = server();
  const many = Array.from({ length: MOST_VERDICTS }, (_, n) => satisfied(`rule_${n}`));
  await one.minute(violated(), ...many);
  const series = await one.service.ofRule(ann, FAR, '1h');
  expect(series).toMatchObject({ complete: false, reason: expect.stringMatching(/more rules/) });
  expect(await one.total('1h')).toBe(1);
  const { value } = (await records.registry.list('series', 'rules-minutes ann', { limit: 1 })).items[0]!;
  const { points } = value as { points: { sums: object }[] };
  expect(Object.keys(points[0]!.sums).length).toBeLessThanOrEqual(MOST_VERDICTS + 1);
});

it('where nothing may be stored the verdicts of this start are told', async () => {
  const one = server({ stores: false });
  await one.minute(violated());
  expect(await one.total('1h')).toBe(1);
  expect((await records.registry.list('series', null, { limit: 5 })).items).toEqual([]);
});

it('a model has how many analyses it computed and what they took; models beyond the first are one', async () => {
  const one = server();
  for (const seconds of [0.03, 0.03, 0.03, 0.3]) one.metrics.analysed('small', seconds);
  one.metrics.analysed('large', 4);
  await one.minute();
  const of = async (model: string) => {
    const { points } = ModelSeries.parse(await one.service.ofModel(ann, model, '1h'));
    return points.findLast(({ values }) => values !== null)?.values;
  };
  const small = await of('small');
  expect(small).toMatchObject({ analyses: 4 });
  expect(small?.mean).toBeCloseTo(97.5);
  expect(small?.p95).toBeCloseTo(450);
  expect(await of('large')).toMatchObject({ analyses: 1, mean: 4000 });
  await expect(of('never')).rejects.toMatchObject({ code: 'VALIDATION_002' });
  expect(await of('idle')).toEqual({ analyses: 0, mean: null, p50: null, p95: null, p99: null });
  for (let n = 0; n < 20; n += 1) one.metrics.analysed(`foreign ${n}`, 1);
  await one.minute();
  expect(await of(OTHER_MODELS)).toMatchObject({ analyses: 14 });
});
