import { MOST_IN_CALL, type SharedRates, type Taken } from '../../ports/rates.ts';
import type { TokenBuckets } from './token-buckets.ts';

/** Servers tell each other what they let through this often, ms. */
const EVERY_MS = 250;
/** Sooner where one client has taken this part of its limit since, ms. */
const SOON_MS = 10;
const MANY = 1 / 16;
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
  private planned: NodeJS.Timeout | null = null;
  private isTelling = false;
  private isUrgent = false;
  private toldAt = Number.NEGATIVE_INFINITY;

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
    const now = (count ?? 0) + 1;
    this.waiting.set(client, now);
    const becomesUrgent = !this.isUrgent && now >= this.parts.buckets.limit * MANY;
    if (becomesUrgent) this.isUrgent = true;
    if (this.planned === null || becomesUrgent) this.plan();
  }

  private plan(): void {
    if (this.isTelling || this.waiting.size === 0) return;
    if (this.planned !== null) clearTimeout(this.planned);
    const due = this.toldAt + (this.isUrgent ? SOON_MS : EVERY_MS);
    this.planned = setTimeout(() => void this.tell(), Math.max(0, due - performance.now())).unref();
  }

  private async tell(): Promise<void> {
    this.planned = null;
    this.isTelling = true;
    this.isUrgent = false;
    this.toldAt = performance.now();
    for (let call = 0; call < MOST_CALLS && this.waiting.size > 0; call += 1) {
      if (!(await this.tellOf(this.first()))) break;
    }
    this.isTelling = false;
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
