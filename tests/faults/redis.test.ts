import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DualCache } from '../../src/storage/dual-cache.ts';
import { MemoryLayer } from '../../src/storage/memory/memory-layer.ts';
import { RedisLayer } from '../../src/storage/redis/redis-layer.ts';
import type { RedisSettings } from '../../src/storage/redis/settings.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { freePort } from '../services/ports.ts';
import { MASTER, type RedisSet, startCluster, startSentinels } from '../services/redis-cluster.ts';
import { type RedisServer, startRedis, stopRedis } from '../services/redis-server.ts';
import { localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';
import { HAS_REDIS_SERVER, redisAt } from '../support/redis.ts';
import { slowProxy } from '../support/slow-proxy.ts';

/** What the call that finds a fault may take longer, and those after it, ms: 100 and nothing, on a machine that is busy. */
const FIRST_MS = 600;
const LATER_MS = 150;
/** Until the cache is shared again once the server answers, ms; on a busy machine three times as long. */
const BACK_MS = 1000;
const BUSY = 3;
const FAILOVER_MS = 8000;
const TTL_MS = 60_000;

let folder: string;
let server: RedisServer | null;
let port: number;
let shade = 0;
const opened: { close(): Promise<unknown> }[] = [];

/** A server of ours over this Redis: real journey, records and photos of its own; only the detector is scripted. */
function openServer(settings: RedisSettings) {
  const redis = new RedisLayer(settings, TTL_MS);
  const cache = new DualCache({ memory: new MemoryLayer({ maxBytes: 2 ** 24, ttlMs: TTL_MS }), redis, hereMs: TTL_MS });
  const store = { folder: mkdtempSync(join(folder, 'server-')), records: createSqliteRecords(':memory:') };
  const journey = openJourney({ cache, store });
  opened.push(journey);
  return { ...journey, redis, acknowledged: new Set<string>() };
}
type Server = ReturnType<typeof openServer>;

/** A photo like no other. */
const photo = () => {
  shade += 1;
  return plainPhoto(64 + (shade % 100), 48 + Math.floor(shade / 100), 100);
};

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now();
  const value = await work();
  return { value, ms: performance.now() - started };
}

async function analyze({ service, acknowledged }: Server, bytes: Buffer) {
  const analysis = await service.analyze(localCall, { bytes, store: true });
  if (analysis.stored !== false) acknowledged.add(analysis.analysis_id);
  return analysis;
}

/** New photos, one after the other: what each took. */
async function times(own: Server, count: number): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const bytes = await photo();
    all.push((await timed(() => analyze(own, bytes))).ms);
  }
  return all;
}

const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;
const back = (own: Server, ms = BACK_MS) =>
  expect.poll(() => own.redis.state, { timeout: BUSY * ms, interval: 5 }).toBe('connected');

interface Fault {
  /** What it does to the Redis that `target` names. */
  readonly begin: () => unknown;
  readonly end: () => unknown;
  /** Of the call that finds it, and of later ones, ms. */
  readonly first?: number;
  readonly later?: number;
  /** Redis still answers what was kept before. */
  readonly isRead?: boolean;
  /** How the next new photo is answered, and those after it, where that is not `done`. */
  readonly says?: readonly [string, string];
  /** One, or the second after the first. */
  readonly state: string;
  readonly backMs?: number;
}

interface Row {
  readonly cells: readonly string[];
  readonly measured: string;
}

