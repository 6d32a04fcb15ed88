import type { Guess } from './guess.ts';
import type { Cov2, Footprint, Point } from './types.ts';

export interface FittedFootprint {
  readonly footprint: Footprint;
  readonly covariance: Cov2;
  readonly outlineSigma: number;
  readonly edgeSigma: readonly number[];
}

const DIRECTIONS = 16;
const RAYS = directions(0);
/** Between the axes, so that the corners of things that lie square are met exactly. */
const CORNER_RAYS = directions(0.5).reverse();

function directions(shift: number): Point[] {
  return Array.from({ length: DIRECTIONS }, (_, i) => {
    const a = ((i + shift) * 2 * Math.PI) / DIRECTIONS;
    return { x: Math.cos(a), y: Math.sin(a) };
  });
}

/**
 * The mean footprint of many guesses and how much they disagree. Outlines are averaged by Minkowski's mean (the mean of
 * the support functions): it is convex, and exact for shapes that only differ in place or size.
 */
export function meanFootprint(guesses: readonly Guess[]): FittedFootprint | null {
  if (guesses.length === 0) return null;
  let x = 0;
  let y = 0;
  for (const g of guesses) {
    x += g.weight * g.at.x;
    y += g.weight * g.at.y;
  }
  const centre = { x, y };
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const g of guesses) {
    const dx = g.at.x - x;
    const dy = g.at.y - y;
    xx += g.weight * dx * dx;
    xy += g.weight * dx * dy;
    yy += g.weight * dy * dy;
  }
  const bases = guesses.map((g) => g.body.base(g.p, g.q));
  const disk = bases.every((b) => typeof b === 'number');
  const ends = RAYS.map((u) => spread(guesses, bases, u, centre));
  const edgeSigma = ends.map((e) => Math.sqrt(e.joint));
  const outlineSigma = Math.sqrt(ends.reduce((s, e) => s + e.own / DIRECTIONS, 0));
  const footprint: Footprint = disk
    ? { kind: 'disk', centre, radius: guesses.reduce((s, g, i) => s + g.weight * (bases[i] as number), 0) }
    : { kind: 'polygon', points: meanOutline(guesses, bases) };
  const all = [x, y, xx, yy, xy, outlineSigma, ...edgeSigma];
  const shape = footprint.kind === 'disk' ? [footprint.radius] : footprint.points.flatMap((p) => [p.x, p.y]);
  if (![...all, ...shape].every(Number.isFinite)) return null;
  if (footprint.kind === 'polygon' && footprint.points.length < 3) return null;
  return { footprint, covariance: { xx, xy, yy }, outlineSigma, edgeSigma };
}

type Base = number | readonly Point[];

/** The point of an outline that lies farthest in a direction. */
function farthest(base: Base, u: Point): Point {
  if (typeof base === 'number') return { x: base * u.x, y: base * u.y };
  let best = base[0]!;
  let reach = Number.NEGATIVE_INFINITY;
  for (const p of base) {
    const r = p.x * u.x + p.y * u.y;
    if (r > reach) {
      reach = r;
      best = p;
    }
  }
  return best;
}

/** Variance of where the outline ends in a direction: with the place, and of the outline alone. */
function spread(guesses: readonly Guess[], bases: readonly Base[], u: Point, centre: Point) {
  let mean = 0;
  let square = 0;
  let ownMean = 0;
  let ownSquare = 0;
  for (let i = 0; i < guesses.length; i++) {
    const g = guesses[i]!;
    const base = bases[i]!;
    let own = typeof base === 'number' ? base : Number.NEGATIVE_INFINITY;
    if (typeof base !== 'number') for (const p of base) own = Math.max(own, p.x * u.x + p.y * u.y);
    const end = own + (g.at.x - centre.x) * u.x + (g.at.y - centre.y) * u.y;
    mean += g.weight * end;
    square += g.weight * end * end;
    ownMean += g.weight * own;
    ownSquare += g.weight * own * own;
  }
  return { joint: Math.max(0, square - mean * mean), own: Math.max(0, ownSquare - ownMean * ownMean) };
}

function meanOutline(guesses: readonly Guess[], bases: readonly Base[]): Point[] {
  const corners = CORNER_RAYS.map((u) => {
    let x = 0;
    let y = 0;
    for (let i = 0; i < guesses.length; i++) {
      const g = guesses[i]!;
      const end = farthest(bases[i]!, u);
      x += g.weight * (g.at.x + end.x);
      y += g.weight * (g.at.y + end.y);
    }
    return { x, y };
  });
  const size = Math.max(...corners.map((p) => Math.hypot(p.x - corners[0]!.x, p.y - corners[0]!.y)));
  return thinned(corners, 0.005 * size);
}

/** Without corners that lie within `tolerance` of their neighbours or of the line between them. */
function thinned(points: readonly Point[], tolerance: number): Point[] {
  const apart: Point[] = [];
  for (const p of points) {
    const last = apart.at(-1);
    if (last === undefined || Math.hypot(p.x - last.x, p.y - last.y) > tolerance) apart.push(p);
  }
  const first = apart[0];
  const last = apart.at(-1);
  if (apart.length > 1 && Math.hypot(last!.x - first!.x, last!.y - first!.y) <= tolerance) apart.pop();
  return apart.filter((p, i) => {
    if (apart.length <= 4) return true;
    const a = apart[(i + apart.length - 1) % apart.length]!;
    const b = apart[(i + 1) % apart.length]!;
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    return Math.abs((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) > tolerance * 0.5 * length;
  });
}
