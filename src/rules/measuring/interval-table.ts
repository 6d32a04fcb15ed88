import { EPSILON_MM } from '../interval.ts';

/** The 90 % intervals of one length between all objects of a scene (entities a and b at a x entities + b), filled on first use. */
export interface IntervalTable {
  /** NaN where nothing is known. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Lower end before it is cut off at 0: says which of two is worse. */
  readonly least: Float64Array;
  readonly filled: Uint8Array;
}

/** What a pair of selectors means, as places in a table. The same for every threshold: found once for each scene. */
export interface PairIntervals extends IntervalTable {
  readonly at: readonly number[];
  /** Columns of the table; 1: it is about single objects. */
  readonly columns: number;
}

export const firstOf = ({ at, columns }: PairIntervals, i: number): number => Math.floor(at[i]! / columns);
/** -1: there is none. */
export const secondOf = ({ at, columns }: PairIntervals, i: number): number => (columns === 1 ? -1 : at[i]! % columns);

/** A condition that compares one length with one threshold, ready to be decided for all pairs at once. */
export interface ThresholdTest {
  readonly intervals: PairIntervals;
  readonly threshold: number;
  /** The requirement is "at least"; false: "at most". */
  readonly atLeast: boolean;
}

export interface Counts {
  readonly violated: number;
  readonly uncertain: number;
  readonly satisfied: number;
  /** Position of the satisfied one with the least to spare; -1: none. */
  readonly tightest: number;
  /** Position of the open one to name first: violated before uncertain, then what misses most; -1: none. */
  readonly worst: number;
}

export const countOf = (comparison: ThresholdTest): Counts =>
  comparison.atLeast ? countAtLeast(comparison) : countAtMost(comparison);

const FAR = Number.POSITIVE_INFINITY;

function countAtLeast({ intervals: { at, low, high, least }, threshold }: ThresholdTest): Counts {
  const t = threshold - EPSILON_MM;
  let [satisfied, violated] = [0, 0];
  let [tightest, broken, unsure] = [-1, -1, -1];
  let [spare, missing, doubtful] = [FAR, FAR, FAR];
  for (let i = 0; i < at.length; i++) {
    const k = at[i]!;
    if (low[k]! >= t) {
      satisfied++;
      if (least[k]! < spare) {
        spare = least[k]!;
        tightest = i;
      }
    } else if (high[k]! < t) {
      violated++;
      if (least[k]! < missing) {
        missing = least[k]!;
        broken = i;
      }
    } else if (least[k]! < doubtful || unsure < 0) {
      // What has no length is named last.
      if (least[k]! < doubtful) doubtful = least[k]!;
      unsure = i;
    }
  }
  const uncertain = at.length - violated - satisfied;
  return { violated, satisfied, uncertain, tightest, worst: broken >= 0 ? broken : unsure };
}

function countAtMost({ intervals: { at, low, high }, threshold }: ThresholdTest): Counts {
  const t = threshold + EPSILON_MM;
  let [satisfied, violated] = [0, 0];
  let [tightest, broken, unsure] = [-1, -1, -1];
  let [spare, missing, doubtful] = [-FAR, -FAR, -FAR];
  for (let i = 0; i < at.length; i++) {
    const k = at[i]!;
    if (high[k]! <= t) {
      satisfied++;
      if (high[k]! > spare) {
        spare = high[k]!;
        tightest = i;
      }
    } else if (low[k]! > t) {
      violated++;
      if (high[k]! > missing) {
        missing = high[k]!;
        broken = i;
      }
    } else if (high[k]! > doubtful || unsure < 0) {
      if (high[k]! > doubtful) doubtful = high[k]!;
      unsure = i;
    }
  }
  const uncertain = at.length - violated - satisfied;
  return { violated, satisfied, uncertain, tightest, worst: broken >= 0 ? broken : unsure };
}

/** Positions of what is violated or uncertain: the worst `most` of them, violated before uncertain, in scene order. */
export function openOf({ intervals, threshold, atLeast }: ThresholdTest, counts: Counts, most: number): number[] {
  if (counts.violated + counts.uncertain === 0) return [];
  if (most === 1) return [counts.worst];
  const { at, low, high, least } = intervals;
  const t = atLeast ? threshold - EPSILON_MM : threshold + EPSILON_MM;
  const violated = new Smallest(most);
  const uncertain = new Smallest(most - Math.min(most, counts.violated));
  for (let i = 0; i < at.length; i++) {
    const k = at[i]!;
    if (atLeast ? low[k]! >= t : high[k]! <= t) continue;
    const rest = atLeast ? least[k]! : -high[k]!;
    if (atLeast ? high[k]! < t : low[k]! > t) violated.offer(i, rest);
    else uncertain.offer(i, Number.isNaN(rest) ? Number.POSITIVE_INFINITY : rest);
  }
  return [...violated.positions, ...uncertain.positions].sort((a, b) => a - b);
}

/** Positions of what holds: the `most` with the least to spare, the tightest first. */
export function holdingOf({ intervals, threshold, atLeast }: ThresholdTest, counts: Counts, most: number): number[] {
  if (counts.satisfied === 0) return [];
  if (most === 1) return [counts.tightest];
  const { at, low, high, least } = intervals;
  const t = atLeast ? threshold - EPSILON_MM : threshold + EPSILON_MM;
  const holding = new Smallest(most);
  for (let i = 0; i < at.length; i++) {
    const k = at[i]!;
    if (atLeast ? low[k]! >= t : high[k]! <= t) holding.offer(i, atLeast ? least[k]! : -high[k]!);
  }
  return holding.positions;
}

/** The positions with the smallest values; of equal ones the first. */
class Smallest {
  readonly positions: number[] = [];
  private readonly values: number[] = [];
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  offer(position: number, value: number): void {
    const { positions, values, most } = this;
    let at = positions.length;
    if (at >= most && (most === 0 || !(value < values[at - 1]!))) return;
    if (at < most) {
      positions.push(position);
      values.push(value);
    } else at--;
    for (; at > 0 && values[at - 1]! > value; at--) {
      positions[at] = positions[at - 1]!;
      values[at] = values[at - 1]!;
    }
    positions[at] = position;
    values[at] = value;
  }
}
