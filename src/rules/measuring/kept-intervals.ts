import type { IntervalTable, PairIntervals } from './interval-table.ts';
import type { ConditionContext } from './spec.ts';

export function keyOf(ctx: ConditionContext, family: string): string {
  const { object1, object2, reference } = ctx.condition;
  return `${family} ${reference ?? ''} ${object1.length} ${object1} ${object2 ?? ''}`;
}

/** More places are not kept with one scene, but found again: a bound on memory. */
const MAX_KEPT = 2_000_000;

/** The intervals of a condition's selectors, found once for each scene; `family` tells apart what the selectors mean. */
export function kept(
  ctx: ConditionContext,
  family: string,
  make: (ctx: ConditionContext) => PairIntervals,
): PairIntervals {
  const { index } = ctx;
  const size = index.memo('places in tables', () => ({ kept: 0 }));
  if (size.kept > MAX_KEPT) return make(ctx);
  return index.memo(keyOf(ctx, family), () => {
    const intervals = make(ctx);
    size.kept += intervals.at.length;
    return intervals;
  });
}

/** A table of its own for each length of a scene, empty at first. */
export const tableOf = (ctx: ConditionContext, name: string, size: number): IntervalTable =>
  ctx.index.memo(`table ${name}`, () => ({
    low: new Float64Array(size),
    high: new Float64Array(size),
    least: new Float64Array(size),
    filled: new Uint8Array(size),
  }));
