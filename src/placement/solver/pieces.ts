import { indexOf } from '../../rules/scene-index.ts';
import { distanceApart, offsetApart, type Placed, placed } from '../../scene/measure.ts';
import type { Measure, Scene, SceneObject } from '../../scene/types.ts';
import { type Plane, shifted } from './bodies.ts';
import type { Layout } from './problem.ts';
import { type Gap, gap, type Shape, shapeOf } from './shape.ts';

/** An object of a rule on the plane: a body that may move, or a declared coaster or mat that does not. */
export interface Piece {
  readonly object: SceneObject;
  /** The object ready to be measured where it was seen. */
  readonly placed: Placed;
  readonly shape: Shape;
  /** Index of the body; -1: it stays. */
  readonly body: number;
  readonly x: number;
  readonly y: number;
}

/** Objects of the scene (objects, then declared coasters and mats) by their index in the rules' view of the scene. */
export function piecesOf(scene: Scene, plane: Plane): (entity: number) => Piece | null {
  const { entities } = indexOf(scene);
  const known = new Map<number, Piece | null>();
  return (entity) => {
    let piece = known.get(entity);
    if (piece === undefined) {
      piece = pieceOf(entities[entity], plane);
      known.set(entity, piece);
    }
    return piece;
  };
}

function pieceOf(object: SceneObject | undefined, plane: Plane): Piece | null {
  if (object === undefined) return null;
  const body = plane.index.get(object.id) ?? -1;
  if (body >= 0) {
    const { shape, startX, startY } = plane.bodies[body]!;
    return { object, placed: placed(object), shape, body, x: startX, y: startY };
  }
  const [x1, y1, x2, y2] = object.bbox;
  const footprint =
    plane.unit === 'mm'
      ? object.footprint
      : { kind: 'polygon' as const, points: [x1, x2, x2, x1].map((x, i) => ({ x, y: i < 2 ? y1 : y2 })) };
  if (footprint === null) return null;
  const { shape, centre } = shapeOf(footprint);
  return { object, placed: placed(object), shape, body, ...centre };
}

export const xOf = (piece: Piece, layout: Layout): number => (piece.body < 0 ? piece.x : layout.x[piece.body]!);
export const yOf = (piece: Piece, layout: Layout): number => (piece.body < 0 ? piece.y : layout.y[piece.body]!);

/** The object where the layout has it, for the scene's measures. */
export const objectAt = (piece: Piece, layout: Layout): SceneObject =>
  piece.body < 0
    ? piece.object
    : shifted(piece.object, layout.x[piece.body]! - piece.x, layout.y[piece.body]! - piece.y);

const carriedX = (piece: Piece, layout: Layout) => (piece.body < 0 ? 0 : layout.x[piece.body]! - piece.x);
const carriedY = (piece: Piece, layout: Layout) => (piece.body < 0 ? 0 : layout.y[piece.body]! - piece.y);

/** The scene's distance of two pieces where the layout has them, with its error. */
export const distanceIn = (
  { calibration }: Scene,
  a: Piece,
  b: Piece,
  reference: 'edge' | 'centre',
  layout: Layout,
): Measure | null =>
  distanceApart(
    calibration,
    a.placed,
    b.placed,
    reference,
    carriedX(a, layout),
    carriedY(a, layout),
    carriedX(b, layout),
    carriedY(b, layout),
  );

export const offsetIn = ({ calibration }: Scene, a: Piece, b: Piece, layout: Layout) =>
  offsetApart(
    calibration,
    a.placed,
    b.placed,
    carriedX(a, layout),
    carriedY(a, layout),
    carriedX(b, layout),
    carriedY(b, layout),
  );

const scratch: Gap = { distance: 0, nx: 1, ny: 0 };

/** Free distance between the outlines of two pieces, negative when they overlap. */
export const outlineGap = (a: Piece, b: Piece, layout: Layout): number =>
  gap(a.shape, xOf(a, layout), yOf(a, layout), b.shape, xOf(b, layout), yOf(b, layout), scratch).distance;

export const centreGap = (a: Piece, b: Piece, layout: Layout): number =>
  Math.hypot(xOf(a, layout) - xOf(b, layout), yOf(a, layout) - yOf(b, layout));
