/** So often the one that has waited longest is next, however urgent others are: nobody waits for ever. */
export const OLDEST_EVERY = 8;

interface Place {
  readonly caller: string;
  /** 0 is the most urgent. */
  readonly rank: number;
}

/** Who waits: the most urgent first, among equals the callers in turns, and of one caller the first that came. */
export class Line<T extends Place> {
  /** Of each rank its callers, the one whose turn is next first, and when each of theirs came. */
  private readonly ranks: Map<string, Map<T, number>>[];
  private readonly sizes: number[];
  private arrivals = 0;
  private taken = 0;

  constructor(ranks: number) {
    this.ranks = Array.from({ length: ranks }, () => new Map());
    this.sizes = this.ranks.map(() => 0);
  }

  get size(): number {
    return this.sizes.reduce((sum, one) => sum + one, 0);
  }

  sizeOf(rank: number): number {
    return this.sizes[rank] ?? 0;
  }

  /** How many each caller has in this rank. */
  *callers(rank: number): Iterable<readonly [caller: string, waiting: number]> {
    for (const [caller, theirs] of this.ranks[rank] ?? []) yield [caller, theirs.size];
  }

  /** Of one caller, in every rank. */
  of(caller: string): number {
    return this.ranks.reduce((sum, callers) => sum + (callers.get(caller)?.size ?? 0), 0);
  }

  add(one: T): void {
    const callers = this.ranks[one.rank]!;
    const theirs = callers.get(one.caller) ?? new Map<T, number>();
    theirs.set(one, this.arrivals++);
    callers.set(one.caller, theirs);
    this.sizes[one.rank]! += 1;
  }

  /** False: it waits no more. */
  remove(one: T): boolean {
    const callers = this.ranks[one.rank]!;
    const theirs = callers.get(one.caller);
    if (!theirs?.delete(one)) return false;
    if (theirs.size === 0) callers.delete(one.caller);
    this.sizes[one.rank]! -= 1;
    return true;
  }

  /** The next, who waits no longer. */
  take(): T | undefined {
    const heads = this.ranks.flatMap((callers) => {
      const [first] = callers.values();
      const [head] = first ?? [];
      return head === undefined ? [] : [{ one: head[0], arrived: head[1] }];
    });
    const [urgent] = heads;
    if (urgent === undefined) return undefined;
    this.taken += 1;
    const oldest = heads.reduce((a, b) => (b.arrived < a.arrived ? b : a));
    const { one } = this.taken % OLDEST_EVERY === 0 ? oldest : urgent;
    const callers = this.ranks[one.rank]!;
    const theirs = callers.get(one.caller)!;
    this.remove(one);
    // The others' turn.
    if (callers.delete(one.caller)) callers.set(one.caller, theirs);
    return one;
  }

  /** Who gives way to this one where there is no room for both: the newest of what is less urgent, or of who has more. */
  lesser({ caller, rank }: Place): T | undefined {
    for (let worse = this.ranks.length - 1; worse >= rank; worse -= 1) {
      const callers = [...(this.ranks[worse] ?? new Map<string, Map<T, number>>())];
      if (callers.length === 0) continue;
      const [most, theirs] = callers.reduce((a, b) => (b[1].size > a[1].size ? b : a));
      const mine = this.ranks[rank]?.get(caller)?.size ?? 0;
      if (worse > rank || (most !== caller && theirs.size > mine + 1)) return [...theirs.keys()].at(-1);
    }
    return undefined;
  }
}
