import type { Point } from '../../scene/types.ts';

/** Sides shorter than this many pixels carry no code that can be read. */
const MIN_SIDE = 9;
/** A border may stray from straight sides by this share of the shortest of them, and by so many pixels anyhow. */
const STRAY = 0.1;
const STRAY_PX = 1.6;

/**
 * The four corners of a traced border when it is a convex quadrilateral, clockwise on the screen; null: it is none. `points`: x, y
 * in turn, pixels. Corners are the ends of its longest diagonal and the points farthest from it on either side.
 */
export function quadOf(points: Int32Array, count: number): Point[] | null {
  const x = (i: number) => points[2 * i]!;
  const y = (i: number) => points[2 * i + 1]!;
  const farthest = (from: number): number => {
    let best = 0;
    let most = -1;
    for (let i = 0; i < count; i++) {
      const d = (x(i) - x(from)) ** 2 + (y(i) - y(from)) ** 2;
      if (d > most) [most, best] = [d, i];
    }
    return best;
  };
  let a = farthest(0);
  let b = farthest(a);
  // A longer diagonal may start at the other end.
  for (let round = 0; round < 2; round++) {
    const next = farthest(b);
    if (next === a) break;
    [a, b] = [b, next];
  }
  const [dx, dy] = [x(b) - x(a), y(b) - y(a)];
  let [c, d] = [a, a];
  let [most, least] = [0, 0];
  for (let i = 0; i < count; i++) {
    const side = dx * (y(i) - y(a)) - dy * (x(i) - x(a));
    if (side > most) [most, c] = [side, i];
    if (side < least) [least, d] = [side, i];
  }
  // Left of the way from a to b, on a screen whose y grows downward, is where `side` is negative.
  const quad = [a, d, b, c].map((i) => ({ x: x(i) + 0.5, y: y(i) + 0.5 }));
  const sides = quad.map((p, i) => Math.hypot(quad[(i + 1) % 4]!.x - p.x, quad[(i + 1) % 4]!.y - p.y));
  const shortest = Math.min(...sides);
  if (!(shortest >= MIN_SIDE)) return null;
  for (let i = 0; i < 4; i++) {
    const [p, q, r] = [quad[i]!, quad[(i + 1) % 4]!, quad[(i + 2) % 4]!];
    const cross = (q.x - p.x) * (r.y - q.y) - (q.y - p.y) * (r.x - q.x);
    if (!(cross > 0.1 * sides[i]! * sides[(i + 1) % 4]!)) return null;
  }
  const stray = Math.max(STRAY_PX, STRAY * shortest);
  const lines = quad.map((p, i) => {
    const q = quad[(i + 1) % 4]!;
    return { p, nx: -(q.y - p.y) / sides[i]!, ny: (q.x - p.x) / sides[i]! };
  });
  let off = 0;
  for (let i = 0; i < count; i++) {
    let nearest = Number.POSITIVE_INFINITY;
    for (const { p, nx, ny } of lines) {
      nearest = Math.min(nearest, Math.abs(nx * (x(i) + 0.5 - p.x) + ny * (y(i) + 0.5 - p.y)));
    }
    if (nearest > stray && ++off > 0.05 * count) return null;
  }
  return quad;
}
