import { NOT_ON, SURELY_ON } from '../interval.ts';
import type { Bands, Comparison, Table } from './bands.ts';
import { type Bound, sparesSurface, speaksOfAnything } from './distance.ts';
import { kept, tableOf } from './kept-bands.ts';
import { eachPair } from './pairs.ts';
import type { Case } from './spec.ts';

/** All distances between two lists of things at once; `family` names how the lists come from the selectors. */
export function compareDistances(
  on: Case,
  bound: Bound,
  family: string,
  lists: () => readonly [first: readonly number[], second: readonly number[]],
): Comparison {
  const spares = bound === 'min' && speaksOfAnything(on.condition);
  const bands = kept(on, spares ? `${family} spaced` : family, () => distanceBands(on, ...lists(), spares));
  return { bands, threshold: on.condition.value ?? 0, atLeast: bound === 'min' };
}

function distanceBands(on: Case, first: readonly number[], second: readonly number[], spaced: boolean): Bands {
  const { index, condition } = on;
  const reference = condition.reference ?? 'edge';
  const columns = index.things.length;
  const table = tableOf(on, reference, columns * columns);
  const at: number[] = [];
  const spares = spaced && reference === 'edge';
  eachPair(first, second, (a, b) => {
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
