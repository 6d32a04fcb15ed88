import type { Operator } from '../../contract/rule.ts';
import { BEYOND } from '../interval.ts';
import type { Bands, Comparison } from './bands.ts';
import { kept, keyOf, tableOf } from './kept-bands.ts';
import type { Case } from './spec.ts';

/** How far each of one list lies beyond each of another along one axis of the table. */
interface Order {
  readonly name: Operator;
  readonly axis: 'x' | 'y';
  readonly sign: 1 | -1;
}

/** Null where a pair has no millimetres: it is judged in the image. */
export function compareOrder(on: Case, order: Order): Comparison | null {
  if (!on.index.calibrated) return null;
  const bands = kept(on, order.name, () => orderBands(on, order));
  const known = on.index.memo(
    `known ${keyOf(on, order.name)}`,
    () => !bands.at.some((k) => Number.isNaN(bands.low[k]!)),
  );
  const value = on.condition.value ?? 0;
  return known ? { bands, threshold: value > 0 ? value : BEYOND, atLeast: true } : null;
}

function orderBands(on: Case, { name, axis, sign }: Order): Bands {
  const { index } = on;
  const columns = index.things.length;
  const table = tableOf(on, name, columns * columns);
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
