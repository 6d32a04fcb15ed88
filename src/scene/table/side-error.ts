import { apply } from '../math/mat3.ts';
import type { Mat3, Point } from '../types.ts';

/** How far the middle of a side goes across itself on the table when it is moved by some pixels across itself, mm. */
export function shiftOf(homography: Mat3, p: Point, q: Point, px: number): number {
  const length = Math.hypot(q.x - p.x, q.y - p.y) || 1;
  const middle = { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
  const n = { x: -(q.y - p.y) / length, y: (q.x - p.x) / length };
  const [a, b] = [apply(homography, p), apply(homography, q)];
  const [from, to] = [middle, { x: middle.x + n.x * px, y: middle.y + n.y * px }].map((c) => apply(homography, c)) as [
    Point,
    Point,
  ];
  const side = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const shift = Math.abs((b.x - a.x) * (to.y - from.y) - (b.y - a.y) * (to.x - from.x)) / side;
  return Number.isFinite(shift) ? shift : 0;
}
