/** So often the one that has waited longest is next, however urgent others are: nobody waits for ever. */
const OLDEST_EVERY = 8;

/** Who waits, the most urgent first and among equals the first that came. */
export class WaitingLine<T> {
  private readonly ranks: Map<T, number>[];
  private arrivals = 0;
  private taken = 0;

  /** Ranks are 0, the most urgent, to `ranks` - 1. */
  constructor(ranks: number) {
    this.ranks = Array.from({ length: ranks }, () => new Map());
  }

  add(one: T, rank: number): void {
    this.ranks[rank]!.set(one, this.arrivals++);
  }

  remove(one: T): void {
    for (const rank of this.ranks) if (rank.delete(one)) return;
  }

  /** The next, who waits no longer. */
  take(): T | undefined {
    const heads = this.ranks.flatMap((rank) => {
      const [first] = rank;
      return first === undefined ? [] : [{ rank, one: first[0], arrived: first[1] }];
    });
    const [urgent] = heads;
    if (urgent === undefined) return undefined;
    this.taken += 1;
    const oldest = heads.reduce((a, b) => (b.arrived < a.arrived ? b : a));
    const next = this.taken % OLDEST_EVERY === 0 ? oldest : urgent;
    next.rank.delete(next.one);
    return next.one;
  }
}