async function strike(settings: RedisSettings, fault: Fault): Promise<Row> {
  const own = openServer(settings);
  const known = await photo();
  await analyze(own, known);
  const usual = median(await times(own, 5));
  await fault.begin();
  const [first = 0, ...later] = (await times(own, 6)).map((ms) => ms - usual);
  expect(first).toBeLessThan(fault.first ?? FIRST_MS);
  expect(median(later)).toBeLessThan(fault.later ?? LATER_MS);
  // Where this machine is so busy that an answer takes 100 ms, it is a miss.
  if (fault.isRead) await expect.poll(async () => (await analyze(own, known)).cached).toBe(true);
  else expect((await analyze(own, known)).cached).toBe(false);
  const reading = await own.rules.read(localCall, { text: 'Keep mugs at least 5 cm away from phones' });
  if (!reading.ok) throw new Error(reading.reason);
  const rule = await timed(() => own.rules.create(localCall, reading.draft));
  const list = await timed(() => own.rules.list(localCall, {}, { limit: 50 }));
  expect(list.value.items).toHaveLength(1);
  expect(Math.max(rule.ms, list.ms)).toBeLessThan(1000);
  await expect.poll(() => own.redis.state).toBe(fault.state.split(', then ').at(-1));
  // What this process made meanwhile it knows itself.
  const mine = await photo();
  await analyze(own, mine);
  expect((await analyze(own, mine)).cached).toBe(true);
  const starting = await timed(async () => {
    const other = openServer(settings);
    await analyze(other, await photo());
    return other;
  });
  const stopping = await timed(() => starting.value.close());
  expect(starting.ms).toBeLessThan(3000);
  expect(stopping.ms).toBeLessThan(2000);
  await fault.end();
  const recovering = await timed(() => back(own, fault.backMs));
  const other = openServer(settings);
  await back(other);
  await expect.poll(() => isShared(own, other), { timeout: 3000, interval: 100 }).toBe(true);
  // A cache holds nothing that is nowhere else.
  for (const id of own.acknowledged) expect(await own.service.get(localCall, id)).toBeDefined();
  expect(own.acknowledged.size).toBeGreaterThan(13);
  const shown = (ms: number) => Math.max(0, Math.round(ms));
  return {
    cells: [
      fault.says?.[0] ?? 'done',
      fault.says?.[1] ?? 'done',
      fault.isRead ? 'from the cache' : 'analysed anew',
      'done',
      'done',
      'done',
      fault.state,
    ],
    measured: `first +${shown(first)}, later +${shown(median(later))}, start ${shown(starting.ms)}, stop ${shown(stopping.ms)}, back after ${shown(recovering.ms)} ms`,
  };
}

/** Whether a server need not look at what the other one has looked at. */
async function isShared(own: Server, other: Server): Promise<boolean> {
  const bytes = await photo();
  await analyze(own, bytes);
  const before = other.seen.calls;
  await analyze(other, bytes);
  return other.seen.calls === before;
}

const start = async (more: Partial<Parameters<typeof startRedis>[0]> = {}) => {
  server = await startRedis({ folder: join(folder, 'db'), port, ...more });
};
const stop = async () => {
  if (server) await stopRedis(server);
  server = null;
};
/** Tells the server something over one connection, as its administrator. */
async function tell(commands: readonly string[], password?: string): Promise<void> {
  const admin = new Redis({ host: '127.0.0.1', port, ...(password !== undefined && { password }) });
  for (const command of commands) {
    const [name = '', ...rest] = command.split(' ');
    await admin.call(name, ...rest);
  }
  admin.disconnect();
}

describe.skipIf(!HAS_REDIS_SERVER)('Redis', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'h200-redis-faults-'));
    port = await freePort();
    server = null;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    await stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('takes away no answer, whatever becomes of it', async () => {
    await start();
    const proxy = await slowProxy(port);
    const rows = new Map<string, Row>();
    const direct = redisAt(port);
    const slow = redisAt(proxy.port);
    const nothing = () => undefined;
    const run = async (name: string, fault: Fault, settings = direct) => {
      rows.set(name, await strike(settings, fault));
    };
    await run('none', { begin: nothing, end: nothing, isRead: true, state: 'connected' });
    await run('killed', { begin: stop, end: () => start(), state: 'unreachable' });
    await run('frozen', {
      begin: () => server!.process.kill('SIGSTOP'),
      end: () => server!.process.kill('SIGCONT'),
      says: ['done, 100 ms later', 'done'],
      state: 'unreachable',
    });
    await run('restarted, empty', {
      begin: async () => {
        await stop();
        await start();
      },
      end: nothing,
      state: 'unreachable, then connected',
    });
    await run(
      'slow: each answer takes 40 ms',
      {
        begin: () => proxy.delay(40),
        end: () => proxy.delay(0),
        first: 600,
        later: 400,
        isRead: true,
        state: 'connected',
      },
      slow,
    );
    await run(
      'too slow: 400 ms',
      {
        begin: () => proxy.delay(400),
        end: () => proxy.delay(0),
        says: ['done, 100 ms later', 'done'],
        state: 'unreachable',
        backMs: 3000,
      },
      slow,
    );
    await run('the password is changed', {
      begin: () => tell(['config set requirepass s3cret', 'client kill type normal skipme yes']),
      // The word after the blank is empty.
      end: () => tell(['config set requirepass '], 's3cret'),
      state: 'unreachable, then refused',
      backMs: 3000,
    });
    await run('full: maxmemory, nothing may be evicted', {
      begin: () => tell(['config set maxmemory 1']),
      end: () => tell(['config set maxmemory 0']),
      isRead: true,
      state: 'connected',
    });
    await run('a read-only replica', {
      begin: async () => tell([`replicaof 127.0.0.1 ${await freePort()}`]),
      end: () => tell(['replicaof no one']),
      isRead: true,
      state: 'connected',
    });
    proxy.close();
    await sets(rows);
    await expect(page(rows)).toMatchFileSnapshot('../../docs/faults-redis.md');
    for (const [name, { measured }] of rows) console.log(`${name}: ${measured}`);
  }, 240_000);
});

