import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { RedisRates } from '../../../src/storage/redis/redis-rates.ts';
import { freePort } from '../../services/ports.ts';
import { type RedisServer, redisCli, startRedis, stopRedis } from '../../services/redis-server.ts';
import { HAS_REDIS_SERVER, redisAt } from '../../support/redis.ts';
import { createFakeServices } from '../fake-services.ts';
import { raw } from '../raw-http.ts';

const LIMIT = 60;
/** Until servers know of each other: 250 ms, and the answer of Redis; on a busy machine three times as long. */
const KNOWN_MS = 1000;
/** Longer than in earnest: a busy machine is late, and who waited for it would show. */
const ANSWER_MS = 2000;
const LOST = { timeout: 3 * ANSWER_MS };

interface Server {
  readonly gateway: HttpGateway;
  readonly rates: RedisRates;
  readonly url: string;
  unshared(): Promise<number>;
}

let folder: string;
let redis: RedisServer;
let port: number;
let servers: Server[];

async function open(): Promise<Server> {
  const services = createFakeServices();
  const rates = new RedisRates(redisAt(port), { secret: () => 'the secret of both', answerMs: ANSWER_MS });
  const local = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  const gateway = createHttpGateway(services, [], { ...local, rateLimit: LIMIT, sharedRates: rates });
  const { url } = await gateway.listen();
  await expect.poll(() => rates.state, LOST).toBe('connected');
  const unshared = async () => (await services.metrics.unsharedRequests.get()).values[0]?.value ?? 0;
  return { gateway, rates, url, unshared };
}

/** So many requests, one after the other, to the servers in turn: how many were let through, how long the slowest took. */
async function send(from: string, count: number, to: readonly Server[] = servers) {
  let passed = 0;
  let slowest = 0;
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    const { status } = await raw(`${to[n % to.length]!.url}/`, { from });
    slowest = Math.max(slowest, performance.now() - started);
    if (status === 200) passed += 1;
  }
  return { passed, slowest };
}

const onLinux = describe.skipIf(process.platform !== 'linux' || !HAS_REDIS_SERVER);
onLinux('two servers and one Redis', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'h200-rates-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    port = await freePort();
    redis = await startRedis({ folder, port });
    servers = [await open(), await open()];
  });
  afterEach(async () => {
    await Promise.all(servers.map(({ gateway }) => gateway.close()));
    for (const { rates } of servers) rates.close();
    await stopRedis(redis);
  });

  it('let one client through as often as one server would', async () => {
    const started = performance.now();
    const { passed } = await send('127.0.0.2', 300);
    const again = (performance.now() - started) / 1000;
    expect(passed).toBeGreaterThanOrEqual(LIMIT);
    // What both let through before they knew of each other comes on top.
    expect(passed).toBeLessThan(1.5 * LIMIT + again);
    expect((await send('127.0.0.3', 10)).passed).toBe(10);
    expect(await redisCli(port, 'KEYS', '*')).not.toMatch(/127\.0\.0/);
  });

  it('know at once of a client that comes from the other one', async () => {
    const [one, other] = servers as [Server, Server];
    expect((await send('127.0.0.2', 59, [one])).passed).toBe(59);
    await sleep(KNOWN_MS);
    await send('127.0.0.2', 1, [other]);
    await sleep(100);
    expect((await send('127.0.0.2', 30, [other])).passed).toBeLessThanOrEqual(3);
  });

  it('take back what they let through twice', async () => {
    const bursts = servers.flatMap((server) => Array.from({ length: LIMIT }, () => send('127.0.0.2', 1, [server])));
    const passed = (await Promise.all(bursts)).reduce((sum, one) => sum + one.passed, 0);
    expect(passed).toBeLessThanOrEqual(2 * LIMIT);
    const owed = passed - LIMIT;
    expect(owed).toBeGreaterThan(0);
    // Who was the last to tell knows; the other one learns with the next that it lets through.
    const started = performance.now();
    const until = () => (performance.now() - started) / 1000;
    let later = 0;
    while (until() < Math.min(owed, 6)) {
      later += (await send('127.0.0.2', 2)).passed;
      await sleep(100);
    }
    expect(later).toBeLessThanOrEqual(servers.length);
  });

  it.each([
    ['frozen', () => redis.process.kill('SIGSTOP'), async () => redis.process.kill('SIGCONT')],
    [
      'killed',
      () => stopRedis(redis),
      async () => {
        redis = await startRedis({ folder, port });
      },
    ],
  ] as const)(
    'count alone while it is %s, no request waits, and together soon after it is back',
    async (_what, begin, end) => {
      await begin();
      const { passed, slowest } = await send('127.0.0.2', 200);
      expect(passed).toBeGreaterThanOrEqual(2 * LIMIT);
      expect(passed).toBeLessThan(2 * LIMIT + 40);
      expect(slowest).toBeLessThan(ANSWER_MS / 2);
      for (const server of servers) {
        await expect.poll(() => server.rates.state, LOST).toBe('unreachable');
        await expect.poll(() => server.unshared(), LOST).toBeGreaterThanOrEqual(LIMIT - 1);
      }
      await end();
      for (const { rates } of servers) await expect.poll(() => rates.state, LOST).toBe('connected');
      expect((await send('127.0.0.3', 300)).passed).toBeLessThan(1.5 * LIMIT + 20);
    },
  );
});
