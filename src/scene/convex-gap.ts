import type { Point } from './types.ts';

/** Two points whose distance is that of two convex polygons. */
export interface ConvexGap {
  readonly gap: number;
  readonly onA: Point;
  readonly onB: Point;
}

const MOST_STEPS = 64;
/** Squared distance, mm² or px², below which two things touch. */
const TOUCHING = 1e-18;

/**
 * Distance of two convex polygons of either sense, of segments or single points, in their own unit; null when they
 * overlap or no distance can be found. Gilbert, Johnson and Keerthi, "A fast procedure for computing the distance between
 * complex objects in three-dimensional space" (1988), in two dimensions: the point of A - B nearest to the origin.
 */
export function convexGap(a: readonly Point[], b: readonly Point[]): ConvexGap | null {
  if (a.length === 0 || b.length === 0) return null;
  // The simplex: up to three pairs of vertices, their difference and their weights in the nearest point v.
  const ia = [0, 0, 0];
  const ib = [0, 0, 0];
  const wx = [a[0]!.x - b[0]!.x, 0, 0];
  const wy = [a[0]!.y - b[0]!.y, 0, 0];
  const weight = [1, 0, 0];
  let size = 1;
  let vx = wx[0]!;
  let vy = wy[0]!;
  for (let step = 0; step < MOST_STEPS; step++) {
    const square = vx * vx + vy * vy;
    if (!(square > TOUCHING)) return null;
    const p = farthest(a, -vx, -vy);
    const q = farthest(b, vx, vy);
    const x = a[p]!.x - b[q]!.x;
    const y = a[p]!.y - b[q]!.y;
    let known = square - (vx * x + vy * y) <= 1e-14 * square;
    for (let i = 0; i < size; i++) known ||= ia[i] === p && ib[i] === q;
    if (known) {
      let [ax, ay, bx, by] = [0, 0, 0, 0];
      for (let i = 0; i < size; i++) {
        ax += weight[i]! * a[ia[i]!]!.x;
        ay += weight[i]! * a[ia[i]!]!.y;
        bx += weight[i]! * b[ib[i]!]!.x;
        by += weight[i]! * b[ib[i]!]!.y;
      }
      return { gap: Math.sqrt(square), onA: { x: ax, y: ay }, onB: { x: bx, y: by } };
    }
    ia[size] = p;
    ib[size] = q;
    wx[size] = x;
    wy[size] = y;
    size++;
    if (size === 3) {
      if (around(wx, wy)) return null;
      // The origin is outside: the nearest point lies on one of the two sides that end in the new vertex.
      const keep = onSegment(wx, wy, 0, 2).square <= onSegment(wx, wy, 1, 2).square ? 0 : 1;
      for (const list of [ia, ib, wx, wy]) {
        list[0] = list[keep]!;
        list[1] = list[2]!;
      }
      size = 2;
    }
    const { t } = onSegment(wx, wy, 0, 1);
    if (t >= 1) {
      for (const list of [ia, ib, wx, wy]) list[0] = list[1]!;
    }
    if (t <= 0 || t >= 1) {
      size = 1;
      weight[0] = 1;
      vx = wx[0]!;
      vy = wy[0]!;
    } else {
      weight[0] = 1 - t;
      weight[1] = t;
      vx = wx[0]! + t * (wx[1]! - wx[0]!);
      vy = wy[0]! + t * (wy[1]! - wy[0]!);
    }
  }
  return null;
}

/** Index of the vertex that lies farthest along (x, y). */
function farthest(points: readonly Point[], x: number, y: number): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < points.length; i++) {
    const along = points[i]!.x * x + points[i]!.y * y;
    if (along > most) [best, most] = [i, along];
  }
  return best;
}

/** Where the segment from vertex i to vertex j is nearest to the origin, as a fraction, and the squared distance. */
function onSegment(wx: readonly number[], wy: readonly number[], i: number, j: number): { t: number; square: number } {
  const dx = wx[j]! - wx[i]!;
  const dy = wy[j]! - wy[i]!;
  const length = dx * dx + dy * dy;
  const t = length > 0 ? Math.min(1, Math.max(0, -(wx[i]! * dx + wy[i]! * dy) / length)) : 0;
  const x = wx[i]! + t * dx;
  const y = wy[i]! + t * dy;
  return { t, square: x * x + y * y };
}

/** The origin lies in the triangle of the three vertices. */
function around(x: readonly number[], y: readonly number[]): boolean {
  const a = x[0]! * y[1]! - x[1]! * y[0]!;
  const b = x[1]! * y[2]! - x[2]! * y[1]!;
  const c = x[2]! * y[0]! - x[0]! * y[2]!;
  return (a >= 0 && b >= 0 && c >= 0) || (a <= 0 && b <= 0 && c <= 0);
}
