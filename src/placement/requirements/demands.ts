import type { Condition, Operator } from '../../contract/rule.ts';
import { ALIGNED_TOLERANCE } from '../../rules/operators/aligned.ts';
import { indexOf } from '../../rules/scene-index.ts';
import { ANYTHING, FLAT_SURFACES } from '../../rules/select.ts';
import { edgeKnown, standsElsewhere } from '../../scene/measure.ts';
import type { Scene } from '../../scene/types.ts';
import type { Piece } from '../solver/pieces.ts';
import type { Region } from '../solver/region.ts';
import * as mm from './require-mm.ts';
import * as px from './require-px.ts';
import { standsOff, standsOn } from './require-standing.ts';
import { either, type Measured } from './requirement.ts';

/** What an operator demands of a layout. Null: no place can be said to hold. */
export interface Demand {
  onTable(scene: Scene, condition: Condition, pieces: readonly Piece[], table: Region): Measured | null;
  /** Without millimetres; absent: nothing can be said. */
  inImage?(scene: Scene, condition: Condition, pieces: readonly Piece[]): Measured | null;
  /** It is about the first object and all that the second selector means. */
  readonly surfaces?: boolean;
  /** It wants the outlines to overlap. */
  readonly stacks?: boolean;
  /** One outline is to lie inside the other: every corner is looked at with every side. */
  readonly inside?: boolean;
}

/** For two objects or more: null where there is only one. */
const pair =
  (make: (scene: Scene, c: Condition, a: Piece, b: Piece, pieces: readonly Piece[]) => Measured) =>
  (scene: Scene, c: Condition, pieces: readonly Piece[]): Measured | null => {
    const [a, b] = pieces;
    return a && b ? make(scene, c, a, b, pieces) : null;
  };

const atMost: Demand = { onTable: pair((scene, c, a, b) => mm.distance(scene, c, 'max', a, b)) };

const order = (axis: 'x' | 'y', sign: 1 | -1): Demand => ({
  onTable: pair((scene, c, a, b) => mm.ordinal(scene, c, axis, sign, a, b)),
  inImage: pair((_scene, _c, a, b) => px.ordinal(axis, sign, a, b)),
});

/** What the solver knows of each operator; null: no displacement changes its verdict. */
export const DEMANDS: Readonly<Record<Operator, Demand | null>> = {
  min_distance: { onTable: pair(apart) },
  max_distance: atMost,
  grouped: { onTable: (scene, c, pieces) => (pieces.length > 1 ? mm.chained(scene, c, pieces) : null) },
  min_edge_distance: {
    // Where the edge is not known, no place can be said to hold.
    onTable: (scene, c, [a], table) =>
      a === undefined || !edgeKnown(scene) || standsElsewhere(scene, a.object)
        ? null
        : mm.edgeDistance(scene, c, table, a),
  },
  left_of: order('x', -1),
  right_of: order('x', 1),
  behind: order('y', -1),
  in_front_of: order('y', 1),
  on: {
    surfaces: true,
    stacks: true,
    inside: true,
    onTable: pair((scene, _c, a, _b, pieces) => standsOn(scene, a, pieces.slice(1))),
    inImage: pair((scene, _c, a, _b, pieces) => px.standsOn(scene, a, pieces.slice(1))),
  },
  not_on: {
    surfaces: true,
    onTable: pair((scene, _c, a, _b, pieces) => standsOff(scene, a, pieces.slice(1))),
    inImage: pair((scene, _c, a, _b, pieces) => px.standsOff(scene, a, pieces.slice(1))),
  },
  centered_on: {
    surfaces: true,
    stacks: true,
    onTable: pair((scene, c, a, _b, pieces) => mm.centred(scene, c, a, pieces.slice(1))),
  },
  within: {
    onTable(scene, c, [a]) {
      const zone = indexOf(scene).zone(c.zone ?? '');
      return zone && a ? mm.within(scene, c, zone, a) : null;
    },
    inImage(scene, c, [a]) {
      const zone = indexOf(scene).zone(c.zone ?? '');
      return zone && a ? px.within(zone, a) : null;
    },
  },
  aligned: { onTable: pair((scene, c, _a, _b, pieces) => mm.aligned(scene, c.value ?? ALIGNED_TOLERANCE, pieces)) },
  count_max: null,
  count_min: null,
};

const isFlat = ({ object }: Piece) => FLAT_SURFACES.has(object.class);

/** "Any object" does not mean the mat that something stands on: clear of it, or wholly on it. */
function apart(scene: Scene, condition: Condition, a: Piece, b: Piece): Measured {
  const outlines = mm.distance(scene, condition, 'min', a, b);
  const [flat, upper] = isFlat(b) ? [b, a] : [a, b];
  const anything = isFlat(flat) && (condition.object1 === ANYTHING || condition.object2 === ANYTHING);
  return anything && condition.reference !== 'centre' ? either(outlines, standsOn(scene, upper, [flat])) : outlines;
}
