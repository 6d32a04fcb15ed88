import type { Cov2, Footprint, Point } from '../types.ts';
import type { PoseHypothesis } from './pose-hypotheses.ts';

export interface FittedFootprint {
  readonly footprint: Footprint;
  readonly covariance: Cov2;
  readonly outlineSigma: number;
  readonly edgeSigma: readonly number[];
}

/** Directions of `edgeSigma`, and twice as many for the outline's corners, so that those of square objects are met too. */
const DIRECTIONS = 16;
const RAYS = Array.from({ length: 2 * DIRECTIONS }, (_, i) => {
  const a = (i * Math.PI) / DIRECTIONS;
  return { x: Math.cos(a), y: Math.sin(a) };
});

/**
 * Where the mean outline is asked how far away it is, mm from it: as far as objects that matter to each other lie apart
 * (6 inches is the commonest rule).
 */
const NEIGHBOUR = 150;

/**
 * The mean footprint of many hypotheses and how much they disagree. Disks: the mean place and radius. Polygons: the convex
 * outline whose distance from a neighbour on any side is the mean of the hypotheses' distances from it. The plain mean of
 * the outlines (Minkowski's) would be too large: a distance from a convex set grows when the set is averaged
 * (Jensen), so a laptop turned by an unknown angle would seem too near on every side.
 */
export function meanFootprint(all: readonly PoseHypothesis[]): FittedFootprint | null {
  const hypotheses = weighty(all);
  if (hypotheses.length === 0) return null;
  let x = 0;
  let y = 0;
  for (const g of hypotheses) {
    x += g.weight * g.at.x;
    y += g.weight * g.at.y;
  }
  const centre = { x, y };
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const g of hypotheses) {
    const dx = g.at.x - x;
    const dy = g.at.y - y;
    xx += g.weight * dx * dx;
    xy += g.weight * dx * dy;
    yy += g.weight * dy * dy;
  }
  // Few hypotheses spread too little, and their mean is off by their own spread over their effective number.
  const share = hypotheses.reduce((s, g) => s + g.weight * g.weight, 0);
  const few = hypotheses.length > 1 ? (1 + share) / Math.max(0.1, 1 - share) : 1;
  const bases = hypotheses.map((g) => g.body.base(g.p, g.q));
  const disk = bases.every((b) => typeof b === 'number');
  const rays = RAYS.map((u) => alongRay(hypotheses, bases, u, centre, disk));
  const sectors = rays.filter((_, i) => i % 2 === 0);
  const edgeSigma = sectors.map((r) => Math.sqrt(few * r.joint));
  const outlineSigma = Math.sqrt(sectors.reduce((s, r) => s + (few * r.own) / DIRECTIONS, 0));
  const footprint: Footprint = disk
    ? { kind: 'disk', centre, radius: hypotheses.reduce((s, g, i) => s + g.weight * (bases[i] as number), 0) }
    : { kind: 'polygon', points: outlineOf(rays, centre) };
  const numbers = [x, y, xx, yy, xy, outlineSigma, ...edgeSigma];
  const shape = footprint.kind === 'disk' ? [footprint.radius] : footprint.points.flatMap((p) => [p.x, p.y]);
  if (![...numbers, ...shape].every(Number.isFinite)) return null;
  if (footprint.kind === 'polygon' && footprint.points.length < 3) return null;
  return { footprint, covariance: { xx: few * xx, xy: few * xy, yy: few * yy }, outlineSigma, edgeSigma };
}

/** Without the hypotheses that nearly cannot be. */
function weighty(hypotheses: readonly PoseHypothesis[]): PoseHypothesis[] {
  const kept = hypotheses.filter((g) => g.weight > 0.001);
  const sum = kept.reduce((s, g) => s + g.weight, 0);
  return kept.map((g) => ({ ...g, weight: g.weight / sum }));
}

type Base = number | readonly Point[];

interface Ray {
  readonly u: Point;
  /** How far the outline reaches from the centre in this direction. */
  readonly reach: number;
  /** Variance of that reach: with the place, and of the outline alone. */
  readonly joint: number;
  readonly own: number;
}

function alongRay(
  hypotheses: readonly PoseHypothesis[],
  bases: readonly Base[],
  u: Point,
  centre: Point,
  disk: boolean,
): Ray {
  let x = 0;
  let y = 0;
  let joint = 0;
  let jointSquare = 0;
  let own = 0;
  let ownSquare = 0;
  for (let i = 0; i < hypotheses.length; i++) {
    const { at, weight } = hypotheses[i]!;
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
  const alone = Math.max(0, ownSquare - own * own);
  if (disk) return { u, reach: joint, joint: Math.max(0, jointSquare - joint * joint), own: alone };
  // What a neighbour sees that stands before the place where the plain mean of the outlines ends.
  const from = { x: x + NEIGHBOUR * u.x, y: y + NEIGHBOUR * u.y };
  let mean = 0;
  let square = 0;
  for (let i = 0; i < hypotheses.length; i++) {
    const { at, weight } = hypotheses[i]!;
    const d = distanceTo(bases[i]!, from.x - at.x, from.y - at.y);
    mean += weight * d;
    square += weight * d * d;
  }
  return { u, reach: joint + NEIGHBOUR - mean, joint: Math.max(0, square - mean * mean), own: alone };
}

/** Distance of a point from a base around the origin; not positive inside. */
export function distanceTo(base: Base, x: number, y: number): number {
  if (typeof base === 'number') return Math.hypot(x, y) - base;
  let best = Number.POSITIVE_INFINITY;
  let sign = 0;
  let inside = true;
  for (let i = 0; i < base.length; i++) {
    const a = base[i]!;
    const b = base[i + 1 === base.length ? 0 : i + 1]!;
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    const px = x - a.x;
    const py = y - a.y;
    const side = Math.sign(dx * py - dy * px);
    if (side !== 0 && sign !== 0 && side !== sign) inside = false;
    if (side !== 0) sign = side;
    const length = dx * dx + dy * dy;
    const t = length > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
    const ex = px - t * dx;
    const ey = py - t * dy;
    best = Math.min(best, ex * ex + ey * ey);
  }
  return inside ? 0 : Math.sqrt(best);
}

/** What lies within the reach in every direction: corners against the clock as seen (y grows downward). */
function outlineOf(rays: readonly Ray[], centre: Point): Point[] {
  const far = 2 * Math.max(...rays.map((r) => Math.abs(r.reach))) + 1;
  let kept: Point[] = [
    { x: -far, y: -far },
    { x: -far, y: far },
    { x: far, y: far },
    { x: far, y: -far },
  ];
  for (const { u, reach } of rays) kept = clipped(kept, u, reach);
  const size = Math.max(0, ...kept.map((p) => Math.hypot(p.x - kept[0]!.x, p.y - kept[0]!.y)));
  return thinned(kept, 0.004 * size).map((p) => ({ x: p.x + centre.x, y: p.y + centre.y }));
}

/** The part of a convex polygon with u . p <= reach. */
function clipped(polygon: readonly Point[], u: Point, reach: number): Point[] {
  const out: Point[] = [];
  for (let i = 0; i < polygon.length; i++) {
    const p = polygon[i]!;
    const q = polygon[(i + 1) % polygon.length]!;
    const a = reach - u.x * p.x - u.y * p.y;
    const b = reach - u.x * q.x - u.y * q.y;
    if (a >= 0) out.push(p);
    if (a >= 0 !== b >= 0) out.push({ x: p.x + (a / (a - b)) * (q.x - p.x), y: p.y + (a / (a - b)) * (q.y - p.y) });
  }
  return out;
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
