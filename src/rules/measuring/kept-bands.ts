import type { Bands, Table } from './bands.ts';
import type { Case } from './spec.ts';

export function keyOf(on: Case, family: string): string {
  const { object1, object2, reference } = on.condition;
  return `${family} ${reference ?? ''} ${object1.length} ${object1} ${object2 ?? ''}`;
}

/** More places are not kept with one scene, but found again: a bound on memory. */
const MAX_KEPT = 2_000_000;

/** The bands of a condition's selectors, found once for each scene; `family` tells apart what the selectors mean. */
export function kept(on: Case, family: string, make: (on: Case) => Bands): Bands {
  const { index } = on;
  const size = index.memo('places in tables', () => ({ kept: 0 }));
  if (size.kept > MAX_KEPT) return make(on);
  return index.memo(keyOf(on, family), () => {
    const bands = make(on);
    size.kept += bands.at.length;
    return bands;
  });
}

/** A table of its own for each length of a scene, empty at first. */
export const tableOf = (on: Case, name: string, size: number): Table =>
  on.index.memo(`table ${name}`, () => ({
    low: new Float64Array(size),
    high: new Float64Array(size),
    least: new Float64Array(size),
    filled: new Uint8Array(size),
  }));
