import { latinHypercube, normalQuantile } from './samples.ts';
import { type RoundPrior, SIZE_PRIORS, type SizePrior, UNKNOWN_SIZE } from './size-priors.ts';
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
export const HULL_SIZE = 3 * 52;

const PER_CLASS = Number(process.env.PC ?? 64);
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
      const rings = ringsOf(prior, foot, u[4]!);
      return {
        ...common,
        p: logarithm(prior.diameter.mean, prior.diameter.sd),
        q: logarithm(prior.height.mean, prior.height.sd),
        hull: (p, q, out) => roundHull(Math.exp(p) / 2, Math.exp(q), rings, reach, angle, out),
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
          for (const [size, level] of prior.dome ? DOME : SLAB) n = write(corners(p, q, size), level * thickness, out, n);
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

/** Size and height of what lies above the base, as fractions. */
const SLAB: readonly (readonly [number, number])[] = [[1, 1]];
const DOME: readonly (readonly [number, number])[] = [
  [0.88, 0.62],
  [0.6, 0.9],
];
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
  rings: readonly (readonly [number, number])[],
  reach: number,
  angle: number,
  out: Float64Array,
): number {
  let n = 0;
  for (const [size, level] of rings) {
    for (const k of RING) {
      out[n++] = radius * size * k.x;
      out[n++] = radius * size * k.y;
      out[n++] = height * level;
    }
  }
  if (reach > 0) {
    const r = radius * (0.5 + rings[0]![0] / 2) + reach;
    for (const z of [0.3, 0.5, 0.75]) {
      out[n++] = (z === 0.5 ? r : r - 0.12 * reach) * Math.cos(angle);
      out[n++] = (z === 0.5 ? r : r - 0.12 * reach) * Math.sin(angle);
      out[n++] = z * height;
    }
  }
  return n;
}

/** Rings of a round body from the base up: radius and height as fractions of the largest radius and the height. */
function ringsOf(prior: RoundPrior, foot: number, u: number): (readonly [number, number])[] {
  switch (prior.profile) {
    case 'cup':
      return [
        [foot, 0],
        [1, 1],
      ];
    case 'bottle':
      return [
        [foot, 0],
        [1, 0.04],
        [1, mix([0.55, 0.82], u)],
        [0.38, 1],
      ];
    case 'goblet':
      return [
        [foot, 0],
        [1, 0.72],
        [0.8, 1],
      ];
  }
}
