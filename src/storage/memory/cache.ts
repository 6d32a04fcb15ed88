import { LRUCache } from 'lru-cache';
import type { Cache } from '../../ports/cache.ts';

/** Bounded in-process cache. Values are kept as JSON text, so nobody can change a cached answer. */
export function createMemoryCache(options: { maxBytes?: number; ttlMs?: number } = {}): Cache {
  let hits = 0;
  let misses = 0;
  let evictions = 0;
  const lru = new LRUCache<string, string>({
    maxSize: options.maxBytes ?? 64 * 1024 * 1024,
    sizeCalculation: (value, key) => value.length + key.length + 1,
    ttl: options.ttlMs ?? 3_600_000,
    dispose: (_value, _key, reason) => {
      if (reason === 'evict') evictions += 1;
    },
  });
  return {
    async get(key) {
      const text = lru.get(key);
      if (text === undefined) {
        misses += 1;
        return undefined;
      }
      hits += 1;
      return JSON.parse(text);
    },
    async set(key, value) {
      lru.set(key, JSON.stringify(value));
    },
    statistics: () => ({ hits, misses, entries: lru.size, evictions }),
  };
}
