import { latinHypercube, normalQuantile } from './samples.ts';
import { SIZE_PRIORS, type SizePrior, UNKNOWN_SIZE } from './size-priors.ts';
import type { Point } from './types.ts';

/**
 * Possible bodies of a class: each is one draw of proportions and orientation, with two sizes left open (`p`, `q`) that
 * the box decides. Coordinates relative to the middle of the base: x right, y toward the viewer, z up, mm.
 */
export interface Body {
  readonly kind: string;
  /** Share of this draw in its class; the shares of a class add up to 1. */
  readonly share: number;
  /** Priors of the two open sizes: logarithms of mm, except a laptop's q, the lid's angle in radians. */
  readonly p: { readonly mean: number; readonly sd: number };
  readonly q: { readonly mean: number; readonly sd: number };
  /** Standard normal draws: the open sizes, the four box edges, one spare. */
  readonly noise: readonly number[];
  /** Writes points whose convex hull is the body; returns how many numbers were written. */
  hull(p: number, q: number, out: Float64Array): number;
  /** Radius of the base, or corners of the base. */
  base(p: number, q: number): number | readonly Point[];
}

/** Numbers that `hull` writes at most. */
export const HULL_SIZE = 3 * 40;

const PER_CLASS = 64;
const cache = new Map<string, readonly Body[]>();

/** Bodies that an object of this class may have; unknown names get a round thing of unknown size. */
export function bodiesOf(name: string): readonly Body[] {
  const known = Object.hasOwn(SIZE_PRIORS, name);
  const key = known ? name : '';
  let found = cache.get(key);
  if (found === undefined) {
    found = draw(known ? SIZE_PRIORS[name]! : UNKNOWN_SIZE);
    cache.set(key, found);
  }
  return found;
}

/** Mean and standard deviation of the logarithm of a positive quantity. */
function logarithm(mean: number, sd: number): { mean: number; sd: number } {
  const s2 = Math.log(1 + (sd / mean) ** 2);
  return { mean: Math.log(mean) - s2 / 2, sd: Math.sqrt(s2) };
}

const mix = ([low, high]: readonly [number, number], u: number) => low + (high - low) * u;

function draw(priors: readonly SizePrior[]): Body[] {
  return priors.flatMap((prior, index) => {
    const count = Math.max(12, Math.round(PER_CLASS * prior.share));
    return latinHypercube(count, 12, 7919 * (index + 1)).map((u) => bodyOf(prior, prior.share / count, u));
  });
}

/** Most flat things face the viewer within some 20 degrees; the others lie anyhow. */
function turn(turned: 'facing' | 'any', u: number): number {
  if (turned === 'any') return (u - 0.5) * Math.PI * 2;
  const facing = 0.78;
  return u < facing
    ? 0.36 * normalQuantile(Math.min(1 - 1e-4, Math.max(1e-4, u / facing)))
    : mix([-Math.PI, Math.PI], (u - facing) / (1 - facing));
}

