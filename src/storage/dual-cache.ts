import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { Cache, CacheKey, CacheStatistics, KeepOptions } from '../ports/cache.ts';
import { decodeEntry, encodeEntry } from './cache-entry.ts';
import { CACHE_NAME, cacheName, HOT_NAMES } from './cache-name.ts';
import { HotNames } from './hot-names.ts';
import type { Held, MemoryLayer } from './memory/memory-layer.ts';
import type { RedisLayer } from './redis/redis-layer.ts';
import { failureOf } from './redis/reply-errors.ts';

export interface DualCacheParts {
  readonly memory: MemoryLayer;
  /** Absent: nothing is shared. */
  readonly redis?: RedisLayer;
  /** How long entries that must stay in this process may, ms. */
  readonly hereMs: number;
  /** Another clock than that of the process, ms. */
  readonly now?: () => number;
}

/** What was found so often in Redis is kept in the process too. */
const PROMOTED_AFTER = 3;
/** What another server forgot is not answered from a copy here for longer than this, ms. */
const COPY_MS = 60_000;
const SHOWN_HOT = 10;
/** Names that a start fetches beforehand. */
const WARMED = 100;
const HotList = z.array(z.string().regex(CACHE_NAME)).max(WARMED);
const TIDY_MS = 60_000;

/**
 * Two layers: what is shared lies in Redis (L1), and, once it was found there three times, in this process too (L2). Where
 * there is no Redis, or it does not answer, this process keeps everything itself.
 */
export class DualCache implements Cache {
  private readonly memory: MemoryLayer;
  private readonly redis: RedisLayer | null;
  private readonly hereMs: number;
  private readonly hot = new HotNames();
  private readonly tidying: NodeJS.Timeout;
  private readonly counted = { memory: { hits: 0, misses: 0 }, redis: { hits: 0, misses: 0 } };
  private readonly now: () => number;
  private promoted = 0;

  constructor({ memory, redis, hereMs, now = () => performance.now() }: DualCacheParts) {
    this.now = now;
    this.memory = memory;
    this.redis = redis ?? null;
    this.hereMs = hereMs;
    this.tidying = setInterval(() => this.tidy(), TIDY_MS).unref();
  }

  async get<T>(key: CacheKey, schema: z.ZodType<T>): Promise<T | undefined> {
    const name = cacheName(key);
    const held = this.memory.get(name);
    if (held && (await this.isStillThere(name, held))) {
      const value = readEntry(name, held.entry, held.isForeign ? schema : null);
      if (value !== undefined) {
        held.isForeign = false;
        this.counted.memory.hits += 1;
        this.hot.found(name, !held.isHere);
        return value as T;
      }
      this.memory.delete(name);
    }
    this.counted.memory.misses += 1;
    if (this.redis === null) return undefined;
    const entry = await this.redis.get(name);
    const value = entry && readEntry(name, entry, schema);
    if (entry === undefined || value === undefined) {
      if (entry !== undefined) this.redis.broken(name);
      this.counted.redis.misses += 1;
      return undefined;
    }
    this.counted.redis.hits += 1;
    if (this.hot.found(name, true) >= PROMOTED_AFTER) {
      this.promoted += 1;
      this.memory.set(name, entry, { copiedAt: this.now() });
    }
    return value;
  }

  /** Of a copy that is old what Redis says now; it counts on while nobody can say. */
  private async isStillThere(name: string, held: Held): Promise<boolean> {
    if (held.copiedAt === null || this.now() - held.copiedAt < COPY_MS || this.redis === null) return true;
    const entry = await this.redis.get(name);
    if (entry === undefined && this.redis.state === 'connected') {
      this.memory.delete(name);
      return false;
    }
    if (entry !== undefined) held.copiedAt = this.now();
    return true;
  }

  async set(key: CacheKey, value: unknown, { where }: KeepOptions): Promise<void> {
    const name = cacheName(key);
    const entry = encodeEntry(value, name);
    if (entry === null) return;
    if (where === 'here') {
      this.memory.set(name, entry, { isHere: true, ttlMs: this.hereMs });
      return;
    }
    // Here until it is there.
    this.memory.set(name, entry);
    if (await this.redis?.set(name, entry)) this.memory.give(name, entry);
  }

  async forget(subject: string): Promise<number> {
    this.hot.forget(subject);
    const here = this.memory.forget(subject);
    return Math.max(here, (await this.redis?.forget(subject)) ?? 0);
  }

  async clear(kind?: string): Promise<number> {
    const here = this.memory.clear(kind);
    if (this.redis === null) return here;
    try {
      return Math.max(here, await this.redis.clear(kind));
    } catch (thrown) {
      throw this.unanswered(this.redis, thrown);
    }
  }

  warm(): void {
    void this.fetchHot();
  }

  async examine(): Promise<string | null> {
    if (this.redis === null) return null;
    try {
      return await this.redis.examine();
    } catch (thrown) {
      throw this.unanswered(this.redis, thrown);
    }
  }

  private unanswered({ state }: RedisLayer, thrown: unknown): AppError {
    const { word, isRefused } = failureOf(thrown);
    const why = state === 'refused' || isRefused ? 'refuses us' : 'gives no answer';
    return new AppError('CACHE_001', { message: `Redis ${why} (${word}).` });
  }

  statistics(): CacheStatistics {
    const { memory, redis } = this.counted;
    const hits = memory.hits + redis.hits;
    return {
      hits,
      misses: memory.hits + memory.misses - hits,
      memory: {
        ...memory,
        entries: this.memory.size,
        bytes: this.memory.bytes,
        evictions: this.memory.evictions,
        promoted: this.promoted,
      },
      shared: this.redis && { ...redis, state: this.redis.state, errors: { ...this.redis.errors } },
      hotKeys: this.hot.top(SHOWN_HOT),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.tidying);
    void this.keepHot();
    await this.redis?.close();
  }

  private tidy(): void {
    this.memory.dropOld();
    void this.keepHot();
  }

  private async keepHot(): Promise<void> {
    const names = this.hot.top(WARMED, { shared: true }).map(({ key }) => key);
    if (names.length > 0) await this.redis?.keepHotNames(names);
  }

  /** Nobody has looked yet at what is fetched: who asks for it does. */
  private async fetchHot(): Promise<void> {
    const list = await this.redis?.hotNames();
    const names = list && readEntry(HOT_NAMES, list, HotList);
    for (const name of names ?? []) {
      const entry = await this.redis?.get(name);
      if (entry === undefined && this.redis?.state !== 'connected') return;
      if (entry !== undefined) this.memory.set(name, entry, { isForeign: true, copiedAt: this.now() });
    }
  }
}

/** Undefined for what cannot be read, or is not what the schema says. */
function readEntry<T>(name: string, entry: Buffer, schema: z.ZodType<T> | null): T | undefined {
  try {
    const value = decodeEntry(entry, name);
    return schema === null ? (value as T) : schema.parse(value);
  } catch {
    return undefined;
  }
}
