import type { Guess } from './guess.ts';
import type { Cov2, Footprint, Point } from './types.ts';

export interface FittedFootprint {
  readonly footprint: Footprint;
  readonly covariance: Cov2;
  readonly outlineSigma: number;
  readonly edgeSigma: readonly number[];
}

const DIRECTIONS = 16;
const RAYS = directions(DIRECTIONS);
/** The same and those between them, so that the corners of things that lie square are met exactly too. */
const CORNER_RAYS = directions(2 * DIRECTIONS).reverse();

function directions(count: number): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const a = (i * 2 * Math.PI) / count;
    return { x: Math.cos(a), y: Math.sin(a) };
  });
}

/**
 * The mean footprint of many guesses and how much they disagree. Outlines are averaged by Minkowski's mean (the mean of
 * the support functions): it is convex, and exact for shapes that only differ in place or size.
 */
export function meanFootprint(all: readonly Guess[]): FittedFootprint | null {
  const guesses = weighty(all);
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
  // Few guesses spread too little, and their mean is off by their own spread over their effective number.
  const share = guesses.reduce((s, g) => s + g.weight * g.weight, 0);
  const few = guesses.length > 1 ? (1 + share) / Math.max(0.1, 1 - share) : 1;
  const bases = guesses.map((g) => g.body.base(g.p, g.q));
  const disk = bases.every((b) => typeof b === 'number');
  const ends = RAYS.map((u) => spread(guesses, bases, u, centre));
  const edgeSigma = ends.map((e) => Math.sqrt(few * e.joint));
  const outlineSigma = Math.sqrt(ends.reduce((s, e) => s + (few * e.own) / DIRECTIONS, 0));
  const footprint: Footprint = disk
    ? { kind: 'disk', centre, radius: guesses.reduce((s, g, i) => s + g.weight * (bases[i] as number), 0) }
    : { kind: 'polygon', points: meanOutline(guesses, bases) };
  const numbers = [x, y, xx, yy, xy, outlineSigma, ...edgeSigma];
  const shape = footprint.kind === 'disk' ? [footprint.radius] : footprint.points.flatMap((p) => [p.x, p.y]);
  if (![...numbers, ...shape].every(Number.isFinite)) return null;
  if (footprint.kind === 'polygon' && footprint.points.length < 3) return null;
  return { footprint, covariance: { xx: few * xx, xy: few * xy, yy: few * yy }, outlineSigma, edgeSigma };
}

/** Without the guesses that nearly cannot be. */
function weighty(guesses: readonly Guess[]): Guess[] {
  const kept = guesses.filter((g) => g.weight > 0.001);
  const sum = kept.reduce((s, g) => s + g.weight, 0);
  return kept.map((g) => ({ ...g, weight: g.weight / sum }));
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
  return thinned(corners, 0.004 * size);
}

/** Without the corners that matter least, as long as each removal moves the outline by less than `tolerance`. */
function thinned(points: readonly Point[], tolerance: number): Point[] {
  const kept = [...points];
  while (kept.length > 4) {
    let least = tolerance;
    let index = -1;
    for (let i = 0; i < kept.length; i++) {
      const p = kept[i]!;
      const a = kept[(i + kept.length - 1) % kept.length]!;
      const b = kept[(i + 1) % kept.length]!;
      const length = Math.hypot(b.x - a.x, b.y - a.y);
      const off = Math.abs((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) / (length || 1);
      const near = Math.min(Math.hypot(p.x - a.x, p.y - a.y), Math.hypot(p.x - b.x, p.y - b.y));
      const d = Math.min(off, near);
      if (d < least) {
        least = d;
        index = i;
      }
    }
    if (index < 0) break;
    kept.splice(index, 1);
  }
  return kept;
}
