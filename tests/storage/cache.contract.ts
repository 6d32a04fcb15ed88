import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Cache, CacheKey } from '../../src/ports/cache.ts';
import { freshSubject } from '../support/redis.ts';

const Anything = z.unknown();
const SHARED = { where: 'shared' } as const;
const HERE = { where: 'here' } as const;

/** What every cache must do; run over each backend. `ttlMs`: how long its entries last; `isAway`: where it is shared. */
export function cacheContract(
  name: string,
  open: (options: { ttlMs: number }) => Promise<Cache>,
  isAway = false,
): void {
  /** What is here goes in any case; that not all could be removed is said. */
  const clear = async (cache: Cache, kind?: string) => {
    const cleared = cache.clear(kind);
    if (!isAway) return cleared;
    await expect(cleared).rejects.toMatchObject({ code: 'CACHE_001' });
    return 2;
  };
  describe(`cache: ${name}`, () => {
    let cache: Cache;
    let subject: string;
    beforeEach(async () => {
      cache = await open({ ttlMs: 60_000 });
      subject = freshSubject();
    });
    afterEach(() => cache.close());
    const key = (digest = 'd', kind = 'thing'): CacheKey => ({ kind, subject, digest });

    it.each([SHARED, HERE])('gives back what was kept, and never the object itself: %o', async (where) => {
      const value = { list: [1, 'ü\n\u0000', null, { a: true }], text: '"' };
      await cache.set(key(), value, where);
      const first = (await cache.get(key(), Anything)) as typeof value;
      expect(first).toEqual(value);
      first.list.push(2);
      expect(await cache.get(key(), Anything)).toEqual(value);
      expect(await cache.get(key('other'), Anything)).toBeUndefined();
    });

    it('keeps bytes as they are', async () => {
      const bytes = Buffer.from(Float32Array.from([0, -0, Number.NaN, 1e38, Number.POSITIVE_INFINITY]).buffer);
      await cache.set(key(), bytes, SHARED);
      const found = await cache.get(key(), z.instanceof(Buffer));
      expect(found?.equals(bytes)).toBe(true);
      found?.fill(7);
      expect((await cache.get(key(), z.instanceof(Buffer)))?.equals(bytes)).toBe(true);
      await cache.set(key(), new Uint8Array(0), SHARED);
      expect(await cache.get(key(), Anything)).toEqual(Buffer.alloc(0));
    });

    it('keeps null and false, which are values, and not what is no JSON or too large', async () => {
      for (const value of [null, false, 0, '']) {
        await cache.set(key(), value, SHARED);
        expect(await cache.get(key(), Anything)).toBe(value);
      }
      await cache.set(key('u'), undefined, SHARED);
      const ring: Record<string, unknown> = {};
      ring.ring = ring;
      await cache.set(key('u'), ring, SHARED);
      await cache.set(key('u'), 1n, SHARED);
      await cache.set(key('l'), 'x'.repeat(1_000_001), SHARED);
      expect(await cache.get(key('u'), Anything)).toBeUndefined();
      expect(await cache.get(key('l'), Anything)).toBeUndefined();
    });

    it('replaces, wherever the one before was kept', async () => {
      for (const where of [SHARED, HERE, SHARED]) {
        await cache.set(key(), where, where);
        expect(await cache.get(key(), Anything)).toEqual(where);
      }
    });

    it('finds what was set a moment ago, though nobody waited for that', async () => {
      void cache.set(key(), 1, SHARED);
      expect(await cache.get(key(), Anything)).toBe(1);
    });

    it('forgets all about a subject, and nothing else', async () => {
      const other = freshSubject();
      await cache.set(key('a'), 1, SHARED);
      await cache.set(key('b', 'other'), 2, SHARED);
      await cache.set(key('c'), 3, HERE);
      await cache.set({ kind: 'thing', subject: other, digest: 'a' }, 4, SHARED);
      expect(await cache.forget(subject)).toBeGreaterThanOrEqual(2);
      for (const one of [key('a'), key('b', 'other'), key('c')]) expect(await cache.get(one, Anything)).toBeUndefined();
      expect(await cache.get({ kind: 'thing', subject: other, digest: 'a' }, Anything)).toBe(4);
      expect(await cache.forget(subject)).toBe(0);
    });

    it('clears one kind, or everything', async () => {
      const kinds = ['apples', 'pears'];
      const all = () => Promise.all(kinds.map((kind) => cache.get(key('a', kind), Anything)));
      for (const kind of kinds) for (const digest of ['a', 'b']) await cache.set(key(digest, kind), kind, SHARED);
      expect(await clear(cache, 'apples')).toBe(2);
      expect(await all()).toEqual([undefined, 'pears']);
      await cache.set(key('c', 'apples'), 1, HERE);
      expect(await clear(cache)).toBeGreaterThanOrEqual(2);
      expect(await all()).toEqual([undefined, undefined]);
      expect(await cache.get(key('c', 'apples'), Anything)).toBeUndefined();
    });

    it('drops what is too old', async () => {
      const short = await open({ ttlMs: 60 });
      await short.set(key(), 1, SHARED);
      await short.set(key('h'), 1, HERE);
      await new Promise((resolve) => setTimeout(resolve, 250));
      expect(await short.get(key(), Anything)).toBeUndefined();
      expect(await short.get(key('h'), Anything)).toBeUndefined();
      await short.close();
    });

    it('counts, and knows what was asked for the most', async () => {
      await cache.set(key('a'), 1, SHARED);
      await cache.set(key('b'), 1, SHARED);
      for (const digest of ['a', 'b', 'a', 'a', 'none']) await cache.get(key(digest), Anything);
      const { hits, misses, hotKeys } = cache.statistics();
      expect({ hits, misses }).toEqual({ hits: 4, misses: 1 });
      expect(hotKeys).toEqual([
        { key: `thing:${subject}:a`, hits: 3 },
        { key: `thing:${subject}:b`, hits: 1 },
      ]);
    });

    it('answers hundreds of calls at once', async () => {
      const numbers = Array.from({ length: 150 }, (_, n) => n);
      await Promise.all(numbers.map((n) => cache.set(key(`${n}`), n, SHARED)));
      const found = await Promise.all([...numbers, ...numbers].map((n) => cache.get(key(`${n}`), Anything)));
      expect(found).toEqual([...numbers, ...numbers]);
    });

    it('does nothing and throws nothing once it is closed', async () => {
      const closed = await open({ ttlMs: 60_000 });
      await closed.close();
      await closed.close();
      await closed.set(key(), 1, SHARED);
      await closed.get(key(), Anything);
      await closed.forget(subject);
      await closed.clear('thing');
      expect(closed.statistics().hits).toBeLessThanOrEqual(1);
    });
  });
}
