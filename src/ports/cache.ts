export interface CacheStatistics {
  readonly hits: number;
  readonly misses: number;
  readonly entries: number;
  readonly evictions: number;
}

/** Loss of the cache is never an error: `get` answers undefined, `set` does nothing. */
export interface Cache {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  statistics(): CacheStatistics;
}
