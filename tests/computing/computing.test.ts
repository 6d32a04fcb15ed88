import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { JUDGE, type Judged, type Judging } from '../../src/analysis/judge.ts';
import { MEASURE } from '../../src/analysis/measure.ts';
import { checkpoint } from '../../src/checkpoint.ts';
import { createComputing } from '../../src/computing/computing.ts';
import type { ThreadLimits } from '../../src/computing/computing-threads.ts';
import { UNKNOWN_BOX_NOISE } from '../../src/contract/box-noise.ts';
import { AT_ONCE, type Computation } from '../../src/ports/computing.ts';
import { ALL_CLASHES, CLASHES, MAX_CONFLICTS, REVIEW } from '../../src/rulebook/conflict-search.ts';
import type { SceneInput } from '../../src/scene/input.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { refusal } from '../image/test-images.ts';
import { alike, boxes, drafts, SCALE, SIZE, stored } from './heavy-desk.ts';

let made: ReturnType<typeof createComputing> | undefined;
afterEach(() => made?.close());

function open(limits: Partial<ThreadLimits> = {}) {
  made = createComputing({ timeoutMs: 30_000, queue: 10, ...limits }, createLog('silent'));
  return made;
}

const view = (count: number, calibration: SceneInput['calibration'] = SCALE): SceneInput => ({
  ...SIZE,
  detections: boxes(count),
  boxNoise: UNKNOWN_BOX_NOISE,
  focal35mm: null,
  calibration,
  zones: [
    {
      name: 'corner',
      kind: 'zone',
      polygon_px: [
        [0, 0],
        [900, 0],
        [900, 900],
        [0, 900],
      ],
    },
  ],
  tablePx: null,
  context: null,
});

async function judging(count: number, rules: number): Promise<Judging> {
  return {
    scene: await AT_ONCE.run(MEASURE, view(count)),
    rules: stored(drafts(rules, 10)),
    asked: { include_feedback: true, units: 'metric', movable: ['mug', 'laptop', 'book', 'bottle'] },
    image: { ...SIZE, sha256: null },
    model: null,
    assumptions: ['boxes are as they are'],
    warnings: [],
  };
}

describe('a thread gives what the caller would have computed itself', () => {
  const json = (value: unknown) => JSON.stringify(value);

  it.each([
    ['a scale', SCALE],
    ['objects of known size', null],
  ] as const)('measuring, by %s', async (_, calibration) => {
    const input = view(14, calibration);
    const there = await open().threads.run(MEASURE.name, input);
    expect(there).toEqual(MEASURE.run(input));
    expect(json(there)).toBe(json(MEASURE.run(input)));
  });

  it('judging', async () => {
    const input = await judging(30, 3);
    const { times: _, ...there } = (await open().threads.run(JUDGE.name, input)) as Judged;
    const { times, ...here } = JUDGE.run(input);
    expect(json(there)).toBe(json(here));
    expect(times.map(({ rule_id }) => rule_id)).toEqual(input.rules.map(({ rule_id }) => rule_id));
  });

  it('conflicts', async () => {
    const [rule, ...others] = stored(drafts(12, 4));
    const beside = { rule: rule!, others, tried: true };
    const { threads } = open();
    for (const what of [CLASHES, REVIEW]) {
      expect(json(await threads.run(what.name, beside))).toBe(json(what.run(beside)));
    }
    const many = stored(alike(30));
    expect(json(await threads.run(ALL_CLASHES.name, many))).toBe(json(ALL_CLASHES.run(many)));
  });

  it('and its errors', async () => {
    const computing = open();
    const input = { ...(await judging(100, 1)), rules: stored(drafts(400, 10)) };
    const wide = {
      ...input,
      rules: input.rules.map((r) => ({
        ...r,
        conditions: r.conditions.map((c) => ({ ...c, object1: 'object', object2: 'object' })),
      })),
    };
    const error = await refusal(computing.run(JUDGE, wide));
    const own = await refusal(AT_ONCE.run(JUDGE, wide));
    expect([error.code, error.message, error.details]).toEqual([own.code, own.message, own.details]);
  });
});

it('what is short is done at once, without a thread', async () => {
  const computing = open();
  await computing.run(MEASURE, view(8));
  expect(computing.threads.threads).toHaveLength(0);
});

