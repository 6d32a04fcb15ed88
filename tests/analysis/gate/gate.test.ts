import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnalysisGate, type GateOptions } from '../../../src/analysis/gate/gate.ts';
import { PRIORITIES, type Priority } from '../../../src/contract/priority.ts';
import { AppError } from '../../../src/errors.ts';

/** Time passes as the test says. Analyses take a second of one of `places` machines each. */
const LIMIT_MS = 30_000;
const TAKES_MS = 1000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

interface Outcome {
  readonly question: string;
  readonly caller: string;
  readonly priority: Priority;
  readonly code: string;
  readonly retryAfterS: number | undefined;
  /** When it was answered, s. */
  readonly at: number;
}

/** A server with `places`, and what came of everything that it was asked. */
function server({ places = 2, ...options }: Partial<GateOptions> & { places?: number } = {}) {
  let seed = 1;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const seen = { running: 0, mostRunning: 0, begun: [] as string[], depths: {} as Record<Priority, number> };
  const gate = new AnalysisGate({
    atOnce: () => places,
    most: 256,
    limitMs: LIMIT_MS,
    random,
    onChange: (waiting) => Object.assign(seen.depths, waiting),
    ...options,
  });
  const outcomes: Outcome[] = [];
  let asked = 0;
  async function ask(
    caller: string,
    {
      priority = 'normal' as Priority,
      question = `q${asked++}`,
      signal = new AbortController().signal,
      takesMs = TAKES_MS,
    } = {},
  ): Promise<Outcome> {
    const code = await gate
      .run({ caller, priority, question, signal, until: performance.now() + LIMIT_MS }, async () => {
        seen.begun.push(caller);
        seen.running += 1;
        seen.mostRunning = Math.max(seen.mostRunning, seen.running);
        await sleep(takesMs);
        seen.running -= 1;
      })
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    const failure = code instanceof AppError ? code : null;
    const outcome = {
      ...{ question, caller, priority, retryAfterS: failure?.retryAfterS },
      code: code === null ? 'ok' : (failure?.code ?? String(code)),
      at: performance.now() / 1000,
    };
    outcomes.push(outcome);
    return outcome;
  }
  /** So that it knows how long one takes. */
  const learn = async () => {
    const all = Promise.all(Array.from({ length: 2 * places }, () => ask('who was here before')));
    await pass(10 * TAKES_MS);
    await all;
    outcomes.length = 0;
    seen.begun.length = 0;
  };
  return { gate, ask, learn, outcomes, seen };
}

describe('a flood of one caller', () => {
  it('is answered one behind the other, and what would be late is refused at once', async () => {
    const { ask, learn, outcomes, seen } = server();
    await learn();
    const began = performance.now() / 1000;
    const flood = Promise.all(Array.from({ length: 100 }, () => ask('alice')));
    await pass(0);
    const refused = outcomes.length;
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(['RATE_001']));
    await pass(LIMIT_MS);
    await flood;
    const answered = outcomes.filter(({ code }) => code === 'ok');
    expect(answered).toHaveLength(100 - refused);
    // Of sixty that fit into the time limit at most seven tenths are planned.
    expect(answered.length).toBeGreaterThan(30);
    expect(answered.length).toBeLessThanOrEqual(42);
    expect(answered[0]!.at - began).toBeCloseTo(1);
    expect(seen.mostRunning).toBe(2);
  });

  it('lets somebody else in after a few', async () => {
    const { ask, learn } = server();
    await learn();
    const flood = Promise.all(Array.from({ length: 100 }, () => ask('alice')));
    await pass(500);
    const before = performance.now();
    const bob = ask('bob');
    await pass(LIMIT_MS);
    expect(await bob).toMatchObject({ code: 'ok' });
    expect((await bob).at * 1000 - before).toBeLessThanOrEqual(3 * TAKES_MS);
    await flood;
  });

  it('holds before anything is known of how long one takes', async () => {
    const { ask, outcomes } = server();
    const flood = Promise.all(Array.from({ length: 100 }, () => ask('alice')));
    await pass(0);
    const early = outcomes.length;
    expect(early).toBeGreaterThan(70);
    expect(early).toBeLessThan(98);
    await pass(LIMIT_MS);
    await flood;
    expect(outcomes.slice(early).map(({ code }) => code)).toEqual(Array(100 - early).fill('ok'));
  });
});

