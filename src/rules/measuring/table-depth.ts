import { Z90 } from '../../contract/verdict.ts';
import { distanceToEdge, edgeDistancePx, standsElsewhere } from '../../scene/measure.ts';
import type { Case } from './spec.ts';

export interface Depth {
  readonly value: number;
  readonly half: number;
}

/** From the outline of a thing to the edge of the table, mm (negative: over it); null when mm are unknown. */
export function tableDepth(on: Case, thing: number): Depth | null {
  const known = on.index.memo('table depths', () => new Map<number, Depth | null>());
  let depth = known.get(thing);
  if (depth === undefined) {
    depth = measured(on, thing);
    known.set(thing, depth);
  }
  return depth;
}

function measured(on: Case, thing: number): Depth | null {
  const measure = distanceToEdge(on.index.scene, on.index.things[thing]!);
  if (measure === null || !Number.isFinite(measure.value) || !Number.isFinite(measure.sigma)) return null;
  return { value: measure.value, half: Z90 * measure.sigma };
}

/** False when nobody knows where the table ends and the border of the image stands in. */
export const edgeKnown = (on: Case): boolean => on.index.scene.table.reference !== 'image';

/** True when a thing cannot be standing on the table that was detected. */
export const notOnTable = (on: Case, thing: number): boolean =>
  standsElsewhere(on.index.scene, on.index.things[thing]!);

export function edgeWords(on: Case): string {
  return edgeKnown(on) ? 'the edge of the table' : 'the border of the image';
}

/** Why the border of the image decides nothing. */
export const NO_EDGE = 'where the table ends is not known: give the corners of the table';

export function depthPxText(on: Case, thing: number): string {
  const px = edgeDistancePx(on.index.scene, on.index.things[thing]!);
  return px >= 0 ? `${Math.round(px)} px from ${edgeWords(on)}` : `${Math.round(-px)} px over ${edgeWords(on)}`;
}
