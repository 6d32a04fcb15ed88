import * as z from 'zod';
import { DualCache } from '../../src/storage/dual-cache.ts';
import { MemoryLayer } from '../../src/storage/memory/memory-layer.ts';

const IMAGES = 1000;
const DAY_MS = 86_400_000;

/** The same numbers every time, 0..1: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Requests of one day through the cache by its own clock: which of 1,000 images by Zipf (the n-th is asked for 1/n as often as
 * the first), when evenly by chance. A request whose image is not known is kept, as an analysis keeps it. The share of those that were.
 */
export async function replayedDay({ requests, ttlMs }: { readonly requests: number; readonly ttlMs: number }) {
  let now = 0;
  const clock = { now: () => now + 1 };
  const memory = new MemoryLayer({ maxBytes: 64 * 2 ** 20, ttlMs, clock });
  const cache = new DualCache({ memory, hereMs: ttlMs });
  const next = random(7);
  const shares: number[] = [];
  let total = 0;
  for (let n = 1; n <= IMAGES; n += 1) {
    total += 1 / n;
    shares.push(total);
  }
  const times = Array.from({ length: requests }, () => next() * DAY_MS).sort((a, b) => a - b);
  for (now of times) {
    const at = next() * total;
    const image = shares.findIndex((share) => at < share);
    const key = { kind: 'analysis', subject: `image${image}`, digest: 'd' };
    const known = await cache.get(key, z.unknown());
    if (known === undefined) await cache.set(key, { stored: 'ana_0123456789abcdef', ofImage: 0 }, { where: 'shared' });
  }
  const { hits, memory: held } = cache.statistics();
  await cache.close();
  return { rate: hits / requests, entries: held.entries };
}
