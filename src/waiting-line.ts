/** So often the one that has waited longest is next, however urgent others are: nobody waits for ever. */
const OLDEST_EVERY = 8;

interface Place<T> {
  readonly rank: Map<string, Map<T, number>>;
  readonly owner: string;
  readonly one: T;
  readonly arrived: number;
}

/** Who waits: the most urgent first, among equals each owner in turn, and of one owner the first that came. */
export class WaitingLine<T> {
  private readonly ranks: Map<string, Map<T, number>>[];
  private arrivals = 0;
  private taken = 0;

  /** Ranks are 0, the most urgent, to `ranks` - 1. */
  constructor(ranks: number) {
    this.ranks = Array.from({ length: ranks }, () => new Map());
  }

  add(one: T, rank: number, owner = ''): void {
    const owners = this.ranks[rank]!;
    const own = owners.get(owner) ?? new Map<T, number>();
    owners.set(owner, own.set(one, this.arrivals++));
  }

  remove(one: T): void {
    for (const rank of this.ranks) {
      for (const [owner, own] of rank) {
        if (!own.delete(one)) continue;
        if (own.size === 0) rank.delete(owner);
        return;
      }
    }
  }

  /** The next, who waits no longer. */
  take(): T | undefined {
    this.taken += 1;
    const next = this.taken % OLDEST_EVERY === 0 ? this.oldest() : this.urgent();
    if (next === undefined) return undefined;
    const { rank, owner, one } = next;
    const own = rank.get(owner)!;
    own.delete(one);
    // Who was served stands behind the others.
    rank.delete(owner);
    if (own.size > 0) rank.set(owner, own);
    return one;
  }

  private urgent(): Place<T> | undefined {
    for (const rank of this.ranks) for (const [owner, own] of rank) return firstOf(rank, owner, own);
    return undefined;
  }

  private oldest(): Place<T> | undefined {
    const firsts = this.ranks.flatMap((rank) => [...rank].map(([owner, own]) => firstOf(rank, owner, own)));
    return firsts.length === 0 ? undefined : firsts.reduce((a, b) => (b.arrived < a.arrived ? b : a));
  }
}

function firstOf<T>(rank: Place<T>['rank'], owner: string, own: Map<T, number>): Place<T> {
  const [first] = own;
  const [one, arrived] = first!;
  return { rank, owner, one, arrived };
}
