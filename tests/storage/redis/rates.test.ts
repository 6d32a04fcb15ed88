import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MOST_IN_CALL, type Taken } from '../../../src/ports/rates.ts';
import { RedisRates } from '../../../src/storage/redis/redis-rates.ts';
import { freePort } from '../../services/ports.ts';
import { type RedisSet, startCluster } from '../../services/redis-cluster.ts';
import { type RedisServer, redisCli, startRedis, stopRedis } from '../../services/redis-server.ts';
import { falseRedis } from '../../support/false-redis.ts';
import { HAS_REDIS_SERVER, PATIENT_MS, redisAt } from '../../support/redis.ts';

const opened: RedisRates[] = [];
let states: string[];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

async function open(port: number, secret: () => string | undefined = () => 'a secret', answerMs = PATIENT_MS) {
  states = [];
  const rates = new RedisRates(redisAt(port), { secret, answerMs, onState: (state) => states.push(state) });
  opened.push(rates);
  await expect.poll(() => rates.state).toBe('connected');
  return rates;
}

describe.skipIf(!HAS_REDIS_SERVER)('buckets of all servers', () => {
  let folder: string;
  let server: RedisServer;
  let port: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'h200-rates-'));
    port = await freePort();
    server = await startRedis({ folder, port });
  });
  afterAll(async () => {
    await stopRedis(server);
    rmSync(folder, { recursive: true, force: true });
  });
  const keys = async () => (await redisCli(port, 'KEYS', 'h200:{rate}:*')).split('\n').filter(Boolean);

  it('hold what is left, fill again, and go no deeper than they are high', async () => {
    const [one, two] = [await open(port), await open(port)];
    const [first = 0] = (await one.take(60, [['ann', 40]])) ?? [];
    expect(first).toBeCloseTo(20, 3);
    const [second = 0] = (await two.take(60, [['ann', 30]])) ?? [];
    expect(second).toBeGreaterThanOrEqual(-10);
    expect(second).toBeLessThan(-5);
    await sleep(1500);
    const [third = 0] = (await one.take(60, [['ann', 1]])) ?? [];
    expect(third).toBeGreaterThan(second + 0.4);
    expect(await two.take(60, [['ann', 1_000_000]])).toEqual([-60]);
    // Another limit is another bucket.
    expect((await one.take(600, [['ann', 1]]))?.[0]).toBeCloseTo(599, 3);
  });

  it('lie there as hashes, for as long as they are not full', async () => {
    const client = '203.0.113.9';
    await redisCli(port, 'FLUSHALL');
    await (await open(port)).take(60, [[client, 30]]);
    const [key = ''] = await keys();
    expect(key).toMatch(/^h200:\{rate\}:1:60:[\w-]{22}$/);
    expect(await redisCli(port, 'GET', key)).toMatch(/^\d{16}$/);
    const left = Number(await redisCli(port, 'PTTL', key));
    expect(left).toBeGreaterThan(20_000);
    expect(left).toBeLessThanOrEqual(30_000);
    // Who has another secret knows other clients.
    expect((await (await open(port, () => 'another')).take(60, [[client, 1]]))?.[0]).toBeCloseTo(59, 3);
    expect(await keys()).toHaveLength(2);
  });

  it.each(['text', 'nan', 'inf', '-1', '1', '99999999999999999', ''])(
    'that no server of ours wrote are full: %j',
    async (value) => {
      await redisCli(port, 'FLUSHALL');
      const rates = await open(port);
      await rates.take(60, [['ann', 30]]);
      await redisCli(port, 'SET', (await keys())[0] ?? '', value);
      expect((await rates.take(60, [['ann', 1]]))?.[0]).toBeCloseTo(59, 3);
    },
  );

  it('are taken from many at once', async () => {
    const rates = await open(port);
    const taken: Taken = Array.from({ length: MOST_IN_CALL }, (_, n) => [`one of ${n}`, n + 1]);
    const left = await rates.take(1000, taken);
    expect(left?.map((tokens) => Math.round(1000 - tokens))).toEqual(taken.map(([, count]) => count));
  });
});

describe.skipIf(!HAS_REDIS_SERVER)('a cluster', () => {
  let folder: string;
  let set: RedisSet;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'h200-rates-'));
    set = await startCluster(folder);
  }, 60_000);
  afterAll(async () => {
    await set?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has all of them on one node', async () => {
    const settings = {
      nodes: set.ports.map((at) => ({ host: '127.0.0.1', port: at })),
      mode: 'cluster',
      db: 0,
    } as const;
    const rates = new RedisRates(settings, { secret: () => undefined, answerMs: PATIENT_MS });
    opened.push(rates);
    await expect.poll(() => rates.state, { timeout: 10_000 }).toBe('connected');
    expect(
      (
        await rates.take(60, [
          ['ann', 1],
          ['bob', 2],
          ['cid', 3],
        ])
      )?.map(Math.round),
    ).toEqual([59, 58, 57]);
  });
});

describe('replies that are none', () => {
  it.each([
    ['a number', ':1\r\n'],
    ['nil', '$-1\r\n'],
    ['words', '+OK\r\n'],
    ['too few', '*1\r\n:1\r\n'],
    ['too many', '*3\r\n:1\r\n:1\r\n:1\r\n'],
    ['words in a list', '*2\r\n:1\r\n$1\r\n1\r\n'],
    ['a bucket that is more than full', '*2\r\n:1\r\n:-1\r\n'],
    ['one that owes more than there is', '*2\r\n:1\r\n:120000001\r\n'],
    ['an error', '-NOPERM no permissions to run eval\r\n'],
  ])('say nothing: %s', async (_what, reply) => {
    const server = await falseRedis();
    server.says((command) => (command === 'eval' ? reply : null));
    const rates = await open(server.port);
    expect(
      await rates.take(60, [
        ['ann', 1],
        ['bob', 1],
      ]),
    ).toBeNull();
    expect(rates.state).toBe('refused');
    server.says((command) => (command === 'eval' ? '*2\r\n:0\r\n:120000000\r\n' : null));
    expect(
      await rates.take(60, [
        ['ann', 1],
        ['bob', 1],
      ]),
    ).toEqual([60, -60]);
    expect(rates.state).toBe('connected');
    expect(states).toEqual(['connected', 'refused', 'connected']);
    server.close();
  });

  it('are not waited for', async () => {
    const server = await falseRedis();
    server.says((command) => (command === 'eval' ? undefined : null));
    const rates = await open(server.port, undefined, 100);
    const started = performance.now();
    expect(await rates.take(60, [['ann', 1]])).toBeNull();
    expect(performance.now() - started).toBeLessThan(1000);
    server.close();
  });
});
