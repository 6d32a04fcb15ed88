import type { Condition } from '../../contract/rule.ts';
import { BEYOND, NOT_ON, SAME, SURELY_ON } from '../interval.ts';
import { sparesSurface, speaksOfAnything } from './distance.ts';
import { eachPair, union } from './pairs.ts';
import type { Case } from './spec.ts';
import { edgeKnown, notOnTable, tableDepth } from './table-depth.ts';

/** The 90 % intervals of one length between all things of a scene (thing a and b at a x things + b), filled on first use. */
interface Table {
  /** NaN where nothing is known. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Lower end before it is cut off at 0: says which of two is worse. */
  readonly least: Float64Array;
  readonly filled: Uint8Array;
}

/** What a pair of selectors means, as places in a table. The same for every threshold: found once for each scene. */
export interface Bands extends Table {
  readonly at: readonly number[];
  /** Columns of the table; 1: it is about single things. */
  readonly columns: number;
}

export const firstOf = ({ at, columns }: Bands, i: number): number => Math.floor(at[i]! / columns);
/** -1: there is none. */
export const secondOf = ({ at, columns }: Bands, i: number): number => (columns === 1 ? -1 : at[i]! % columns);

/** A condition that compares one length with one threshold, ready to be decided for all pairs at once. */
export interface Comparison {
  readonly bands: Bands;
  readonly threshold: number;
  /** The wish is "at least"; false: "at most". */
  readonly atLeast: boolean;
}

