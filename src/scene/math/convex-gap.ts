import type { Point } from '../types.ts';

/** Two points whose distance is that of two convex polygons. */
export interface ConvexGap {
  readonly gap: number;
  readonly onA: Point;
  readonly onB: Point;
}

const MAX_STEPS = 64;
/** Squared distance, mm² or px², below which two objects touch. */
const TOUCHING = 1e-18;

/** The simplex: up to three pairs of vertices and their differences. Shared by all calls: measuring makes no garbage. */
const ia = new Int32Array(3);
const ib = new Int32Array(3);
const wx = new Float64Array(3);
const wy = new Float64Array(3);

/** Corners in flat lists, carried by (dx, dy). */
export interface Corners {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/**
 * Distance of two convex polygons of either sense, of segments or single points, in their own unit; null when they
 * overlap or no distance can be found. Gilbert, Johnson and Keerthi, "A fast procedure for computing the distance between
 * complex objects in three-dimensional space" (1988), in two dimensions: the point of A - B nearest to the origin.
 * A is carried by (dx, dy) first.
 */
export function gapOf(a: Corners, b: Corners, dx: number, dy: number): ConvexGap | null {
  if (a.x.length === 0 || b.x.length === 0) return null;
  keep(0, a, 0, b, 0, dx, dy);
  let size = 1;
  /** Weight of the second vertex in the point nearest to the origin, and that point. */
  let t = 0;
  let vx = wx[0]!;
  let vy = wy[0]!;
  for (let step = 0; step < MAX_STEPS; step++) {
    const square = vx * vx + vy * vy;
    if (!(square > TOUCHING)) return null;
    const p = farthest(a, -vx, -vy);
    const q = farthest(b, vx, vy);
    keep(size, a, p, b, q, dx, dy);
    const again = (p === ia[0] && q === ib[0]) || (size === 2 && p === ia[1] && q === ib[1]);
    if (again || square - (vx * wx[size]! + vy * wy[size]!) <= 1e-14 * square) {
      return { gap: Math.sqrt(square), onA: between(a, ia, size, t, dx, dy), onB: between(b, ib, size, t, 0, 0) };
    }
    size++;
    if (size === 3) {
      if (around()) return null;
      // The origin is outside: the nearest point lies on one of the two sides that end in the new vertex.
      if (squareTo(1, 2) < squareTo(0, 2)) copy(1, 0);
      copy(2, 1);
      size = 2;
    }
    t = nearestOn(0, 1);
    if (t <= 0 || t >= 1) {
      if (t >= 1) copy(1, 0);
      size = 1;
      t = 0;
    }
    vx = size === 1 ? wx[0]! : wx[0]! + t * (wx[1]! - wx[0]!);
    vy = size === 1 ? wy[0]! : wy[0]! + t * (wy[1]! - wy[0]!);
  }
  return null;
}

function keep(at: number, a: Corners, p: number, b: Corners, q: number, dx: number, dy: number): void {
  ia[at] = p;
  ib[at] = q;
  wx[at] = a.x[p]! + dx - b.x[q]!;
  wy[at] = a.y[p]! + dy - b.y[q]!;
}

function copy(from: number, to: number): void {
  ia[to] = ia[from]!;
  ib[to] = ib[from]!;
  wx[to] = wx[from]!;
  wy[to] = wy[from]!;
}

/** The point of one polygon that the simplex means. */
function between({ x, y }: Corners, at: Int32Array, size: number, t: number, dx: number, dy: number): Point {
  const [px, py] = [x[at[0]!]! + dx, y[at[0]!]! + dy];
  if (size === 1) return { x: px, y: py };
  return { x: (1 - t) * px + t * (x[at[1]!]! + dx), y: (1 - t) * py + t * (y[at[1]!]! + dy) };
}

/** Index of the vertex that lies farthest along (u, v). */
function farthest({ x, y }: Corners, u: number, v: number): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < x.length; i++) {
    const along = x[i]! * u + y[i]! * v;
    if (along > most) {
      best = i;
      most = along;
    }
  }
  return best;
}

/** Where the segment from vertex i to vertex j is nearest to the origin, as a fraction. */
function nearestOn(i: number, j: number): number {
  const dx = wx[j]! - wx[i]!;
  const dy = wy[j]! - wy[i]!;
  const length = dx * dx + dy * dy;
  return length > 0 ? Math.min(1, Math.max(0, -(wx[i]! * dx + wy[i]! * dy) / length)) : 0;
}

/** Squared distance of that segment from the origin. */
function squareTo(i: number, j: number): number {
  const t = nearestOn(i, j);
  const x = wx[i]! + t * (wx[j]! - wx[i]!);
  const y = wy[i]! + t * (wy[j]! - wy[i]!);
  return x * x + y * y;
}

/** The origin lies in the triangle of the three vertices. */
function around(): boolean {
  const a = wx[0]! * wy[1]! - wx[1]! * wy[0]!;
  const b = wx[1]! * wy[2]! - wx[2]! * wy[1]!;
  const c = wx[2]! * wy[0]! - wx[0]! * wy[2]!;
  return (a >= 0 && b >= 0 && c >= 0) || (a <= 0 && b <= 0 && c <= 0);
}
