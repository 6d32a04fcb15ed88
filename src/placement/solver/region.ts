import type { Point } from '../../scene/types.ts';
import { type Gap, gap, type Shape } from './shape.ts';

/** A simple polygon, convex or not: the table top or a zone. */
export interface Region {
  readonly points: readonly Point[];
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

export function regionOf(points: readonly Point[]): Region {
  return {
    points,
    minX: Math.min(...points.map((p) => p.x)),
    minY: Math.min(...points.map((p) => p.y)),
    maxX: Math.max(...points.map((p) => p.x)),
    maxY: Math.max(...points.map((p) => p.y)),
  };
}

/** Distance of a point to the border, positive inside (even-odd rule). */
export function depth(region: Region, px: number, py: number): number {
  const { points } = region;
  let best = Number.POSITIVE_INFINITY;
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const a = points[j]!;
    const b = points[i]!;
    const ex = b.x - a.x;
    const ey = b.y - a.y;
    const length = ex * ex + ey * ey;
    let t = length > 0 ? ((px - a.x) * ex + (py - a.y) * ey) / length : 0;
    t = Math.max(0, Math.min(1, t));
    const dx = px - a.x - t * ex;
    const dy = py - a.y - t * ey;
    const d = dx * dx + dy * dy;
    if (d < best) best = d;
    if (a.y > py !== b.y > py && px < a.x + ((py - a.y) / ey) * ex) inside = !inside;
  }
  const d = Math.sqrt(best);
  return inside ? d : -d;
}

/** How far a shape stays inside a region, signed: the least depth of its outline. Changes by at most the displacement. */
export function clearance(region: Region, shape: Shape, x: number, y: number): number {
  if (shape.kind === 'disk') return depth(region, x, y) - shape.radius;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < shape.x.length; i++) {
    const d = depth(region, x + shape.x[i]!, y + shape.y[i]!);
    if (d < least) least = d;
  }
  // A corner of the region that points inward may enter the shape between two of its vertices.
  for (const corner of region.points) {
    const d = gap(POINT, corner.x, corner.y, shape, x, y, scratch).distance;
    if (d < least) least = d;
  }
  return least;
}

const POINT: Shape = { kind: 'disk', radius: 0 };
const scratch: Gap = { distance: 0, nx: 0, ny: 0 };
