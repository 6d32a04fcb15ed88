import type { Operator } from '../../contract/rule.ts';
import { BEYOND } from '../interval.ts';
import type { PairIntervals, ThresholdTest } from './interval-table.ts';
import { kept, keyOf, tableOf } from './kept-intervals.ts';
import type { ConditionContext } from './spec.ts';

/** How far each of one list lies beyond each of another along one axis of the table. */
interface Order {
  readonly name: Operator;
  readonly axis: 'x' | 'y';
  readonly sign: 1 | -1;
}

/** Null where a pair has no millimetres: it is judged in the image. */
export function compareOrder(ctx: ConditionContext, order: Order): ThresholdTest | null {
  if (!ctx.index.calibrated) return null;
  const intervals = kept(ctx, order.name, () => orderIntervals(ctx, order));
  const known = ctx.index.memo(
    `known ${keyOf(ctx, order.name)}`,
    () => !intervals.at.some((k) => Number.isNaN(intervals.low[k]!)),
  );
  const value = ctx.condition.value ?? 0;
  return known ? { intervals, threshold: value > 0 ? value : BEYOND, atLeast: true } : null;
}

function orderIntervals(ctx: ConditionContext, { name, axis, sign }: Order): PairIntervals {
  const { index } = ctx;
  const columns = index.entities.length;
  const table = tableOf(ctx, name, columns * columns);
  const at: number[] = [];
  for (const a of ctx.first) {
    for (const b of ctx.second) {
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
