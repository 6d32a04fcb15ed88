import { LRUCache } from 'lru-cache';

export interface Allowance {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until all of it is there again. */
  readonly resetS: number;
  /** Seconds until one more is allowed; 0: now. */
  readonly retryAfterS: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Clients that are remembered; a flood from more addresses forgets those that were seen the longest ago. */
const MAX_CLIENTS = 10_000;

/** One bucket of tokens for each client: `limit` at once, and as many again in every minute. */
export class TokenBuckets {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_CLIENTS });
  readonly limit: number;
  private readonly now: () => number;

  /** `now` is a clock in ms that never goes back. */
  constructor(limit: number, now = () => performance.now()) {
    this.limit = limit;
    this.now = now;
  }

  get size(): number {
    return this.buckets.size;
  }

  /** Takes one. What is refused costs nothing. */
  take(client: string): Allowance {
    const perMs = this.limit / 60_000;
    const bucket = this.buckets.get(client) ?? { tokens: this.limit, at: this.now() };
    this.fill(bucket);
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    this.buckets.set(client, bucket);
    return {
      allowed,
      limit: this.limit,
      remaining: Math.max(0, Math.floor(bucket.tokens)),
      resetS: Math.ceil((this.limit - bucket.tokens) / perMs / 1000),
      retryAfterS: allowed ? 0 : Math.ceil((1 - bucket.tokens) / perMs / 1000),
    };
  }

  /** No more than `left` is left to a client that is remembered; below 0: more than there was went elsewhere. */
  lower(client: string, left: number): void {
    const bucket = this.buckets.peek(client);
    if (bucket === undefined) return;
    this.fill(bucket);
    bucket.tokens = Math.min(bucket.tokens, left);
  }

  private fill(bucket: Bucket): void {
    const now = this.now();
    bucket.tokens = Math.min(this.limit, bucket.tokens + ((now - bucket.at) * this.limit) / 60_000);
    bucket.at = now;
  }
}
