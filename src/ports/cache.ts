import type * as z from 'zod';

/** What is kept: of which kind, about what, and a digest of all else that it follows from. */
export interface CacheKey {
  /** One lower-case word. */
  readonly kind: string;
  /** What `forget` names: the sha256 of an image, say. Letters, digits, `-` and `_`. */
  readonly subject: string;
  readonly digest: string;
}

export interface KeepOptions {
  /** here: in this process only; shared: also where other servers read it. */
  readonly where: 'here' | 'shared';
}

/** Where entries are shared, and whether that answers now. Refused: somebody has to change something first. */
export interface SharedCacheStatus {
  readonly backend: 'redis';
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'refused';
}

interface LayerStatistics {
  readonly hits: number;
  readonly misses: number;
}

export interface CacheStatistics {
  /** Of calls of `get`, whichever layer answered. */
  readonly hits: number;
  readonly misses: number;
  readonly memory: LayerStatistics & {
    readonly entries: number;
    readonly bytes: number;
    readonly evictions: number;
    /** Entries that were asked for so often that they are kept here too. */
    readonly promoted: number;
  };
  /** Null: nothing is shared. */
  readonly shared:
    | (LayerStatistics & {
        readonly state: SharedCacheStatus['state'];
        /** Calls without an answer, by why; each was a miss. */
        readonly errors: Readonly<Record<CacheErrorKind, number>>;
      })
    | null;
  /** The most asked for that were found, most often first. */
  readonly hotKeys: readonly { readonly key: string; readonly hits: number }[];
}

/**
 * timeout: no answer in time; lost: no connection; server: an error in its words; broken: an answer that is no entry of
 * ours; skipped: not asked, because it was away or too much waited for it.
 */
export const CACHE_ERRORS = ['timeout', 'lost', 'server', 'broken', 'skipped'] as const;
export type CacheErrorKind = (typeof CACHE_ERRORS)[number];

/** Loss of the cache is never an error: `get` answers undefined, `set` and `forget` do what they can and never throw. */
export interface Cache {
  /** A copy of what was kept. What comes from outside the process passes `schema`, else it is a miss. */
  get<T>(key: CacheKey, schema: z.ZodType<T>): Promise<T | undefined>;
  /** JSON values and bytes. Nobody need wait for it: what this process asks for afterwards it finds. */
  set(key: CacheKey, value: unknown, options: KeepOptions): Promise<void>;
  /** Removes all that is about the subject; how many entries at least. */
  forget(subject: string): Promise<number>;
  /** Removes all entries, or those of a kind; how many at least. Throws CACHE_001 where not all could be removed. */
  clear(kind?: string): Promise<number>;
  /** Fetches in the background what was asked for the most before. */
  warm(): void;
  /** A round trip to where entries are shared; null: nothing is shared. Throws what the server says, as CACHE_001. */
  examine(): Promise<string | null>;
  statistics(): CacheStatistics;
  close(): Promise<void>;
}
