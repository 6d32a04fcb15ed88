import { LRUCache } from 'lru-cache';
import { FairShare } from '../../fair-share.ts';
import { roomFor } from '../../lru-room.ts';

/** Who answers later than this takes places from those who do not, ms. */
const QUICK_MS = 2000;
const MOST_KNOWN = 5000;

interface Limits {
  readonly atOnce: number;
  /** Of those places, what all receivers together may take that did not answer quickly when last called, or never were … */
  readonly slow: number;
  /** … and what those of one owner may. */
  readonly slowOfOwner: number;
}

/**
 * The places in which letters are delivered. Whose receiver answered quickly may take its owner's share of all; the others wait
 * for a few among themselves, so that who hangs holds up those who hang.
 */
export class Receivers {
  private readonly limits: Limits;
  private readonly shares: FairShare;
  private readonly quick = new LRUCache<string, true>(roomFor(MOST_KNOWN));
  private readonly slow = new Map<string, number>();
  private readonly busy = new Map<string, number>();
  private allSlow = 0;

  constructor(limits: Limits) {
    this.limits = limits;
    this.shares = new FairShare(limits.atOnce);
  }

  isQuick(owner: string, url: string): boolean {
    return this.quick.has(receiverOf(owner, url));
  }

  /** What gives the place back; null: it is not their turn. */
  take(owner: string, url: string): (() => void) | null {
    const isSlow = !this.isQuick(owner, url);
    const { slow, slowOfOwner } = this.limits;
    if (isSlow && (this.allSlow >= slow || (this.slow.get(owner) ?? 0) >= slowOfOwner)) return null;
    const giveBack = this.shares.take(owner);
    if (giveBack === null) return null;
    add(this.busy, owner, 1);
    if (isSlow) {
      add(this.slow, owner, 1);
      this.allSlow += 1;
    }
    return () => {
      giveBack();
      add(this.busy, owner, -1);
      if (!isSlow) return;
      add(this.slow, owner, -1);
      this.allSlow -= 1;
    };
  }

  /** `ms`: until it answered, whatever; null: it did not. */
  answered(owner: string, url: string, ms: number | null): void {
    const receiver = receiverOf(owner, url);
    if (ms !== null && ms <= QUICK_MS) this.quick.set(receiver, true);
    else this.quick.delete(receiver);
  }

  /** One of each owner after the other, who has the fewest under way first; those of one owner as they came. */
  inTurn<T extends { readonly owner: string }>(waiting: readonly T[]): T[] {
    const ahead = new Map(this.busy);
    const ranked = waiting.map((one) => {
      const rank = ahead.get(one.owner) ?? 0;
      ahead.set(one.owner, rank + 1);
      return { one, rank };
    });
    return ranked.toSorted((a, b) => a.rank - b.rank).map(({ one }) => one);
  }
}

/** One host may receive for many: what hangs of one owner says nothing of the others. */
const receiverOf = (owner: string, url: string): string => JSON.stringify([owner, URL.parse(url)?.origin ?? '']);

function add(counts: Map<string, number>, owner: string, by: number): void {
  const count = (counts.get(owner) ?? 0) + by;
  if (count === 0) counts.delete(owner);
  else counts.set(owner, count);
}
