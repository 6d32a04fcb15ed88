import { SURELY_ON } from '../interval.ts';
import { besideInterval } from '../probability.ts';
import { type Bound, sparesSurface, speaksOfAnything } from './distance.ts';
import type { IntervalTable, PairIntervals, ThresholdTest } from './interval-table.ts';
import { kept, tableOf } from './kept-intervals.ts';
import { eachPair } from './pairs.ts';
import type { ConditionContext } from './spec.ts';

/** All distances between two lists of objects at once; `family` names how the lists come from the selectors. */
export function compareDistances(
  ctx: ConditionContext,
  bound: Bound,
  family: string,
  lists: () => readonly [first: readonly number[], second: readonly number[]],
): ThresholdTest {
  const spares = bound === 'min' && speaksOfAnything(ctx.condition);
  const intervals = kept(ctx, spares ? `${family} spaced` : family, () => distanceIntervals(ctx, ...lists(), spares));
  return { intervals, threshold: ctx.condition.value ?? 0, atLeast: bound === 'min' };
}

function distanceIntervals(
  ctx: ConditionContext,
  first: readonly number[],
  second: readonly number[],
  spaced: boolean,
): PairIntervals {
  const { index, condition } = ctx;
  const reference = condition.reference ?? 'edge';
  const columns = index.entities.length;
  const table = tableOf(ctx, reference, columns * columns);
  const at: number[] = [];
  const spares = spaced && reference === 'edge';
  eachPair(first, second, (a, b) => {
    const k = a * columns + b;
    if (table.filled[k] === 0) fillDistance(ctx, table, a, b, reference);
    if (!(spares && index.stacked(a, b) >= SURELY_ON && sparesSurface(ctx, a, b))) at.push(k);
  });
  return { ...table, at, columns };
}

function fillDistance(
  { index }: ConditionContext,
  table: IntervalTable,
  a: number,
  b: number,
  reference: 'edge' | 'centre',
): void {
  const columns = index.entities.length;
  const stacked = reference === 'edge' ? index.stacked(a, b) : 0;
  let [low, high, least] = [0, 0, 0];
  if (stacked < SURELY_ON) {
    const half = index.half(a, b, reference);
    const value = half < 0 ? Number.NaN : index.value(a, b, reference);
    [low, high] =
      stacked > 0 && half >= 0 ? besideInterval(value, half, stacked) : [Math.max(0, value - half), value + half];
    least = value - half;
  }
  for (const k of [a * columns + b, b * columns + a]) {
    table.low[k] = low;
    table.high[k] = high;
    table.least[k] = least;
    table.filled[k] = 1;
  }
}
