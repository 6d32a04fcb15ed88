import { MOST_IN_CALL, type SharedRates, type Taken } from '../../ports/rates.ts';
import type { TokenBuckets } from './token-buckets.ts';

/** Servers tell each other what they let through this often, ms. */
const EVERY_MS = 250;
const MOST_CALLS = 4;
/** Clients that wait to be told of; what further ones send is counted here alone. */
const MOST_WAITING = 10_000;

export interface RateSharingParts {
  readonly buckets: TokenBuckets;
  readonly shared: SharedRates;
  /** Requests that other servers do not learn of. */
  readonly onUnshared: (count: number) => void;
}

/**
 * Tells, behind the requests, what this server let through, and lowers its buckets to what all servers together left over. No
 * request waits for it. Where nobody answers, buckets are as if this server was alone.
 */
export class RateSharing {
  private readonly parts: RateSharingParts;
  private readonly waiting = new Map<string, number>();
  private isPlanned = false;
  private notBefore = 0;

  constructor(parts: RateSharingParts) {
    this.parts = parts;
  }

  /** One request of the client was let through. The first after a rest is told of at once. */
  took(client: string): void {
    const count = this.waiting.get(client);
    if (count === undefined && this.waiting.size >= MOST_WAITING) {
      this.parts.onUnshared(1);
      return;
    }
    this.waiting.set(client, (count ?? 0) + 1);
    this.plan();
  }

  private plan(): void {
    if (this.isPlanned || this.waiting.size === 0) return;
    this.isPlanned = true;
    setTimeout(() => void this.tell(), Math.max(0, this.notBefore - performance.now())).unref();
  }

  private async tell(): Promise<void> {
    this.notBefore = performance.now() + EVERY_MS;
    for (let call = 0; call < MOST_CALLS && this.waiting.size > 0; call += 1) {
      if (!(await this.tellOf(this.first()))) break;
    }
    this.isPlanned = false;
    this.plan();
  }

  private async tellOf(taken: Taken): Promise<boolean> {
    const { buckets, shared, onUnshared } = this.parts;
    const left = await shared.take(buckets.limit, taken);
    if (left === null) {
      onUnshared(taken.reduce((sum, [, count]) => sum + count, 0));
      return false;
    }
    for (const [n, [client]] of taken.entries()) {
      buckets.lower(client, (left[n] ?? buckets.limit) - (this.waiting.get(client) ?? 0));
    }
    return true;
  }

  /** Those that wait the longest. */
  private first(): Taken {
    const taken: [string, number][] = [];
    for (const one of this.waiting) {
      if (taken.length === MOST_IN_CALL) break;
      taken.push(one);
      this.waiting.delete(one[0]);
    }
    return taken;
  }
}
