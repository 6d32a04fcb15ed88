import { expect, it } from 'vitest';
import { Admission } from '../../src/analysis/admission.ts';
import type { Priority } from '../../src/contract/priority.ts';
import type { AppError } from '../../src/errors.ts';

/** Work that takes so long by a clock that goes on only when work ends. */
function desk({ width = 1, places = 1000, ms = 1000 } = {}) {
  let now = 0;
  const order: string[] = [];
  const depth: Record<string, number> = {};
  const open: (() => void)[] = [];
  const admission = new Admission({
    width: () => width,
    places,
    clock: () => now,
    onDepth: (priority, change) => {
      depth[priority] = (depth[priority] ?? 0) + change;
    },
  });
  const ask = (
    owner: string,
    { priority = 'normal' as Priority, within = 30_000, signal = new AbortController().signal } = {},
  ) =>
    admission.run({ owner, priority, signal, until: now + within }, async () => {
      order.push(owner);
      await new Promise<void>((resolve) => open.push(resolve));
    });
  /** Ends what is under way, until nothing is. */
  const settle = async () => {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const ending = open.splice(0);
      if (ending.length === 0) return;
      now += ms;
      for (const end of ending) end();
    }
  };
  return { admission, ask, settle, order, depth, passed: (more: number) => (now += more) };
}

const outcomes = async (asked: readonly Promise<unknown>[]) => {
  const settled = await Promise.allSettled(asked);
  return settled.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as AppError).code));
};
const count = (all: readonly string[], which: string) => all.filter((one) => one === which).length;

it('gives each owner a turn: who asks for one waits behind one of each other, not behind all of them', async () => {
  const { ask, settle, order } = desk();
  const flood = Array.from({ length: 20 }, () => ask('alice'));
  const bob = ask('bob');
  await Promise.all([settle(), ...flood, bob]);
  expect(order.indexOf('bob')).toBeLessThanOrEqual(2);
});

it('begins the urgent ones first', async () => {
  const { ask, settle, order } = desk();
  const all = [ask('first'), ask('low', { priority: 'low' }), ask('normal'), ask('critical', { priority: 'critical' })];
  await Promise.all([settle(), ...all]);
  expect(order).toEqual(['first', 'critical', 'normal', 'low']);
});

it('begins no more at once than its width', async () => {
  const { ask, settle, order, depth } = desk({ width: 3 });
  const all = Array.from({ length: 10 }, () => ask('alice'));
  await new Promise((resolve) => setImmediate(resolve));
  expect([order.length, depth.normal]).toEqual([3, 7]);
  await Promise.all([settle(), ...all]);
  expect(depth.normal).toBe(0);
});

it('does as many of a burst as fit into their time, and refuses the rest before anything is spent on them', async () => {
  const { ask, settle, order } = desk({ width: 2 });
  await Promise.all([ask('alice'), settle()]);
  order.length = 0;
  // Two at a time, a second each, ten seconds: twenty.
  const burst = Array.from({ length: 100 }, () => ask('alice', { within: 10_000 }));
  const [ended] = await Promise.all([outcomes(burst), settle()]);
  expect(count(ended, 'SYSTEM_002')).toBe(100 - count(ended, 'done'));
  expect(count(ended, 'done')).toBeGreaterThanOrEqual(16);
  expect(order).toHaveLength(count(ended, 'done'));
});

it('says truly when to come again: what comes back then is done', async () => {
  const { ask, settle, passed } = desk({ width: 2 });
  await Promise.all([ask('alice'), settle()]);
  const burst = Array.from({ length: 100 }, () => ask('alice', { within: 10_000 }));
  const refused = Promise.allSettled(burst).then((all) =>
    all.flatMap((one) => (one.status === 'rejected' ? [(one.reason as AppError).retryAfterS ?? 0] : [])),
  );
  const [told] = await Promise.all([refused, settle()]);
  // Not all at one time: two a second, as they are done.
  expect(Math.min(...told)).toBeGreaterThan(5);
  expect(Math.max(...told) - Math.min(...told)).toBeGreaterThan(told.length / 2 - 5);
  const ended: string[] = [];
  for (const [n, after] of told.toSorted((a, b) => a - b).entries()) {
    if (n > 0) passed(1000 * (after - (told[n - 1] ?? after)));
    const [one] = await Promise.all([outcomes([ask('alice', { within: 10_000 })]), settle()]);
    ended.push(...one);
  }
  expect(count(ended, 'done')).toBe(told.length);
});

it('does not refuse another for what one owner asks for', async () => {
  const { ask, settle } = desk();
  await Promise.all([ask('alice'), settle()]);
  const burst = Array.from({ length: 100 }, () => ask('alice', { within: 10_000 }));
  const bob = ask('bob', { within: 10_000 });
  const [[ended]] = await Promise.all([outcomes([bob]), outcomes(burst), settle()]);
  expect(ended).toBe('done');
});

it('refuses what came before anything was measured, when its turn comes too late', async () => {
  const { ask, settle, order } = desk();
  const burst = Array.from({ length: 100 }, () => ask('alice', { within: 10_000 }));
  const [ended] = await Promise.all([outcomes(burst), settle()]);
  expect(order.length).toBeLessThanOrEqual(10);
  expect(count(ended, 'done')).toBe(order.length);
});

it('lets so many wait, and says when to come where nothing is measured yet', async () => {
  const { ask, settle } = desk({ places: 5 });
  const burst = Array.from({ length: 20 }, () => ask('alice'));
  const [ended, all] = await Promise.all([outcomes(burst), Promise.allSettled(burst), settle()]);
  expect(count(ended, 'done')).toBe(6);
  const refusals = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as AppError] : []));
  for (const { retryAfterS } of refusals) expect(retryAfterS).toBeGreaterThanOrEqual(30);
});

it('forgets who leaves while waiting, with the reason', async () => {
  const { ask, settle, order, depth } = desk();
  const gone = new AbortController();
  const first = ask('alice');
  const leaving = ask('bob', { signal: gone.signal });
  leaving.catch(() => undefined);
  gone.abort(new Error('gone'));
  await expect(leaving).rejects.toThrow('gone');
  await Promise.all([settle(), first]);
  expect(order).toEqual(['alice']);
  expect(depth.normal).toBe(0);
});
