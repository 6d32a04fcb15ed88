import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DualCache } from '../../src/storage/dual-cache.ts';
import { createMemoryCache } from '../../src/storage/memory/cache.ts';
import { MemoryLayer } from '../../src/storage/memory/memory-layer.ts';
import { RedisLayer } from '../../src/storage/redis/redis-layer.ts';
import { freePort } from '../services/ports.ts';
import { PATIENT_MS, REDIS_URL, redisAt, settingsOf } from '../support/redis.ts';
import { cacheContract } from './cache.contract.ts';

const over = (settings: ReturnType<typeof settingsOf>, ttlMs: number, answerMs?: number) =>
  new DualCache({
    memory: new MemoryLayer({ maxBytes: 2 ** 24, ttlMs }),
    hereMs: ttlMs,
    redis: new RedisLayer(settings, ttlMs, undefined, answerMs),
  });

cacheContract('memory', async ({ ttlMs }) => createMemoryCache({ ttlMs }));
cacheContract('a Redis that is not there', async ({ ttlMs }) => over(redisAt(await freePort()), ttlMs), true);
describe.skipIf(REDIS_URL === null)('with Redis', () => {
  cacheContract('Redis', async ({ ttlMs }) => over(settingsOf(), ttlMs, PATIENT_MS));
});

describe('in memory', () => {
  const key = (n: number | string) => ({ kind: 'thing', subject: `s${n}`, digest: 'd' });
  const has = async (cache: DualCache, n: number | string) => (await cache.get(key(n), z.unknown())) !== undefined;

  it('keeps what is asked for, but not for longer what must not leave the process', () => {
    let now = 1;
    const memory = new MemoryLayer({ maxBytes: 100_000, ttlMs: 100, clock: { now: () => now } });
    memory.set('a:s:d', Buffer.from('a'));
    memory.set('b:s:d', Buffer.from('b'), { isHere: true });
    for (now of [60, 90]) expect([memory.get('a:s:d'), memory.get('b:s:d')]).not.toContain(undefined);
    now = 180;
    expect(memory.get('b:s:d')).toBeUndefined();
    expect(memory.get('a:s:d')).toBeDefined();
    now = 281;
    expect(memory.get('a:s:d')).toBeUndefined();
  });

  it('gives up what was used the longest ago until a fifth is free', async () => {
    const memory = new MemoryLayer({ maxBytes: 100_000, ttlMs: 60_000 });
    const cache = new DualCache({ memory, hereMs: 60_000 });
    const value = 'x'.repeat(1000);
    const entries = () => cache.statistics().memory.entries;
    let n = 0;
    for (; cache.statistics().memory.evictions === 0; n += 1) {
      await cache.get(key(0), z.unknown());
      await cache.set(key(n), value, { where: 'shared' });
    }
    expect(n).toBeGreaterThan(60);
    expect(memory.bytes).toBeLessThanOrEqual(80_000);
    expect(memory.bytes).toBeGreaterThan(75_000);
    expect(entries() + cache.statistics().memory.evictions).toBe(n);
    expect([await has(cache, 0), await has(cache, 1), await has(cache, n - 1)]).toEqual([true, false, true]);
    await cache.set(key('larger than all'), 'x'.repeat(200_000), { where: 'shared' });
    expect(await has(cache, 'larger than all')).toBe(false);
    await cache.close();
  });

  it('holds nothing that is too old, also what nobody asks for, and no names of what is gone', async () => {
    const memory = new MemoryLayer({ maxBytes: 100_000, ttlMs: 20 });
    memory.set('thing:s:a', Buffer.from('a'));
    memory.set('thing:s:b', Buffer.from('b'), { ttlMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    memory.dropOld();
    expect([memory.size, memory.bytes]).toEqual([0, 0]);
    expect(memory.forget('s')).toBe(0);
  });
});
