import { gapOf } from '../../scene/math/convex-gap.ts';
import type { Footprint, Point } from '../../scene/types.ts';

/** An outline around its own centre, so that one outline serves every position. */
export type Shape =
  | { readonly kind: 'disk'; readonly radius: number }
  | {
      readonly kind: 'polygon';
      /** Relative to the centre, same turning sense as given. */
      readonly x: readonly number[];
      readonly y: readonly number[];
      /** Outward unit normal of the edge that starts at the same index. */
      readonly nx: readonly number[];
      readonly ny: readonly number[];
    };

/** Result of `gap`, reused between calls to keep the search free of garbage. */
export interface Gap {
  /** Free distance between the outlines; negative: how deep they overlap. */
  distance: number;
  /** Unit vector from the second shape toward the first. */
  nx: number;
  ny: number;
}

export function centreOfPoints(points: readonly Point[]): Point {
  let twiceArea = 0;
  let x = 0;
  let y = 0;
  const origin = points[0]!;
  for (let i = 0; i < points.length; i++) {
    const a = points[i]!;
    const b = points[(i + 1) % points.length]!;
    const cross = (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y);
    twiceArea += cross;
    x += cross * (a.x + b.x - 2 * origin.x);
    y += cross * (a.y + b.y - 2 * origin.y);
  }
  if (Math.abs(twiceArea) < 1e-9) {
    const n = points.length;
    return { x: points.reduce((s, p) => s + p.x, 0) / n, y: points.reduce((s, p) => s + p.y, 0) / n };
  }
  return { x: origin.x + x / (3 * twiceArea), y: origin.y + y / (3 * twiceArea) };
}

/** A convex outline around `centre`. */
export function polygonShape(points: readonly Point[], centre: Point): Shape {
  const x = points.map((p) => p.x - centre.x);
  const y = points.map((p) => p.y - centre.y);
  let area = 0;
  for (let i = 0; i < x.length; i++) {
    const j = (i + 1) % x.length;
    area += x[i]! * y[j]! - x[j]! * y[i]!;
  }
  const sign = area < 0 ? -1 : 1;
  const nx: number[] = [];
  const ny: number[] = [];
  for (let i = 0; i < x.length; i++) {
    const j = (i + 1) % x.length;
    const dx = x[j]! - x[i]!;
    const dy = y[j]! - y[i]!;
    const length = Math.hypot(dx, dy) || 1;
    nx.push((sign * dy) / length);
    ny.push((-sign * dx) / length);
  }
  return { kind: 'polygon', x, y, nx, ny };
}

export function shapeOf(footprint: Footprint): { readonly shape: Shape; readonly centre: Point } {
  if (footprint.kind === 'disk') return { shape: { kind: 'disk', radius: footprint.radius }, centre: footprint.centre };
  const centre = centreOfPoints(footprint.points);
  return { shape: polygonShape(footprint.points, centre), centre };
}

/** Distance between two outlines at their centres, signed; writes into `out`. Changes by at most the displacement. */
export function gap(a: Shape, ax: number, ay: number, b: Shape, bx: number, by: number, out: Gap): Gap {
  if (a.kind === 'disk') {
    if (b.kind === 'disk') {
      const dx = ax - bx;
      const dy = ay - by;
      const d = Math.sqrt(dx * dx + dy * dy);
      out.distance = d - a.radius - b.radius;
      out.nx = d > 0 ? dx / d : 1;
      out.ny = d > 0 ? dy / d : 0;
      return out;
    }
    pointToPolygon(ax - bx, ay - by, b, out);
    out.distance -= a.radius;
    return out;
  }
  if (b.kind === 'disk') {
    pointToPolygon(bx - ax, by - ay, a, out);
    out.distance -= b.radius;
    out.nx = -out.nx;
    out.ny = -out.ny;
    return out;
  }
  return polygons(a, b, ax - bx, ay - by, out);
}

type Polygon = Extract<Shape, { kind: 'polygon' }>;

/** Signed distance of a point (relative to the centre) to a convex polygon, with the direction away from it. */
function pointToPolygon(px: number, py: number, polygon: Polygon, out: Gap): void {
  const { x, y, nx, ny } = polygon;
  const n = x.length;
  let deepest = Number.NEGATIVE_INFINITY;
  let side = 0;
  let best = Number.POSITIVE_INFINITY;
  let bx = 0;
  let by = 0;
  for (let i = 0; i < n; i++) {
    const fx = px - x[i]!;
    const fy = py - y[i]!;
    const d = fx * nx[i]! + fy * ny[i]!;
    if (d > deepest) {
      deepest = d;
      side = i;
    }
    // From outside, the nearest side is one that the point lies beyond.
    if (d <= 0 || d * d >= best) continue;
    const j = i + 1 === n ? 0 : i + 1;
    const ex = x[j]! - x[i]!;
    const ey = y[j]! - y[i]!;
    const length = ex * ex + ey * ey;
    const along = fx * ex + fy * ey;
    const t = length > 0 ? (along <= 0 ? 0 : along >= length ? 1 : along / length) : 0;
    const dx = fx - t * ex;
    const dy = fy - t * ey;
    const square = dx * dx + dy * dy;
    if (square < best) {
      best = square;
      bx = dx;
      by = dy;
    }
  }
  if (deepest <= 0) {
    out.distance = deepest;
    out.nx = nx[side]!;
    out.ny = ny[side]!;
    return;
  }
  const d = Math.sqrt(best);
  out.distance = d;
  out.nx = d > 0 ? bx / d : nx[side]!;
  out.ny = d > 0 ? by / d : ny[side]!;
}

/** Convex polygons: the nearest points while they are apart, separating axes while they overlap. */
function polygons(a: Polygon, b: Polygon, dx: number, dy: number, out: Gap): Gap {
  const apart = gapOf(a, b, dx, dy);
  if (apart !== null) {
    out.distance = apart.gap;
    out.nx = (apart.onA.x - apart.onB.x) / apart.gap;
    out.ny = (apart.onA.y - apart.onB.y) / apart.gap;
    return out;
  }
  let separation = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < b.x.length; i++) {
    const nx = b.nx[i]!;
    const ny = b.ny[i]!;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < a.x.length; k++) {
      const d = (a.x[k]! + dx - b.x[i]!) * nx + (a.y[k]! + dy - b.y[i]!) * ny;
      if (d < least) least = d;
    }
    if (least > separation) {
      separation = least;
      out.nx = nx;
      out.ny = ny;
    }
  }
  for (let i = 0; i < a.x.length; i++) {
    const nx = a.nx[i]!;
    const ny = a.ny[i]!;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < b.x.length; k++) {
      const d = (b.x[k]! - dx - a.x[i]!) * nx + (b.y[k]! - dy - a.y[i]!) * ny;
      if (d < least) least = d;
    }
    if (least > separation) {
      separation = least;
      out.nx = -nx;
      out.ny = -ny;
    }
  }
  out.distance = separation;
  return out;
}
