import type { Point } from '../../scene/types.ts';

/** A straight line: a point of it and its unit normal. */
export interface Line {
  readonly at: Point;
  readonly normal: Point;
}

/** Least squares of the distances to the line (principal axis of the points). */
export function fitLine(points: readonly Point[]): Line {
  const n = points.length;
  const at = { x: points.reduce((s, p) => s + p.x, 0) / n, y: points.reduce((s, p) => s + p.y, 0) / n };
  let [xx, xy, yy] = [0, 0, 0];
  for (const p of points) {
    xx += (p.x - at.x) ** 2;
    xy += (p.x - at.x) * (p.y - at.y);
    yy += (p.y - at.y) ** 2;
  }
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  return { at, normal: { x: -Math.sin(angle), y: Math.cos(angle) } };
}

/** Signed, along the normal. */
export const offLine = (line: Line, p: Point): number =>
  (p.x - line.at.x) * line.normal.x + (p.y - line.at.y) * line.normal.y;

/** The point of the line that is nearest to `p`. */
export function footOn(line: Line, p: Point): Point {
  const off = offLine(line, p);
  return { x: p.x - off * line.normal.x, y: p.y - off * line.normal.y };
}
