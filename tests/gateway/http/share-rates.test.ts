import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RateSharing } from '../../../src/gateway/http/share-rates.ts';
import { TokenBuckets } from '../../../src/gateway/http/token-buckets.ts';
import type { Taken } from '../../../src/ports/rates.ts';

const LIMIT = 60;
let calls: Taken[];
let unshared: number;
/** What is answered; by default what this server takes is all that is taken. */
let answer: (taken: Taken) => Promise<readonly number[] | null>;
let buckets: TokenBuckets;
let sharing: RateSharing;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  calls = [];
  unshared = 0;
  answer = async (taken) => taken.map(() => LIMIT);
  buckets = new TokenBuckets(LIMIT);
  const shared = {
    state: 'connected' as const,
    take: (_limit: number, taken: Taken) => {
      calls.push(taken);
      return answer(taken);
    },
    close() {},
  };
  sharing = new RateSharing({ buckets, shared, onUnshared: (count) => (unshared += count) });
});
afterEach(() => {
  vi.useRealTimers();
});

function send(client: string, count = 1): void {
  for (let n = 0; n < count; n += 1) if (buckets.take(client).allowed) sharing.took(client);
}
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const told = () => calls.splice(0).map((taken) => Object.fromEntries(taken));

it('tells of the first request at once, of those of the next 250 ms together, and is silent when nothing comes', async () => {
  send('a');
  await after(1);
  expect(told()).toEqual([{ a: 1 }]);
  send('a', 2);
  send('b', 3);
  await after(200);
  expect(told()).toEqual([]);
  await after(50);
  expect(told()).toEqual([{ a: 2, b: 3 }]);
  await after(10_000);
  expect(told()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

it('tells sooner, and at most every 10 ms, of a client that takes a sixteenth of its limit', async () => {
  send('a');
  await after(1);
  send('a', 3);
  await after(20);
  expect(told()).toEqual([{ a: 1 }]);
  send('a');
  await after(1);
  expect(told()).toEqual([{ a: 4 }]);
  for (let ms = 0; ms < 30; ms += 1) {
    send('a', 1);
    await after(1);
  }
  expect(calls.length).toBeGreaterThan(1);
  expect(calls.length).toBeLessThanOrEqual(3);
  expect(buckets.take('a').allowed).toBe(true);
});

it('takes from its buckets what went through elsewhere, and nothing twice', async () => {
  const answered = Promise.withResolvers<readonly number[]>();
  answer = () => answered.promise;
  send('a', 10);
  await after(1);
  expect(told()).toEqual([{ a: 10 }]);
  // While it is under way; the other servers took 30.
  send('a', 4);
  answered.resolve([20]);
  await after(0);
  expect(buckets.take('a').remaining).toBe(15);
  expect(buckets.take('b').remaining).toBe(59);
});

it('refuses for a minute at most more where the others took more than there was', async () => {
  answer = async (taken) => taken.map(() => -LIMIT);
  send('a');
  await after(1);
  expect(buckets.take('a')).toMatchObject({ allowed: false, remaining: 0, retryAfterS: 61, resetS: 120 });
  await after(61_000);
  expect(buckets.take('a').allowed).toBe(true);
});

it('never gives more than this server alone would', async () => {
  answer = async (taken) => taken.map(() => LIMIT);
  send('a', 60);
  await after(1);
  expect(buckets.take('a').allowed).toBe(false);
});

it('leaves buckets alone and counts where nobody answers, and goes on as soon as somebody does', async () => {
  answer = async () => null;
  for (let round = 0; round < 4; round += 1) {
    send('a', 5);
    await after(250);
  }
  expect(unshared).toBe(20);
  expect(buckets.take('a').remaining).toBeGreaterThanOrEqual(39);
  told();
  answer = async (taken) => taken.map(() => 7);
  send('a');
  await after(250);
  expect(told()).toEqual([{ a: 1 }]);
  expect(buckets.take('a').remaining).toBe(6);
});

it('does not ask again before it is answered', async () => {
  const answered = Promise.withResolvers<null>();
  answer = () => answered.promise;
  send('a');
  await after(1);
  send('a');
  await after(5000);
  expect(calls).toHaveLength(1);
  answered.resolve(null);
  await after(1);
  expect(calls).toHaveLength(2);
});

it('holds and sends a bounded number', async () => {
  buckets = new TokenBuckets(LIMIT);
  for (let n = 0; n < 30_000; n += 1) send(`client ${n}`);
  expect(unshared).toBe(20_000);
  await after(1);
  expect(calls).toHaveLength(4);
  await after(250);
  expect(calls).toHaveLength(8);
  expect(Math.max(...calls.map((taken) => taken.length))).toBe(250);
  await after(2500);
  expect(new Set(calls.flat().map(([client]) => client)).size).toBe(10_000);
});