it('what only seemed short is given up and done on a thread', async () => {
  const input = view(8);
  const slow = {
    ...MEASURE,
    ms: () => 0,
    run(): never {
      for (;;) checkpoint();
    },
  };
  expect(await open().run(slow, input)).toEqual(MEASURE.run(input));
});

describe('work that takes too long', () => {
  it('is answered in time, and the thread serves the next', async () => {
    const computing = open({ timeoutMs: 1, threads: 1 });
    const input = await judging(200, 8);
    const begun = performance.now();
    expect((await refusal(computing.run(JUDGE, input))).code).toBe('ANALYSIS_003');
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('ends inside when its caller goes, and keeps its thread', async () => {
    const computing = open({ threads: 1 });
    await computing.threads.run(MEASURE.name, view(1));
    const before = computing.threads.threads.map((thread) => thread.threadId);
    const caller = new AbortController();
    const input = await judging(200, 8);
    const running = refusal(computing.run(JUDGE, input, caller.signal));
    await sleep(150);
    caller.abort();
    expect((await running).code).toBe('ANALYSIS_006');
    await computing.threads.run(MEASURE.name, view(1));
    expect(computing.threads.threads.map((thread) => thread.threadId)).toEqual(before);
  });

  it('loses a thread that does not end, and the next call gets another', async () => {
    const computing = open({ threads: 1, graceMs: 0 });
    const input = await judging(200, 8);
    const ids = () => computing.threads.threads.map((thread) => thread.threadId);
    let lost = 0;
    // What it does when it is given up may look whether it is, and then the thread ends that by itself.
    for (const ms of [30, 60, 90, 120, 180, 240, 400, 800]) {
      await computing.threads.run(MEASURE.name, view(1));
      const before = ids();
      expect((await refusal(computing.run(JUDGE, input, AbortSignal.timeout(ms)))).code).toBe('ANALYSIS_006');
      expect(await computing.threads.run(MEASURE.name, view(2))).toEqual(MEASURE.run(view(2)));
      if (ids().join() !== before.join()) lost += 1;
    }
    expect(lost).toBeGreaterThan(0);
  });

  it('is refused when too many wait', async () => {
    const computing = open({ threads: 1, queue: 1 });
    const input = await judging(200, 8);
    const caller = new AbortController();
    const runs = Array.from({ length: 6 }, () => refusal(computing.run(JUDGE, input, caller.signal)));
    const first = await Promise.race(runs);
    expect([first.code, first.retryAfterS]).toEqual(['SYSTEM_002', 5]);
    caller.abort();
    await Promise.all(runs);
  });

  it('that needs too much memory costs its thread alone', async () => {
    const computing = open({ threads: 1, memoryMb: 48 });
    const many = stored(alike(1000));
    expect((await refusal(computing.run(ALL_CLASHES, many))).code).toBe('ANALYSIS_005');
    expect(await computing.threads.run(MEASURE.name, view(2))).toEqual(MEASURE.run(view(2)));
  });
});

it('of very many conflicts the first are listed and all are counted', () => {
  const { conflicts, total } = ALL_CLASHES.run(stored(alike(30)));
  expect(conflicts).toHaveLength(MAX_CONFLICTS);
  expect(total).toBe((30 * 29) / 2);
});

it('after close nothing is begun', async () => {
  const computing = open();
  await computing.close();
  expect((await refusal(computing.threads.run(MEASURE.name, view(1)))).code).toBe('SYSTEM_001');
});

it('lets everything else in between short computations that are asked for at once', async () => {
  const { run } = open();
  const busy: Computation<number, null> = {
    name: 'measure',
    ms: () => 5,
    run(ms: number) {
      const until = performance.now() + ms;
      while (performance.now() < until);
      return null;
    },
  };
  const { port1, port2 } = new MessageChannel();
  let rounds = 0;
  port2.on('message', () => {
    rounds += 1;
    port1.postMessage(null);
  });
  port1.postMessage(null);
  await Promise.all(Array.from({ length: 12 }, () => run(busy, 10)));
  port2.close();
  // All twelve in one turn of the loop would leave none.
  expect(rounds).toBeGreaterThanOrEqual(10);
});
