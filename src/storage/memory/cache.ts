import type { Cache } from '../../ports/cache.ts';
import { DualCache } from '../dual-cache.ts';
import { MemoryLayer } from './memory-layer.ts';

/** Bounded cache in this process alone. Values are kept as bytes, so nobody can change a cached answer. */
export function createMemoryCache({ maxBytes = 64 * 2 ** 20, ttlMs = 3_600_000 } = {}): Cache {
  return new DualCache({ memory: new MemoryLayer({ maxBytes, ttlMs }), hereMs: ttlMs });
}
