import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Breaker } from '../../../src/storage/redis/breaker.ts';
import { failureOf } from '../../../src/storage/redis/reply-errors.ts';

const never = () => new Promise<never>(() => {});
const reply = (text: string) => Object.assign(new Error(text), { name: 'ReplyError' });

let answer: () => Promise<unknown>;
let asked: string[];
let states: string[];
let breaker: Breaker;
beforeEach(() => {
  answer = async () => 1;
  asked = [];
  states = [];
  breaker = new Breaker({
    probe(key) {
      asked.push(key);
      return answer();
    },
    onState: (state, word) => states.push(word === null ? state : `${state}: ${word}`),
  });
});
afterEach(() => breaker.close());

const took = async (work: () => Promise<unknown>) => {
  const started = performance.now();
  const failed = await work().then(
    () => null,
    (thrown) => failureOf(thrown).kind,
  );
  return { failed, ms: performance.now() - started };
};
const connected = async () => {
  breaker.hear(null);
  await expect.poll(() => breaker.state).toBe('connected');
};

describe('a server that answers', () => {
  it('gives what it says', async () => {
    await connected();
    expect(await breaker.run('k', async () => 7)).toBe(7);
    expect(breaker.errors).toEqual({ timeout: 0, lost: 0, server: 0, broken: 0, skipped: 0 });
  });

  it('may refuse one thing and do the next', async () => {
    await connected();
    for (const text of ['READONLY You can’t write', 'OOM command not allowed', 'WRONGTYPE Operation', 'ERR unknown']) {
      expect(await took(() => breaker.run('k', () => Promise.reject(reply(text))))).toMatchObject({ failed: 'server' });
    }
    expect(breaker.errors.server).toBe(4);
    expect([breaker.state, states]).toEqual(['connected', ['connected']]);
  });

  it('is not held for gone when this process was busy for long', async () => {
    await connected();
    const early = sleep(20, 'there');
    const waiting = breaker.run('k', () => early);
    const end = performance.now() + 250;
    while (performance.now() < end);
    expect(await waiting).toBe('there');
    expect(breaker.state).toBe('connected');
  });
});

describe('a server that gives no answer', () => {
  it('costs all who wait 100 ms together, and nobody afterwards', async () => {
    await connected();
    answer = never;
    const first = Array.from({ length: 50 }, () => took(() => breaker.run('k', never)));
    await sleep(60);
    const later = Array.from({ length: 50 }, () => took(() => breaker.run('k', never)));
    for (const { failed, ms } of await Promise.all(first)) {
      expect(failed).toMatch(/timeout|lost/);
      expect(ms).toBeLessThan(200);
    }
    // They were not there for 100 ms, but what they wait for is gone.
    for (const { ms } of await Promise.all(later)) expect(ms).toBeLessThan(140);
    const { failed, ms } = await took(() => breaker.run('k', never));
    expect(failed).toBe('skipped');
    expect(ms).toBeLessThan(20);
    expect(states).toEqual(['connected', 'unreachable: no answer']);
  });

  it('is asked for the key that failed, one question at a time, and used again when it answers', async () => {
    await connected();
    asked.length = 0;
    answer = never;
    await took(() => breaker.run('the key', never));
    await sleep(900);
    expect(new Set(asked)).toEqual(new Set(['the key']));
    // 100 ms for an answer, then some 150 ms.
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked.length).toBeLessThanOrEqual(6);
    answer = async () => 1;
    const started = performance.now();
    await expect.poll(() => breaker.state, { interval: 5 }).toBe('connected');
    expect(performance.now() - started).toBeLessThan(600);
    expect(await breaker.run('k', async () => 1)).toBe(1);
  });

  it('holds no more than a thousand calls', async () => {
    await connected();
    answer = never;
    const all = Array.from({ length: 1500 }, () => took(() => breaker.run('k', never)));
    const failed = (await Promise.all(all)).map((one) => one.failed);
    expect(failed.filter((kind) => kind === 'skipped')).toHaveLength(500);
  });
});

describe('the first call', () => {
  it('waits for the connection no longer than for an answer', async () => {
    answer = never;
    const { failed, ms } = await took(() => breaker.run('k', async () => 1));
    expect(failed).toBe('skipped');
    expect(ms).toBeGreaterThan(90);
    expect(ms).toBeLessThan(250);
    expect((await took(() => breaker.run('k', async () => 1))).ms).toBeLessThan(20);
  });

  it('is answered as soon as there is one', async () => {
    setTimeout(() => breaker.hear(null), 30);
    expect(await breaker.run('k', async () => 1)).toBe(1);
  });
});

it('is known to be gone by what the client hears, though nobody asks for anything', async () => {
  await connected();
  answer = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
  breaker.hear(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
  await expect.poll(() => breaker.state).toBe('unreachable');
  answer = async () => 1;
  breaker.hear(null);
  await expect.poll(() => breaker.state).toBe('connected');
});

it('is not held for gone by a word of the client while it answers', async () => {
  await connected();
  breaker.hear(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  await sleep(50);
  expect([breaker.state, states]).toEqual(['connected', ['connected']]);
});

it('tells a server that refuses us from one that is gone, and keeps its words to itself', async () => {
  answer = () => Promise.reject(new Error("Stream isn't writeable"));
  breaker.hear(reply('WRONGPASS invalid username-password pair: hans s3cret'));
  await expect.poll(() => states).toEqual(['refused: WRONGPASS']);
  breaker.hear(Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:6379'), { code: 'ECONNREFUSED' }));
  await expect.poll(() => states.at(-1)).toBe('unreachable: ECONNREFUSED');
  expect(failureOf(new Error('getaddrinfo redis://hans:s3cret@x')).word).toBe('no connection');
});

it('asks nothing any more once it is closed', async () => {
  answer = () => Promise.reject(new Error('gone'));
  await took(() => breaker.run('k', async () => 1));
  breaker.close();
  const before = asked.length;
  await sleep(500);
  expect(asked.length).toBeLessThanOrEqual(before + 1);
});
