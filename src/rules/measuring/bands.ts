import { BEYOND, NOT_ON, SAME, SURELY_ON } from '../interval.ts';
import type { Condition } from '../schema.ts';
import { sparesSurface, speaksOfAnything } from './distance.ts';
import { pairsOf, union } from './pairs.ts';
import type { Case } from './spec.ts';
import { edgeKnown, notOnTable, tableDepth } from './table-depth.ts';

/**
 * The 90 % intervals of everything that a pair of selectors means, NaN where nothing is known. They are the same for
 * every threshold, so they are collected once for each scene.
 */
export interface Bands {
  /** Index of the first and the second thing of each; no second one: -1. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Lower end before it is cut off at 0: says which of two is worse. */
  readonly least: Float64Array;
}

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
      const known = on.index.memo(`known ${keyOf(on, condition.operator)}`, () => !bands.low.some(Number.isNaN));
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
}

export function countOf({ bands, threshold, atLeast }: Comparison): Counts {
  return atLeast ? countAtLeast(bands, threshold - SAME) : countAtMost(bands, threshold + SAME);
}

function countAtLeast({ low, high, least }: Bands, t: number): Counts {
  let satisfied = 0;
  let violated = 0;
  let tightest = -1;
  let spare = Number.POSITIVE_INFINITY;
  for (let i = 0; i < low.length; i++) {
    if (low[i]! >= t) {
      satisfied++;
      if (least[i]! < spare) {
        spare = least[i]!;
        tightest = i;
      }
    } else if (high[i]! < t) violated++;
  }
  return { violated, satisfied, uncertain: low.length - violated - satisfied, tightest };
}

function countAtMost({ low, high }: Bands, t: number): Counts {
  let satisfied = 0;
  let violated = 0;
  let tightest = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < low.length; i++) {
    if (high[i]! <= t) {
      satisfied++;
      if (high[i]! > most) {
        most = high[i]!;
        tightest = i;
      }
    } else if (low[i]! > t) violated++;
  }
  return { violated, satisfied, uncertain: low.length - violated - satisfied, tightest };
}

/** Positions of what is violated or uncertain: the worst `most` of them, violated before uncertain, in scene order. */
export function openOf({ bands, threshold, atLeast }: Comparison, counts: Counts, most: number): number[] {
  const { low, high, least } = bands;
  const t = atLeast ? threshold - SAME : threshold + SAME;
  const violated: number[] = [];
  const uncertain: number[] = [];
  for (let i = 0; i < low.length; i++) {
    if (atLeast ? low[i]! >= t : high[i]! <= t) continue;
    if (atLeast ? high[i]! < t : low[i]! > t) violated.push(i);
    else uncertain.push(i);
  }
  if (counts.violated + counts.uncertain > most) {
    // What has no length comes last.
    const slack = (i: number) => {
      const s = atLeast ? least[i]! : -high[i]!;
      return Number.isNaN(s) ? Number.POSITIVE_INFINITY : s;
    };
    const worse = (a: number, b: number) => {
      const [p, q] = [slack(a), slack(b)];
      return p < q ? -1 : p > q ? 1 : a - b;
    };
    violated.sort(worse).splice(most);
    uncertain.sort(worse).splice(most - violated.length);
  }
  return [...violated, ...uncertain].sort((a, b) => a - b);
}

function keyOf(on: Case, family: string): string {
  const { object1, object2, reference } = on.condition;
  return `${family} ${reference ?? ''} ${object1.length} ${object1} ${object2 ?? ''}`;
}

/** More entries are not kept with one scene, but collected again: a bound on memory. */
const MOST_KEPT = 1_000_000;

function kept(on: Case, family: string, make: (on: Case) => Bands): Bands {
  const { index } = on;
  const size = index.memo('entries of bands', () => ({ kept: 0 }));
  if (size.kept > MOST_KEPT) return make(on);
  return index.memo(keyOf(on, family), () => {
    const bands = make(on);
    size.kept += bands.low.length;
    return bands;
  });
}

function emptyBands(n: number): Bands {
  return {
    first: new Int32Array(n),
    second: new Int32Array(n),
    low: new Float64Array(n),
    high: new Float64Array(n),
    least: new Float64Array(n),
  };
}

function distanceBands(on: Case): Bands {
  const { index, condition } = on;
  const reference = condition.reference ?? 'edge';
  const members = condition.operator === 'grouped' ? union(on) : null;
  const pairs = members === null ? pairsOf(on.first, on.second) : pairsOf(members, members);
  const bands = emptyBands(pairs.length / 2);
  const { first, second, low, high, least } = bands;
  const outlines = reference === 'edge';
  const spares = condition.operator === 'min_distance' && speaksOfAnything(condition);
  let n = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const a = pairs[i]!;
    const b = pairs[i + 1]!;
    const stacked = outlines ? index.stacked(a, b) : 0;
    if (stacked >= SURELY_ON) {
      if (spares && sparesSurface(on, a, b)) continue;
    } else {
      const half = index.half(a, b, reference);
      const value = half < 0 ? Number.NaN : index.value(a, b, reference);
      low[n] = stacked > NOT_ON && half >= 0 ? 0 : Math.max(0, value - half);
      high[n] = value + half;
      least[n] = value - half;
    }
    first[n] = a;
    second[n] = b;
    n++;
  }
  return n < low.length ? shortened(bands, n) : bands;
}

const shortened = ({ first, second, low, high, least }: Bands, n: number): Bands => ({
  first: first.subarray(0, n),
  second: second.subarray(0, n),
  low: low.subarray(0, n),
  high: high.subarray(0, n),
  least: least.subarray(0, n),
});

function edgeBands(on: Case): Bands {
  const bands = emptyBands(on.first.length);
  on.first.forEach((a, i) => {
    const depth = edgeKnown(on) && !notOnTable(on, a) ? tableDepth(on, a) : null;
    bands.first[i] = a;
    bands.second[i] = -1;
    bands.low[i] = depth === null ? Number.NaN : depth.value - depth.half;
    bands.high[i] = depth === null ? Number.NaN : depth.value + depth.half;
    bands.least[i] = bands.low[i]!;
  });
  return bands;
}

const AXIS = {
  left_of: ['x', -1],
  right_of: ['x', 1],
  in_front_of: ['y', 1],
  behind: ['y', -1],
} as const;

function orderBands(on: Case): Bands {
  const [axis, sign] = AXIS[on.condition.operator as keyof typeof AXIS];
  const bands = emptyBands(on.first.length * on.second.length);
  let n = 0;
  for (const a of on.first) {
    for (const b of on.second) {
      if (a === b) continue;
      const half = on.index.half(a, b, axis);
      const value = half < 0 ? Number.NaN : sign * on.index.value(a, b, axis);
      bands.first[n] = a;
      bands.second[n] = b;
      bands.low[n] = value - half;
      bands.high[n] = value + half;
      bands.least[n] = value - half;
      n++;
    }
  }
  return shortened(bands, n);
}

/** Whether the findings of a condition depend on its operator and selectors alone. */
export const isPlain = (c: Condition): boolean =>
  c.value === undefined && c.attribute === undefined && c.zone === undefined;
