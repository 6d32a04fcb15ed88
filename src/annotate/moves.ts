import type { UnitSystem } from '../contract/length-unit.ts';
import type { Move } from '../placement/types.ts';
import { roughly } from '../rules/likely-range.ts';
import { moveObject } from '../scene/move.ts';
import type { Point, Scene, SceneObject } from '../scene/types.ts';
import { numberLabel } from './dimension.ts';
import type { Label } from './labels.ts';
import { corners } from './objects.ts';
import type { Rect, Shape } from './shapes.ts';
import { COLOUR, type Measures } from './style.ts';
import { cleanText, formatLength } from './text.ts';
import { centreOfRect, type View } from './view.ts';

/** Moves that are drawn; the legend lists all. */
const MOST = 6;
/** Longer ways that were not verified are told in whole centimetres, mm. */
const SHORT = 20;
const COARSE = 12;

export interface DrawnMove {
  readonly move: Move;
  readonly from: Point;
  /** The object's box where it would be, and where it is. */
  readonly ghost: Rect;
  readonly box: Rect;
}

/** Each proposed move as an arrow to a ghost of the object; dashed arrow: the move could not be verified. */
export function drawMoves(
  scene: Scene,
  moves: readonly Move[],
  view: View,
  measures: Measures,
): { shapes: Shape[]; drawn: DrawnMove[] } {
  const shapes: Shape[] = [];
  const drawn: DrawnMove[] = [];
  for (const [i, move] of moves.slice(0, MOST).entries()) {
    const object = scene.objects.find((o) => o.id === move.objectId);
    if (object === undefined) continue;
    const box = view.box(object.bbox);
    const moved = movedObject(scene, object, move);
    const ghost = view.box(moved.bbox);
    const colour = COLOUR.move;
    const dash: [number, number] = [measures.font * 0.5, measures.font * 0.35];
    const outline = moved.footprint === null ? null : view.outline(moved.footprint);
    if (i === 0 || outline === null) {
      shapes.push({
        kind: 'line',
        points: corners(ghost),
        closed: true,
        colour,
        width: measures.line * 0.7,
        dash,
        fillOpacity: 0.1,
      });
    }
    if (outline !== null) {
      shapes.push({ kind: 'line', points: outline, closed: true, colour, width: measures.thin, fillOpacity: 0.3 });
    }
    shapes.push(...arrow(centreOfRect(box), centreOfRect(ghost), measures, move.verified ? undefined : dash));
    drawn.push({ move, from: centreOfRect(box), ghost, box });
  }
  return { shapes, drawn };
}

/** The one whose words stand in the image comes first: a verified one, if there is any. */
export const byPromise = (moves: readonly Move[]): Move[] =>
  moves.toSorted((a, b) => Number(b.verified) - Number(a.verified));

/** The object where it would be: carried over the table when that is known, else over the image. */
function movedObject(scene: Scene, object: SceneObject, move: Move): SceneObject {
  if (move.vectorMm !== null && object.footprint !== null) {
    return moveObject(scene, object.id, move.vectorMm).objects.find((o) => o.id === object.id) ?? object;
  }
  const [x1, y1, x2, y2] = object.bbox;
  const { x, y } = move.vectorPx;
  return { ...object, footprint: null, bbox: [x1 + x, y1 + y, x2 + x, y2 + y] };
}

export function moveWords(move: Move, units: UnitSystem): { title: string; detail: string | null } {
  const way =
    move.distanceMm === null
      ? `${Math.round(Math.hypot(move.vectorPx.x, move.vectorPx.y))} px`
      : move.verified || move.distanceMm < SHORT
        ? formatLength(move.distanceMm, units)
        : roughly(move.distanceMm, COARSE, units);
  return { title: `move ${cleanText(move.objectId)} ${way}`, detail: move.verified ? null : 'not verified' };
}

export function moveLabel({ move, from, ghost, box }: DrawnMove, measures: Measures): Label {
  const centre = centreOfRect(ghost);
  const gap = measures.font * 1.6;
  return {
    ...moveWords(move, measures.units),
    preferred: [
      { x: centre.x, y: ghost.y + ghost.height + gap },
      { x: centre.x, y: ghost.y - gap },
      { x: (from.x + centre.x) / 2, y: (from.y + centre.y) / 2 + gap },
      { x: (from.x + centre.x) / 2, y: (from.y + centre.y) / 2 - gap },
    ],
    about: ghost,
    avoid: [box],
    ink: COLOUR.ink,
    plate: COLOUR.move,
    required: true,
  };
}

/** The number that stands for a move whose words are in the legend. */
export function moveNumber({ from, ghost, box }: DrawnMove, number: number, measures: Measures): Label {
  const to = centreOfRect(ghost);
  const at = (t: number): Point => ({ x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) });
  return numberLabel(number, [0.5, 0.7, 1].map(at), COLOUR.move, COLOUR.ink, measures, [box]);
}

/** Shaft and filled head; for a very short way the head alone. */
function arrow(from: Point, to: Point, measures: Measures, dash?: readonly [number, number]): Shape[] {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length < 1) return [];
  const u = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  const head = Math.min(measures.font * 0.95, Math.max(length, measures.font * 0.5));
  const base = { x: to.x - u.x * head, y: to.y - u.y * head };
  const side = head * 0.5;
  const tip: Shape = {
    kind: 'line',
    points: [
      to,
      { x: base.x - u.y * side, y: base.y + u.x * side },
      { x: base.x + u.y * side, y: base.y - u.x * side },
    ],
    closed: true,
    colour: COLOUR.move,
    width: 1,
    fillOpacity: 1,
  };
  if (length <= head) return [tip];
  const shaft: Shape = {
    kind: 'line',
    points: [from, base],
    closed: false,
    colour: COLOUR.move,
    width: measures.line * 1.3,
    ...(dash && { dash }),
  };
  return [shaft, tip];
}