/** Null where the condition must be judged in full. */
export function comparisonOf(on: Case): Comparison | null {
  const { condition } = on;
  if (condition.attribute !== undefined) return null;
  const value = condition.value ?? 0;
  switch (condition.operator) {
    case 'min_distance': {
      const family = speaksOfAnything(condition) ? 'spaced' : 'apart';
      return { bands: kept(on, family, distanceBands), threshold: value, atLeast: true };
    }
    case 'max_distance':
      return { bands: kept(on, 'apart', distanceBands), threshold: value, atLeast: false };
    case 'grouped':
      return { bands: kept(on, 'grouped', distanceBands), threshold: value, atLeast: false };
    case 'min_edge_distance':
      return { bands: kept(on, 'edge', edgeBands), threshold: value, atLeast: true };
    case 'left_of':
    case 'right_of':
    case 'in_front_of':
    case 'behind': {
      if (!on.index.calibrated) return null;
      const bands = kept(on, condition.operator, orderBands);
      // A pair without millimetres is judged in the picture.
      const known = on.index.memo(
        `known ${keyOf(on, condition.operator)}`,
        () => !bands.at.some((k) => Number.isNaN(bands.low[k]!)),
      );
      return known ? { bands, threshold: value > 0 ? value : BEYOND, atLeast: true } : null;
    }
    default:
      return null;
  }
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

export const countOf = (comparison: Comparison): Counts =>
  comparison.atLeast ? countAtLeast(comparison) : countAtMost(comparison);

const FAR = Number.POSITIVE_INFINITY;

function countAtLeast({ bands: { at, low, high, least }, threshold }: Comparison): Counts {
  const t = threshold - SAME;
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

function countAtMost({ bands: { at, low, high }, threshold }: Comparison): Counts {
  const t = threshold + SAME;
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
export function openOf({ bands, threshold, atLeast }: Comparison, counts: Counts, most: number): number[] {
  if (counts.violated + counts.uncertain === 0) return [];
  if (most === 1) return [counts.worst];
  const { at, low, high, least } = bands;
  const t = atLeast ? threshold - SAME : threshold + SAME;
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

function keyOf(on: Case, family: string): string {
  const { object1, object2, reference } = on.condition;
  return `${family} ${reference ?? ''} ${object1.length} ${object1} ${object2 ?? ''}`;
}

/** More places are not kept with one scene, but found again: a bound on memory. */
const MOST_KEPT = 2_000_000;

function kept(on: Case, family: string, make: (on: Case) => Bands): Bands {
  const { index } = on;
  const size = index.memo('places in tables', () => ({ kept: 0 }));
  if (size.kept > MOST_KEPT) return make(on);
  return index.memo(keyOf(on, family), () => {
    const bands = make(on);
    size.kept += bands.at.length;
    return bands;
  });
}

const tableOf = (on: Case, name: string, size: number): Table =>
  on.index.memo(`table ${name}`, () => ({
    low: new Float64Array(size),
    high: new Float64Array(size),
    least: new Float64Array(size),
    filled: new Uint8Array(size),
  }));

function distanceBands(on: Case): Bands {
  const { index, condition } = on;
  const reference = condition.reference ?? 'edge';
  const members = condition.operator === 'grouped' ? union(on) : null;
  const columns = index.things.length;
  const table = tableOf(on, reference, columns * columns);
  const at: number[] = [];
  const spares = reference === 'edge' && condition.operator === 'min_distance' && speaksOfAnything(condition);
  eachPair(members ?? on.first, members ?? on.second, (a, b) => {
    const k = a * columns + b;
    if (table.filled[k] === 0) fillDistance(on, table, a, b, reference);
    if (!(spares && index.stacked(a, b) >= SURELY_ON && sparesSurface(on, a, b))) at.push(k);
  });
  return { ...table, at, columns };
}

function fillDistance({ index }: Case, table: Table, a: number, b: number, reference: 'edge' | 'centre'): void {
  const columns = index.things.length;
  const stacked = reference === 'edge' ? index.stacked(a, b) : 0;
  let [low, high, least] = [0, 0, 0];
  if (stacked < SURELY_ON) {
    const half = index.half(a, b, reference);
    const value = half < 0 ? Number.NaN : index.value(a, b, reference);
    low = stacked > NOT_ON && half >= 0 ? 0 : Math.max(0, value - half);
    high = value + half;
    least = value - half;
  }
  for (const k of [a * columns + b, b * columns + a]) {
    table.low[k] = low;
    table.high[k] = high;
    table.least[k] = least;
    table.filled[k] = 1;
  }
}

function edgeBands(on: Case): Bands {
  const table = tableOf(on, 'edge of the table', on.index.things.length);
  for (const a of on.first) {
    if (table.filled[a] === 1) continue;
    const depth = edgeKnown(on) && !notOnTable(on, a) ? tableDepth(on, a) : null;
    table.low[a] = depth === null ? Number.NaN : depth.value - depth.half;
    table.high[a] = depth === null ? Number.NaN : depth.value + depth.half;
    table.least[a] = table.low[a]!;
    table.filled[a] = 1;
  }
  return { ...table, at: on.first, columns: 1 };
}

const AXIS = {
  left_of: ['x', -1],
  right_of: ['x', 1],
  in_front_of: ['y', 1],
  behind: ['y', -1],
} as const;

function orderBands(on: Case): Bands {
  const { index } = on;
  const operator = on.condition.operator as keyof typeof AXIS;
  const [axis, sign] = AXIS[operator];
  const columns = index.things.length;
  const table = tableOf(on, operator, columns * columns);
  const at: number[] = [];
  for (const a of on.first) {
    for (const b of on.second) {
      if (a === b) continue;
      const k = a * columns + b;
      if (table.filled[k] === 0) {
        const half = index.half(a, b, axis);
        const value = half < 0 ? Number.NaN : sign * index.value(a, b, axis);
        table.low[k] = value - half;
        table.high[k] = value + half;
        table.least[k] = value - half;
        table.filled[k] = 1;
      }
      at.push(k);
    }
  }
  return { ...table, at, columns };
}

/** Whether the findings of a condition depend on its operator and selectors alone. */
export const isPlain = (c: Condition): boolean =>
  c.value === undefined && c.attribute === undefined && c.zone === undefined;