/** A cluster and a set with sentinels, each losing the server that is used. */
async function sets(rows: Map<string, Row>): Promise<void> {
  const kinds = [
    ['cluster', startCluster],
    ['sentinel', startSentinels],
  ] as const;
  for (const [mode, begin] of kinds) {
    const set: RedisSet = await begin(join(folder, mode));
    try {
      const nodes = set.ports.map((one) => ({ host: '127.0.0.1', port: one }));
      const settings: RedisSettings = { nodes, mode, db: 0, ...(mode === 'sentinel' && { master: MASTER }) };
      const own = openServer(settings);
      await analyze(own, await photo());
      const usual = median(await times(own, 5));
      const all = set.servers.slice(0, mode === 'cluster' ? 6 : 3);
      await stopRedis(await set.master('{any}'));
      const began = performance.now();
      const slowest: number[] = [];
      while (performance.now() - began < 1000) slowest.push(...(await times(own, 1)));
      expect(Math.max(...slowest) - usual).toBeLessThan(FIRST_MS + 50);
      await back(own, FAILOVER_MS);
      const ms = Math.round(performance.now() - began);
      const other = openServer(settings);
      await back(other);
      await expect.poll(() => isShared(own, other), { timeout: FAILOVER_MS, interval: 100 }).toBe(true);
      for (const id of own.acknowledged) expect(await own.service.get(localCall, id)).toBeDefined();
      const name = mode === 'cluster' ? 'a master of a cluster is killed' : 'the master that sentinels watch is killed';
      const cells = [
        'done, up to 100 ms later',
        'done',
        'from the cache or anew',
        'done',
        'done',
        'done',
        'unreachable, then connected',
      ];
      rows.set(name, {
        cells,
        measured: `slowest +${Math.round(Math.max(...slowest) - usual)}, back after ${ms} ms, ${all.length} servers`,
      });
    } finally {
      await Promise.all(opened.splice(0).map((one) => one.close()));
      await set.stop();
    }
  }
}

function page(rows: ReadonlyMap<string, Row>): string {
  const head = [
    '',
    'the next new photo',
    'new photos after it',
    'a photo from before',
    'create_rule, list_rules',
    'a server starts',
    'it stops',
    'health says of Redis',
  ];
  return `# What is answered when Redis is gone

A server whose cache is a Redis to which one thing happens while it runs. Every analysis is answered and stored: the cache holds
nothing that is nowhere else, and what a server finds out meanwhile it keeps itself. The first call that gets no answer waits
100 ms, those that wait with it end with it, further ones do not ask. Once the server answers again the cache is shared within
${BACK_MS / 1000} s (3 s where it was slow or refused the password; a replica of a cluster, or of a set with sentinels, takes over in 2 to 5 s).
Written by \`npx vitest run --project unit tests/faults -u\` with \`npm run services\`, which fails where the table is not true any more.

| ${head.join(' | ')} |
|${head.map(() => '---|').join('')}
${[...rows].map(([name, { cells }]) => `| ${name} | ${cells.join(' | ')} |`).join('\n')}
`;
}
