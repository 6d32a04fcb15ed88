import { BEYOND, NOT_ON, SAME, SURELY_ON } from '../interval.ts';
import type { Condition } from '../schema.ts';
import { sparesSurface, speaksOfAnything } from './distance.ts';
import { pairsOf, union } from './pairs.ts';
import type { Case } from './spec.ts';
import { edgeKnown, tableDepth } from './table-depth.ts';

/** How many findings of a condition are what; the rest of them is uncertain. */
export interface Counts {
  readonly violated: number;
  readonly satisfied: number;
  readonly total: number;
}

/** The 90 % intervals of all pairs that a selector pair means; NaN where nothing is known. */
interface Bands {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Counts the findings of a condition that compares one length with one threshold, without making them: the intervals of
 * a pair of selectors are collected once for each scene. Null where the condition must be judged in full.
 */
export function countByBands(on: Case): Counts | null {
  const { condition } = on;
  if (condition.attribute !== undefined) return null;
  const value = condition.value ?? 0;
  switch (condition.operator) {
    case 'min_distance':
      return atLeastCount(kept(on, speaksOfAnything(condition) ? 'spaced' : 'apart', distanceBands), value);
    case 'max_distance':
      return atMostCount(kept(on, 'apart', distanceBands), value);
    case 'grouped':
      return atMostCount(kept(on, 'grouped', distanceBands), value);
    case 'min_edge_distance':
      return atLeastCount(kept(on, 'edge', edgeBands), value);
    case 'left_of':
    case 'right_of':
    case 'in_front_of':
    case 'behind':
      if (!on.index.calibrated) return null;
      return orderCount(on, value > 0 ? value : BEYOND);
    default:
      return null;
  }
}

function atLeastCount({ low, high }: Bands, threshold: number): Counts {
  const t = threshold - SAME;
  let satisfied = 0;
  let violated = 0;
  for (let i = 0; i < low.length; i++) {
    if (low[i]! >= t) satisfied++;
    else if (high[i]! < t) violated++;
  }
  return { satisfied, violated, total: low.length };
}

function atMostCount({ low, high }: Bands, threshold: number): Counts {
  const t = threshold + SAME;
  let satisfied = 0;
  let violated = 0;
  for (let i = 0; i < low.length; i++) {
    if (high[i]! <= t) satisfied++;
    else if (low[i]! > t) violated++;
  }
  return { satisfied, violated, total: low.length };
}

/** Null where a pair without millimetres must be judged in the picture. */
function orderCount(on: Case, threshold: number): Counts | null {
  const bands = kept(on, on.condition.operator, orderBands);
  return bands.low.some(Number.isNaN) ? null : atLeastCount(bands, threshold);
}

function kept(on: Case, family: string, make: (on: Case) => Bands): Bands {
  const { object1, object2, reference } = on.condition;
  const key = `${family} ${reference ?? ''} ${object1.length} ${object1} ${object2 ?? ''}`;
  let bands = on.index.kept.get(key) as Bands | undefined;
  if (bands === undefined) {
    bands = make(on);
    on.index.kept.set(key, bands);
  }
  return bands;
}

function distanceBands(on: Case): Bands {
  const { index, condition } = on;
  const reference = condition.reference ?? 'edge';
  const members = condition.operator === 'grouped' ? union(on) : null;
  const pairs = members === null ? pairsOf(on.first, on.second) : pairsOf(members, members);
  const low = new Float64Array(pairs.length / 2);
  const high = new Float64Array(pairs.length / 2);
  const outlines = reference === 'edge';
  const spares = condition.operator === 'min_distance' && speaksOfAnything(condition);
  let n = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const a = pairs[i]!;
    const b = pairs[i + 1]!;
    const stacked = outlines ? index.stacked(a, b) : 0;
    if (stacked >= SURELY_ON) {
      if (!spares || !sparesSurface(on, a, b)) n++;
      continue;
    }
    const half = index.half(a, b, reference);
    const value = half < 0 ? Number.NaN : index.value(a, b, reference);
    low[n] = stacked > NOT_ON && half >= 0 ? 0 : Math.max(0, value - half);
    high[n] = value + half;
    n++;
  }
  return n < low.length ? { low: low.subarray(0, n), high: high.subarray(0, n) } : { low, high };
}

function edgeBands(on: Case): Bands {
  const depths = on.first.map((a) => (edgeKnown(on) ? tableDepth(on, a) : null));
  return {
    low: Float64Array.from(depths, (d) => (d === null ? Number.NaN : d.value - d.half)),
    high: Float64Array.from(depths, (d) => (d === null ? Number.NaN : d.value + d.half)),
  };
}

const AXIS = {
  left_of: ['x', -1],
  right_of: ['x', 1],
  in_front_of: ['y', 1],
  behind: ['y', -1],
} as const;

function orderBands(on: Case): Bands {
  const [axis, sign] = AXIS[on.condition.operator as keyof typeof AXIS];
  const low: number[] = [];
  const high: number[] = [];
  for (const a of on.first) {
    for (const b of on.second) {
      if (a === b) continue;
      const half = on.index.half(a, b, axis);
      const value = half < 0 ? Number.NaN : sign * on.index.value(a, b, axis);
      low.push(value - half);
      high.push(value + half);
    }
  }
  return { low: Float64Array.from(low), high: Float64Array.from(high) };
}

/** Whether the findings of a condition depend on its operator and selectors alone. */
export const isPlain = (c: Condition): boolean =>
  c.value === undefined && c.attribute === undefined && c.zone === undefined;
