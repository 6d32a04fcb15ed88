import type { Guess } from './guess.ts';
import type { Cov2, Footprint, Point } from './types.ts';

export interface FittedFootprint {
  readonly footprint: Footprint;
  readonly covariance: Cov2;
  readonly outlineSigma: number;
  readonly edgeSigma: readonly number[];
}

/** Directions of `edgeSigma`, and twice as many for the outline's corners, so that those of square things are met too. */
const DIRECTIONS = 16;
const RAYS = Array.from({ length: 2 * DIRECTIONS }, (_, i) => {
  const a = (i * Math.PI) / DIRECTIONS;
  return { x: Math.cos(a), y: Math.sin(a) };
});

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
  const rays = RAYS.map((u) => alongRay(guesses, bases, u, centre));
  const sectors = rays.filter((_, i) => i % 2 === 0);
  const edgeSigma = sectors.map((r) => Math.sqrt(few * r.joint));
  const outlineSigma = Math.sqrt(sectors.reduce((s, r) => s + (few * r.own) / DIRECTIONS, 0));
  const disk = bases.every((b) => typeof b === 'number');
  const footprint: Footprint = disk
    ? { kind: 'disk', centre, radius: guesses.reduce((s, g, i) => s + g.weight * (bases[i] as number), 0) }
    : { kind: 'polygon', points: outlineOf(rays.map((r) => r.end)) };
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

interface Ray {
  /** Where the mean outline ends in this direction. */
  readonly end: Point;
  /** Variance of that end along the ray: with the place, and of the outline alone. */
  readonly joint: number;
  readonly own: number;
}

function alongRay(guesses: readonly Guess[], bases: readonly Base[], u: Point, centre: Point): Ray {
  let x = 0;
  let y = 0;
  let joint = 0;
  let jointSquare = 0;
  let own = 0;
  let ownSquare = 0;
  for (let i = 0; i < guesses.length; i++) {
    const { at, weight } = guesses[i]!;
    const base = bases[i]!;
    let reach: number;
    let ex: number;
    let ey: number;
    if (typeof base === 'number') {
      reach = base;
      ex = base * u.x;
      ey = base * u.y;
    } else {
      reach = Number.NEGATIVE_INFINITY;
      ex = 0;
      ey = 0;
      for (let k = 0; k < base.length; k++) {
        const p = base[k]!;
        const r = p.x * u.x + p.y * u.y;
        if (r > reach) {
          reach = r;
          ex = p.x;
          ey = p.y;
        }
      }
    }
    const end = reach + (at.x - centre.x) * u.x + (at.y - centre.y) * u.y;
    x += weight * (at.x + ex);
    y += weight * (at.y + ey);
    joint += weight * end;
    jointSquare += weight * end * end;
    own += weight * reach;
    ownSquare += weight * reach * reach;
  }
  return {
    end: { x, y },
    joint: Math.max(0, jointSquare - joint * joint),
    own: Math.max(0, ownSquare - own * own),
  };
}

/** Corners against the clock as seen (y grows downward), without those that do not matter. */
function outlineOf(ends: readonly Point[]): Point[] {
  const corners = [...ends].reverse();
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
