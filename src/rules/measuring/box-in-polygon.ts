import type { Box } from '../../contract/detection.ts';
import { contains } from '../../scene/math/geometry.ts';
import type { Point } from '../../scene/types.ts';

const corners = ([x1, y1, x2, y2]: Box): Point[] => [
  { x: x1, y: y1 },
  { x: x2, y: y1 },
  { x: x2, y: y2 },
  { x: x1, y: y2 },
];

/** The whole box lies in the polygon, which may be concave. */
export function boxInside(box: Box, polygon: readonly Point[]): boolean {
  return corners(box).every((p) => contains(polygon, p)) && !crosses(box, polygon);
}

/** Box and polygon share no point. */
export function boxOutside(box: Box, polygon: readonly Point[]): boolean {
  const [x1, y1, x2, y2] = box;
  const holds = polygon.some((p) => p.x >= x1 && p.x <= x2 && p.y >= y1 && p.y <= y2);
  return !holds && !corners(box).some((p) => contains(polygon, p)) && !crosses(box, polygon);
}

function crosses(box: Box, polygon: readonly Point[]): boolean {
  const sides = corners(box);
  for (let i = 0; i < polygon.length; i++) {
    const p = polygon[i]!;
    const q = polygon[(i + 1) % polygon.length]!;
    for (let j = 0; j < 4; j++) if (meet(p, q, sides[j]!, sides[(j + 1) % 4]!)) return true;
  }
  return false;
}

const side = (p: Point, q: Point, r: Point) => Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));

/** The open segments cross. */
function meet(p: Point, q: Point, r: Point, s: Point): boolean {
  return side(p, q, r) * side(p, q, s) < 0 && side(r, s, p) * side(r, s, q) < 0;
}
