import type { Point } from '../../../src/scene/types.ts';
import type { TruthFile } from './rendered.ts';

export type Pair = readonly [number, number];

/** The point of the table that a pixel shows. */
export function tablePointAt({ camera: { R, fx, position_mm: eye }, width, height }: TruthFile, px: Point): Point {
  const d = [(px.x - width / 2) / fx, (px.y - height / 2) / fx, 1];
  const ray = [0, 1, 2].map((j) => R.reduce((sum, row, i) => sum + row[j]! * d[i]!, 0));
  const reach = -eye[2]! / ray[2]!;
  return { x: eye[0]! + reach * ray[0]!, y: eye[1]! + reach * ray[1]! };
}

export const insidePolygon = (points: readonly Pair[], x: number, y: number): boolean =>
  distanceToPolygon(points, x, y) < 0;

/** Distance of a point from a polygon's border; negative inside. */
export function distanceToPolygon(points: readonly Pair[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  let inside = false;
  points.forEach(([bx, by], i) => {
    const [ax, ay] = points.at(i - 1)!;
    const [ex, ey] = [bx - ax, by - ay];
    const t = Math.min(1, Math.max(0, ((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey || 1)));
    least = Math.min(least, Math.hypot(x - ax - t * ex, y - ay - t * ey));
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * ex) inside = !inside;
  });
  return inside ? -least : least;
}