function bodyOf(prior: SizePrior, share: number, u: readonly number[]): Body {
  const noise = u.slice(5, 12).map((v) => normalQuantile(v));
  const common = { kind: prior.kind, share, noise };
  switch (prior.shape) {
    case 'round': {
      const foot = mix(prior.foot, u[0]!);
      const handled = prior.handle !== null && u[1]! < prior.handle.share;
      const reach = handled ? mix(prior.handle!.reach, u[2]!) : 0;
      const angle = u[3]! * Math.PI * 2;
      return {
        ...common,
        p: logarithm(prior.diameter.mean, prior.diameter.sd),
        q: logarithm(prior.height.mean, prior.height.sd),
        hull: (p, q, out) => roundHull(Math.exp(p) / 2, Math.exp(q), foot, prior.widestAt, reach, angle, out),
        base: (p) => (Math.exp(p) / 2) * foot,
      };
    }
    case 'slab': {
      const yaw = turn(prior.turned, u[0]!);
      const thickness = mix(prior.thickness, u[1]!);
      const ring = prior.outline === 'rectangle' ? RECTANGLE : OVAL;
      const round = prior.outline === 'ellipse' && prior.width.mean === prior.depth.mean;
      const corners = (p: number, q: number, k: number) =>
        placed(ring, Math.exp(p) * k, Math.exp(round ? p : q) * k, yaw);
      return {
        ...common,
        p: logarithm(prior.width.mean, prior.width.sd),
        q: logarithm(prior.depth.mean, prior.depth.sd),
        hull: (p, q, out) => {
          let n = write(corners(p, q, 1), 0, out, 0);
          n = write(corners(p, q, prior.top ?? 1), thickness, out, n);
          return n;
        },
        base: (p, q) => (round ? Math.exp(p) / 2 : corners(p, q, 1)),
      };
    }
    case 'laptop': {
      const yaw = turn('facing', u[0]!);
      const ratio = mix(prior.depthRatio, u[1]!);
      const thickness = mix(prior.thickness, u[2]!);
      const base = (p: number) => placed(RECTANGLE, Math.exp(p), Math.exp(p) * ratio, yaw);
      return {
        ...common,
        p: logarithm(prior.width.mean, prior.width.sd),
        q: { mean: (prior.lid.mean * Math.PI) / 180, sd: (prior.lid.sd * Math.PI) / 180 },
        hull: (p, q, out) => {
          const w = Math.exp(p);
          const d = w * ratio;
          const lid = Math.min(2.9, Math.max(0.4, q));
          const y = -d / 2 + Math.cos(lid) * d;
          let n = write(base(p), 0, out, 0);
          n = write(base(p), thickness, out, n);
          return write(
            rotated(
              [
                { x: -w / 2, y },
                { x: w / 2, y },
              ],
              yaw,
            ),
            thickness + Math.sin(lid) * d,
            out,
            n,
          );
        },
        base,
      };
    }
    case 'monitor': {
      const yaw = turn('facing', u[0]!);
      const lift = mix(prior.lift, u[1]!);
      const stand = placed(RECTANGLE, mix(prior.standWidth, u[2]!), mix(prior.standDepth, u[3]!), yaw);
      return {
        ...common,
        p: logarithm(prior.width.mean, prior.width.sd),
        q: logarithm(prior.panelHeight.mean, prior.panelHeight.sd),
        hull: (p, q, out) => {
          const panel = placed(RECTANGLE, Math.exp(p), 30, yaw);
          let n = write(stand, 0, out, 0);
          n = write(panel, lift, out, n);
          return write(panel, lift + Math.exp(q), out, n);
        },
        base: () => stand,
      };
    }
  }
}

const RING = Array.from({ length: 12 }, (_, i) => ({ x: Math.cos((i * Math.PI) / 6), y: Math.sin((i * Math.PI) / 6) }));
const RECTANGLE: readonly Point[] = [
  { x: 0.5, y: 0.5 },
  { x: 0.5, y: -0.5 },
  { x: -0.5, y: -0.5 },
  { x: -0.5, y: 0.5 },
];
/** A superellipse of power 2.4: between an oval and a rounded rectangle, as mice are. */
const OVAL: readonly Point[] = Array.from({ length: 16 }, (_, i) => {
  const c = Math.cos((-i * Math.PI) / 8);
  const s = Math.sin((-i * Math.PI) / 8);
  const r = 0.5 * (Math.abs(c) ** 2.4 + Math.abs(s) ** 2.4) ** (-1 / 2.4);
  return { x: r * c, y: r * s };
});

function placed(ring: readonly Point[], width: number, depth: number, yaw: number): Point[] {
  return rotated(
    ring.map((r) => ({ x: r.x * width, y: r.y * depth })),
    yaw,
  );
}

function rotated(points: readonly Point[], yaw: number): Point[] {
  const c = Math.cos(yaw);
  const s = Math.sin(yaw);
  return points.map((p) => ({ x: c * p.x - s * p.y, y: s * p.x + c * p.y }));
}

function write(points: readonly Point[], z: number, out: Float64Array, at: number): number {
  let n = at;
  for (const p of points) {
    out[n++] = p.x;
    out[n++] = p.y;
    out[n++] = z;
  }
  return n;
}

function roundHull(
  radius: number,
  height: number,
  foot: number,
  widestAt: number,
  reach: number,
  angle: number,
  out: Float64Array,
): number {
  let n = 0;
  const rings = widestAt < 1 ? 3 : 2;
  for (let ring = 0; ring < rings; ring++) {
    const r = ring === 0 ? radius * foot : ring === 1 ? radius : radius * (widestAt < 0.6 ? 0.36 : 0.8);
    const z = ring === 0 ? 0 : ring === 1 ? height * widestAt : height;
    for (const k of RING) {
      out[n++] = r * k.x;
      out[n++] = r * k.y;
      out[n++] = z;
    }
  }
  if (reach > 0) {
    const r = radius * (0.5 + foot / 2) + reach;
    for (const z of [0.3, 0.78]) {
      out[n++] = r * Math.cos(angle);
      out[n++] = r * Math.sin(angle);
      out[n++] = z * height;
    }
  }
  return n;
}
