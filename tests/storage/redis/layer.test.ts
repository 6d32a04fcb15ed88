import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { CacheKey } from '../../../src/ports/cache.ts';
import { decodeEntry, encodeEntry } from '../../../src/storage/cache-entry.ts';
import { DualCache } from '../../../src/storage/dual-cache.ts';
import { MemoryLayer } from '../../../src/storage/memory/memory-layer.ts';
import { RedisLayer } from '../../../src/storage/redis/redis-layer.ts';
import { freePort } from '../../services/ports.ts';
import { type RedisServer, startRedis, stopRedis } from '../../services/redis-server.ts';
import { freshSubject, HAS_REDIS_SERVER, PATIENT_MS, redisAt } from '../../support/redis.ts';

const TTL_MS = 60_000;
const SHARED = { where: 'shared' } as const;
const Thing = z.strictObject({ n: z.number() });

describe.skipIf(!HAS_REDIS_SERVER)('entries in Redis', () => {
  let folder: string;
  let server: RedisServer;
  let direct: Redis;
  let subject: string;
  const opened: DualCache[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'h200-redis-'));
    server = await startRedis({ folder, port: await freePort() });
    direct = new Redis({ port: server.port, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await Promise.all(opened.map((cache) => cache.close()));
    direct.disconnect();
    await stopRedis(server);
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    subject = freshSubject();
    await direct.flushall();
  });

  const open = (now?: () => number) => {
    const memory = new MemoryLayer({ maxBytes: 2 ** 24, ttlMs: TTL_MS });
    const cache = new DualCache({
      memory,
      redis: new RedisLayer(redisAt(server.port), TTL_MS, undefined, PATIENT_MS),
      hereMs: TTL_MS,
      ...(now && { now }),
    });
    opened.push(cache);
    return cache;
  };
  const key = (digest = 'd'): CacheKey => ({ kind: 'thing', subject, digest });
  const place = (digest = 'd') => `h200:cache:2:{${subject}}:thing:${digest}`;

  it('are found by another server, under keys of one slot for each image, and go by their age', async () => {
    await open().set(key(), { n: 1 }, SHARED);
    expect(await open().get(key(), Thing)).toEqual({ n: 1 });
    expect((await direct.keys('*')).toSorted()).toEqual([`h200:cache:2:{${subject}}`, place()]);
    for (const name of await direct.keys('*')) {
      const left = await direct.pttl(name);
      expect(left).toBeGreaterThan(TTL_MS - 5000);
      expect(left).toBeLessThanOrEqual(TTL_MS);
    }
  });

  it('are found again when the client has given up for good', async () => {
    const layer = new RedisLayer(redisAt(server.port), TTL_MS, undefined, PATIENT_MS);
    expect(await layer.set(`thing:${subject}:d`, Buffer.from('x'))).toBe(true);
    const { client } = layer as unknown as { client: Redis };
    client.disconnect();
    await expect.poll(() => client.status).toBe('end');
    await expect.poll(async () => `${await layer.get(`thing:${subject}:d`)}`).toBe('x');
    await layer.close();
    await expect.poll(() => client.status).toBe('end');
  });

  it('are kept here as well once they were found three times', async () => {
    await open().set(key(), { n: 1 }, SHARED);
    const cache = open();
    for (let n = 0; n < 3; n += 1) await cache.get(key(), Thing);
    expect(cache.statistics()).toMatchObject({ memory: { hits: 0, promoted: 1 }, shared: { hits: 3 } });
    await direct.flushall();
    expect(await cache.get(key(), Thing)).toEqual({ n: 1 });
    expect(cache.statistics()).toMatchObject({ memory: { hits: 1 }, shared: { hits: 3 } });
  });

  it('are not answered from a copy here for longer than a minute once another server forgot them', async () => {
    let now = 0;
    await open().set(key(), { n: 1 }, SHARED);
    const cache = open(() => now);
    for (let n = 0; n < 3; n += 1) await cache.get(key(), Thing);
    now = 61_000;
    expect(await cache.get(key(), Thing)).toEqual({ n: 1 });
    await open().forget(subject);
    now = 100_000;
    expect(await cache.get(key(), Thing)).toEqual({ n: 1 });
    now = 122_000;
    expect(await cache.get(key(), Thing)).toBeUndefined();
  });

  it('never hold what must stay in the process, nor its name', async () => {
    const cache = open();
    await cache.set(key(), { n: 1 }, { where: 'here' });
    for (let n = 0; n < 5; n += 1) await cache.get(key(), Thing);
    await cache.close();
    expect(await direct.keys('*')).toEqual([]);
  });

  it('fetch beforehand what was asked for the most, and believe none of it', async () => {
    const before = open();
    for (const digest of ['a', 'b', 'c']) await before.set(key(digest), { n: 1 }, SHARED);
    for (const digest of ['a', 'b', 'b']) await before.get(key(digest), Thing);
    await before.close();
    const list = decodeEntry((await direct.getBuffer('h200:cache:2:hot'))!, 'hot');
    expect(list).toEqual([`thing:${subject}:b`, `thing:${subject}:a`]);
    await direct.set(place('a'), encodeEntry({ n: 'rubbish' }, `thing:${subject}:a`)!);
    const after = open();
    after.warm();
    await expect.poll(() => after.statistics().memory.entries).toBe(2);
    expect(await after.get(key('b'), Thing)).toEqual({ n: 1 });
    expect(await after.get(key('a'), Thing)).toBeUndefined();
    expect(after.statistics().memory.hits).toBe(1);
  });

  const name = () => `thing:${subject}:d`;
  const entry = (from = 0, to?: number) => encodeEntry({ n: 1 }, name())!.subarray(from, to);
  const changed = (at: number, by: number) => () => {
    const copy = Buffer.from(entry());
    copy[copy.length + at < copy.length ? copy.length + at : at]! ^= by;
    return copy;
  };
  const text = (value: string) => () => encodeEntry(JSON.parse(value), name())!;
  it.each<[string, Buffer | string | (() => Buffer)]>([
    ['one byte', Buffer.from([1])],
    ['text', 'hello'],
    ['JSON of nobody', '{"n":1}'],
    ['another version', changed(0, 1)],
    ['another kind', changed(1, 9)],
    ['bytes in place of JSON', changed(1, 1)],
    ['a wrong checksum', changed(2, 1)],
    ['a changed value', changed(-2, 3)],
    ['half of it', () => entry(0, 9)],
    ['what another name has', () => encodeEntry({ n: 1 }, `thing:${subject}:e`)!],
    ['another shape', text('{"n":"1"}')],
    ['more than asked for', text('{"n":1,"m":2}')],
    ['a prototype', text('{"n":1,"__proto__":{"m":2}}')],
    ['null', text('null')],
    ['deep nesting', Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0]), Buffer.from('['.repeat(500_000))])],
    ['more bytes than an entry has', Buffer.alloc(5_000_000, 1)],
  ])('that hold %s are misses, are counted and are gone', async (_what, rubbish) => {
    await direct.set(place(), typeof rubbish === 'function' ? rubbish() : rubbish);
    const cache = open();
    expect(await cache.get(key(), Thing)).toBeUndefined();
    expect(cache.statistics().shared).toMatchObject({ hits: 0, misses: 1, errors: { broken: 1 } });
    await expect.poll(() => direct.exists(place())).toBe(0);
    await cache.set(key(), { n: 1 }, SHARED);
    expect(await cache.get(key(), Thing)).toEqual({ n: 1 });
  });

  it('survive keys of another type in their places', async () => {
    const cache = open();
    await direct.rpush(place(), 'a', 'b');
    expect(await cache.get(key(), Thing)).toBeUndefined();
    await direct.set(`h200:cache:2:{${subject}}`, 'no set');
    await cache.set(key(), { n: 1 }, SHARED);
    expect(await cache.get(key(), Thing)).toEqual({ n: 1 });
    expect(await cache.forget(subject)).toBe(1);
    await direct.rpush('h200:cache:2:hot', 'a');
    cache.warm();
    expect(cache.statistics().shared).toMatchObject({ state: 'connected' });
  });

  it('are removed as soon as Redis is back, where it could not be told', async () => {
    const cache = open();
    await cache.set(key(), { n: 1 }, SHARED);
    server.process.kill('SIGSTOP');
    await cache.forget(subject);
    server.process.kill('SIGCONT');
    await expect.poll(() => direct.exists(place()), { timeout: 5000 }).toBe(0);
  });

  it('remove nothing but their own, whatever their index says', async () => {
    const [cache, other] = [open(), freshSubject()];
    await direct.set('precious', 'x');
    await cache.set({ kind: 'thing', subject: other, digest: 'd' }, { n: 2 }, SHARED);
    await cache.set(key(), { n: 1 }, SHARED);
    await direct.sadd(`h200:cache:2:{${subject}}`, 'precious', `thing:${other}:d`, '*', 'a:b:c:d', '');
    expect(await cache.forget(subject)).toBe(1);
    expect(await direct.get('precious')).toBe('x');
    expect(await cache.get({ kind: 'thing', subject: other, digest: 'd' }, Thing)).toEqual({ n: 2 });
    await cache.clear();
    expect(await direct.keys('*')).toEqual(['precious']);
  });

  it('are removed by the thousand', async () => {
    const cache = open();
    for (const first of [0, 600]) {
      await Promise.all(Array.from({ length: 600 }, (_, n) => cache.set(key(`${first + n}`), { n }, SHARED)));
    }
    expect(await cache.forget(subject)).toBe(1200);
    expect(await direct.dbsize()).toBe(0);
  });
});
