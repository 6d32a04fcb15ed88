import type { SharedCacheStatus } from './cache.ts';

/** Requests that this server let through since it said so the last time, by whose they were. */
export type Taken = readonly (readonly [client: string, count: number])[];

/** One bucket of tokens for each client of all servers together. */
export interface SharedRates {
  readonly state: SharedCacheStatus['state'];
  /**
   * Takes these from the buckets, 250 clients at most, and says what is left in each: from -`limit`, where the servers let
   * through more than there was, to `limit`, which comes back in a minute. Null: nobody says it now, and nobody may have
   * counted these. Ends within 100 ms and never throws.
   */
  take(limit: number, taken: Taken): Promise<readonly number[] | null>;
  close(): void;
}

/** Clients in one call. */
export const MOST_IN_CALL = 250;
