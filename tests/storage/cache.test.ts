import { expect, it } from 'vitest';
import { createMemoryCache } from '../../src/storage/memory/cache.ts';

it('counts hits and misses and never hands out a shared object', async () => {
  const cache = createMemoryCache();
  const value = { list: [1] };
  await cache.set('k', value);
  const first = (await cache.get('k')) as typeof value;
  first.list.push(2);
  expect(await cache.get('k')).toEqual({ list: [1] });
  expect(await cache.get('other')).toBeUndefined();
  expect(cache.statistics()).toEqual({ hits: 2, misses: 1, entries: 1, evictions: 0 });
});

it('evicts the least recently used entry when it is full', async () => {
  const cache = createMemoryCache({ maxBytes: 100 });
  await cache.set('a', 'x'.repeat(40));
  await cache.set('b', 'x'.repeat(40));
  await cache.get('a');
  await cache.set('c', 'x'.repeat(40));
  expect(await cache.get('b')).toBeUndefined();
  expect(await cache.get('a')).toBeDefined();
  expect(cache.statistics().evictions).toBe(1);
});

it('forgets an entry after its time', async () => {
  const cache = createMemoryCache({ ttlMs: 1 });
  await cache.set('a', 1);
  await new Promise((resolve) => setTimeout(resolve, 15));
  expect(await cache.get('a')).toBeUndefined();
});