describe('the time that one is told', () => {
  it.each([
    ['many at once', { most: 256 }, 150],
    ['few places', { most: 5 }, 30],
  ])('is true: who obeys is let in the first time, nearly always (%s)', async (_what, options, calls) => {
    const { ask, learn } = server(options);
    await learn();
    let first = 0;
    let again = 0;
    const obey = async (n: number) => {
      const one = await ask('alice', { question: `photo ${n}` });
      if (one.retryAfterS === undefined) return;
      first += 1;
      await sleep(one.retryAfterS * 1000);
      if ((await ask('alice', { question: `photo ${n}` })).code === 'ok') again += 1;
    };
    const all = Promise.all(Array.from({ length: calls }, (_, n) => obey(n)));
    await pass(600_000);
    await all;
    expect(first).toBeGreaterThan(20);
    expect(again / first).toBeGreaterThanOrEqual(0.9);
  });

  it('is true for agents that ask for the next as soon as they have one: those who wait as told are not overtaken', async () => {
    const { ask, learn } = server({ most: 5 });
    await learn();
    const tries: number[] = [];
    const agent = async (name: number) => {
      for (let n = 0; n < 6; n += 1) {
        let tried = 0;
        for (;;) {
          tried += 1;
          const one = await ask('client 127.0.0.1', { question: `${name} ${n}` });
          if (one.retryAfterS === undefined) break;
          await sleep(one.retryAfterS * 1000);
        }
        tries.push(tried);
      }
    };
    const all = Promise.all(Array.from({ length: 16 }, (_, name) => agent(name)));
    await pass(600_000);
    await all;
    expect(tries).toHaveLength(16 * 6);
    expect(Math.max(...tries)).toBeLessThanOrEqual(3);
    expect(tries.filter((n) => n <= 2).length / tries.length).toBeGreaterThanOrEqual(0.9);
  });

  it('is not the same for all', async () => {
    const { ask, learn, outcomes } = server();
    await learn();
    for (let n = 0; n < 100; n += 1) void ask('alice');
    await pass(0);
    const told = outcomes.map(({ retryAfterS }) => retryAfterS);
    expect(new Set(told).size).toBeGreaterThan(told.length / 2);
    await pass(LIMIT_MS);
  });

  it('holds nothing back for those who never come', async () => {
    const { ask, learn, outcomes } = server();
    await learn();
    for (let n = 0; n < 500; n += 1) void ask('alice');
    await pass(300_000);
    outcomes.length = 0;
    const later = Array.from({ length: 10 }, () => ask('alice'));
    await pass(LIMIT_MS);
    await Promise.all(later);
    expect(outcomes.map(({ code }) => code)).toEqual(Array(10).fill('ok'));
  });
});

describe('a line that is full', () => {
  it('is ordered by urgency, and the least is begun now and then too', async () => {
    const { ask, learn, outcomes, seen } = server();
    await learn();
    const all = PRIORITIES.toReversed().flatMap((priority) => Array.from({ length: 8 }, () => ask('a', { priority })));
    await pass(0);
    expect(seen.depths).toEqual({ critical: 8, high: 8, normal: 8, low: 6 });
    await pass(LIMIT_MS);
    await Promise.all(all);
    const order = outcomes.filter(({ code }) => code === 'ok').map(({ priority }) => priority);
    const mean = (wanted: Priority) => {
      const places = order.flatMap((one, at) => (one === wanted ? [at] : []));
      return places.reduce((sum, at) => sum + at, 0) / places.length;
    };
    expect(mean('critical')).toBeLessThan(mean('high'));
    expect(mean('high')).toBeLessThan(mean('normal'));
    expect(order.slice(2, 12)).toContain('low');
    expect(order.slice(-3)).toEqual(['low', 'low', 'low']);
  });

  it('makes room for what is more urgent, and for who has less in it', async () => {
    const { ask, learn, outcomes } = server({ most: 10 });
    await learn();
    for (let n = 0; n < 30; n += 1) void ask(n % 2 ? 'alice' : 'carl', { priority: 'low' });
    await pass(0);
    outcomes.length = 0;
    const [bob, urgent] = [ask('bob', { priority: 'low' }), ask('alice', { priority: 'high' })];
    await pass(LIMIT_MS);
    expect(await bob).toMatchObject({ code: 'ok' });
    expect(await urgent).toMatchObject({ code: 'ok' });
    // Those who gave way were told when to come.
    const pushed = outcomes.filter(({ code }) => code !== 'ok');
    expect(pushed.length).toBe(2);
    expect(pushed.every(({ retryAfterS }) => (retryAfterS ?? 0) > 0)).toBe(true);
  });

  it('is left by who goes away, and nothing is begun for them', async () => {
    const { ask, learn, seen } = server();
    await learn();
    const gone = new AbortController();
    const running = [ask('bob'), ask('bob')];
    const waiting = ask('alice', { signal: gone.signal });
    await pass(100);
    expect(seen.depths.normal).toBe(1);
    gone.abort('gone');
    expect(await waiting).toMatchObject({ code: 'gone' });
    expect(seen.depths.normal).toBe(0);
    await pass(LIMIT_MS);
    await Promise.all(running);
    expect(seen.begun).toEqual(['bob', 'bob']);
  });

  it('is left before the time is over, by what was not begun', async () => {
    const { ask, learn, seen } = server();
    await learn();
    const began = performance.now();
    const stuck = [ask('bob', { takesMs: 100_000 }), ask('bob', { takesMs: 100_000 })];
    const waiting = ask('alice');
    await pass(LIMIT_MS);
    const { code, retryAfterS, at } = await waiting;
    expect(code).toBe('SYSTEM_002');
    expect(retryAfterS).toBeGreaterThan(0);
    expect(at * 1000 - began).toBeLessThan(LIMIT_MS);
    expect(seen.begun).toEqual(['bob', 'bob']);
    await pass(100_000);
    await Promise.all(stuck);
  });

  it('goes on behind what fails', async () => {
    const { gate } = server({ places: 1 });
    const who = (question: string) => ({
      ...{ caller: 'a', priority: 'normal' as const, question, signal: new AbortController().signal },
      until: performance.now() + LIMIT_MS,
    });
    const failing = gate.run(who('1'), async () => {
      throw new Error('broken');
    });
    const after = gate.run(who('2'), async () => 'done');
    await expect(failing).rejects.toThrow('broken');
    expect(await after).toBe('done');
  });
});

describe('who comes to a server that is idle', () => {
  it('is begun in the same turn', () => {
    const { ask, seen } = server();
    void ask('alice');
    expect(seen.begun).toEqual(['alice']);
  });
});
