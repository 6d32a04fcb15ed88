import { latinHypercube, normalQuantile } from '../math/samples.ts';
import type { Point } from '../types.ts';
import { type RoundPrior, SIZE_PRIORS, type SizePrior, UNKNOWN_SIZE } from './size-priors.ts';
import { type TurnLikelihood, turnQuantile } from './turn.ts';

/**
 * Possible bodies of a class: each is one draw of proportions and orientation, with two sizes left open (`p`, `q`) that
 * the box decides. Coordinates relative to the middle of the base: x right, y toward the viewer, z up, mm.
 */
export interface Body {
  readonly kind: string;
  /** How it is turned, coarsely: lying objects look so different from their side that each is a kind of its own. */
  readonly aspect: number;
  /** Share of this draw in its class; the shares of a class add up to 1. */
  readonly share: number;
  /** Priors of the two open sizes: logarithms of mm, except q of a laptop, the lid's angle in radians, and of a monitor, the log of its shape. */
  readonly p: { readonly mean: number; readonly sd: number };
  readonly q: { readonly mean: number; readonly sd: number };
  /** False where q is an angle or a ratio: then an error of the scale does not touch it. */
  readonly qIsLength: boolean;
  /** Standard normal draws: the open sizes, the four box edges, the scale. */
  readonly noise: readonly number[];
  /** Height of the flat top that may carry something, mm; 0 where there is none. */
  readonly top: number;
  /** Standard deviation of the logarithm of the base's depth, where it is drawn as a share of the width; absent elsewhere. */
  readonly deepness?: number;
  /** Writes points whose convex hull is what a box holds of the body; returns how many numbers were written. `deeper`: factor of that depth. */
  hull(p: number, q: number, out: Float64Array, deeper?: number): number;
  /** The open lid of a laptop; absent where there is none. */
  readonly lid?: Lid;
  /** Radius of the base, or corners of the base. */
  base(p: number, q: number, deeper?: number): number | readonly Point[];
}

/** Among the points that `hull` writes: the first `base` are the base's; the lid's corners, from the left end of the hinge over the top to its right end. */
export interface Lid {
  readonly base: number;
  readonly corners: readonly [number, number, number, number];
}

/** Numbers that `hull` writes at most. */
export const HULL_SIZE = 3 * 52;

const PER_CLASS = 64;
/** For long objects that may lie anyhow: their outline depends much on it. */
const MAX_OPEN = 112;
const isOpen = (p: SizePrior) =>
  p.shape === 'laptop' || (p.shape === 'slab' && p.turned === 'facing' && p.outline === 'rectangle');
const caches = [new Map<string, readonly Body[]>(), new Map<string, readonly Body[]>()] as const;
/** How many times as many there are where the first draw was not enough. */
export const MORE_BODIES = 3;

/**
 * Bodies that an object of this class may have; unknown names get a round object of unknown size. `turns`: how the image
 * shows it to lie.
 */
export const bodiesOf = (name: string, turns: TurnLikelihood | null = null): readonly Body[] => drawn(name, 0, turns);

/** Others of the same distribution, drawn apart, `MORE_BODIES` times as many. */
export const moreBodiesOf = (name: string, turns: TurnLikelihood | null = null): readonly Body[] =>
  drawn(name, 1, turns);

function drawn(name: string, more: 0 | 1, turns: TurnLikelihood | null): readonly Body[] {
  const known = Object.hasOwn(SIZE_PRIORS, name);
  const key = known ? name : '';
  const priors = known ? SIZE_PRIORS[name]! : UNKNOWN_SIZE;
  if (turns !== null) return draw(priors, more, turns);
  let found = caches[more].get(key);
  if (found === undefined) {
    found = draw(priors, more, null);
    caches[more].set(key, found);
  }
  return found;
}

/** Mean and standard deviation of the logarithm of a positive quantity. */
function logarithm(mean: number, sd: number): { mean: number; sd: number } {
  const s2 = Math.log(1 + (sd / mean) ** 2);
  return { mean: Math.log(mean) - s2 / 2, sd: Math.sqrt(s2) };
}

const mix = ([low, high]: readonly [number, number], u: number) => low + (high - low) * u;

function draw(priors: readonly SizePrior[], more: 0 | 1, turns: TurnLikelihood | null): Body[] {
  return priors.flatMap((prior, index) => {
    const once = Math.max(12, Math.round((isOpen(prior) ? MAX_OPEN : PER_CLASS) * prior.share));
    const count = more === 1 ? MORE_BODIES * once : once;
    const turn = turns === null ? usualTurn : seenTurn(turns);
    return latinHypercube(count, 12, 7919 * (index + 1) + more).map((u) => bodyOf(prior, prior.share / count, u, turn));
  });
}

/**
 * Most objects that face their user face the camera too, within some 30 degrees (half of those on the even-numbered
 * rendered desks are turned by more than that, and people photograph from where they stand); the others lie anyhow.
 */
function usualTurn(turned: 'facing' | 'any', u: number): number {
  if (turned === 'any') return (u - 0.5) * Math.PI;
  return u < FACING
    ? FACING_SIGMA * normalQuantile(Math.min(1 - 1e-4, Math.max(1e-4, u / FACING)))
    : mix([-Math.PI, Math.PI], (u - FACING) / (1 - FACING));
}

const FACING = 0.8;
const FACING_SIGMA = 0.55;

/** The same where the image shows how the object lies. */
function seenTurn(likelihood: TurnLikelihood): typeof usualTurn {
  const normal = (a: number) => Math.exp(-0.5 * (a / FACING_SIGMA) ** 2) / (FACING_SIGMA * Math.sqrt(2 * Math.PI));
  const facing = turnQuantile((a) => FACING * normal(a) + (1 - FACING) / (2 * Math.PI), likelihood);
  const any = turnQuantile(() => 1, likelihood);
  return (turned, u) => (turned === 'any' ? any : facing)(u);
}

const ASPECTS = 3;

/** Which third of a quarter turn, 0 for what faces the viewer. */
function aspectOf(angle: number): number {
  return Math.min(
    ASPECTS - 1,
    Math.floor((ASPECTS * Math.asin(Math.min(1, Math.abs(Math.sin(angle))))) / (Math.PI / 2)),
  );
}

function bodyOf(prior: SizePrior, share: number, u: readonly number[], turn: typeof usualTurn): Body {
  const noise = u.slice(5, 12).map((v) => normalQuantile(v));
  const common = {
    kind: prior.kind,
    share,
    noise,
    aspect: 0,
    qIsLength: prior.shape !== 'laptop' && prior.shape !== 'monitor',
    top: 0,
  };
  switch (prior.shape) {
    case 'round': {
      // Straight walls are the rule, strong tapers the exception.
      const foot =
        prior.profile === 'cup' && prior.foot[1] === 1 ? mix(prior.foot, 1 - u[0]! ** 2) : mix(prior.foot, u[0]!);
      const handled = prior.handle !== null && u[1]! < prior.handle.share;
      const reach = handled ? mix(prior.handle!.reach, u[2]!) : 0;
      const angle = turnBy(u[3]! * Math.PI * 2);
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
      const angle = turn(prior.turned, u[0]!);
      const yaw = turnBy(angle);
      const thickness = mix(prior.thickness, u[1]!);
      const ring = prior.outline === 'rectangle' ? RECTANGLE : OVAL;
      const layers = prior.dome ? DOME : SLAB;
      const round = prior.outline === 'ellipse' && prior.width.mean === prior.depth.mean;
      return {
        ...common,
        aspect: round ? 0 : aspectOf(angle),
        top: prior.dome ? 0 : thickness,
        p: logarithm(prior.width.mean, prior.width.sd),
        q: logarithm(prior.depth.mean, prior.depth.sd),
        hull: (p, q, out) => {
          const w = Math.exp(p);
          const d = round ? w : Math.exp(q);
          let n = 0;
          for (let i = 0; i < layers.length; i++) {
            const size = layers[i]![0];
            n = write(ring, size * w, size * d, yaw, layers[i]![1] * thickness, out, n);
          }
          return n;
        },
        base: (p, q) => (round ? Math.exp(p) / 2 : placed(ring, Math.exp(p), Math.exp(q), yaw)),
      };
    }
    case 'laptop': {
      const yaw = turnBy(turn('facing', u[0]!));
      const ratio = mix(prior.depthRatio, u[1]!);
      const thickness = mix(prior.thickness, u[2]!);
      return {
        ...common,
        top: thickness,
        p: logarithm(prior.width.mean, prior.width.sd),
        q: { mean: (prior.lid.mean * Math.PI) / 180, sd: (prior.lid.sd * Math.PI) / 180 },
        lid: LID,
        deepness: Math.log(prior.depthRatio[1] / prior.depthRatio[0]) / Math.sqrt(12),
        hull: (p, q, out, deeper = 1) => {
          const w = Math.exp(p);
          const d = w * ratio * deeper;
          const lid = Math.min(2.9, Math.max(0.4, q));
          let n = write(RECTANGLE, w, d, yaw, 0, out, 0);
          n = write(RECTANGLE, w, d, yaw, thickness, out, n);
          // The screen's upper edge: a strip over the hinge, moved back by the lid's lean.
          return write(EDGE, w, d * (1 - 2 * Math.cos(lid)), yaw, thickness + Math.sin(lid) * d, out, n);
        },
        base: (p, _, deeper = 1) => placed(RECTANGLE, Math.exp(p), Math.exp(p) * ratio * deeper, yaw),
      };
    }
    case 'block': {
      const yaw = turnBy(turn('any', u[0]!));
      const ratio = mix(prior.depthRatio, u[1]!);
      const corners = (p: number, q: number) => placed(RECTANGLE, Math.exp(p), Math.exp(q) * ratio, yaw);
      return {
        ...common,
        p: logarithm(prior.width.mean, prior.width.sd),
        q: logarithm(prior.height.mean, prior.height.sd),
        hull: (p, q, out) => {
          const n = write(RECTANGLE, Math.exp(p), Math.exp(q) * ratio, yaw, 0, out, 0);
          return write(RECTANGLE, Math.exp(p), Math.exp(q) * ratio, yaw, Math.exp(q), out, n);
        },
        base: corners,
      };
    }
    case 'monitor': {
      const yaw = turnBy(usualTurn('facing', u[0]!));
      const lift = mix(prior.lift, u[1]!);
      const width = mix(prior.standWidth, u[2]!);
      const depth = mix(prior.standDepth, u[3]!);
      return {
        ...common,
        p: logarithm(prior.width.mean, prior.width.sd),
        q: logarithm(prior.panelRatio.mean, prior.panelRatio.sd),
        hull: (p, q, out) => {
          let n = prior.seen === 'panel' ? 0 : write(RECTANGLE, width, depth, yaw, 0, out, 0);
          n = write(RECTANGLE, Math.exp(p), 30, yaw, lift, out, n);
          return write(RECTANGLE, Math.exp(p), 30, yaw, lift + Math.exp(p + q), out, n);
        },
        base: () => placed(RECTANGLE, width, depth, yaw),
      };
    }
  }
}

/** Size and height of what lies above the base, as fractions. */
const SLAB: readonly (readonly [number, number])[] = [
  [1, 0],
  [1, 1],
];
const DOME: readonly (readonly [number, number])[] = [
  [1, 0],
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

/** Of what `hull` writes for an open laptop: base, its upper side, the lid's upper edge. */
const LID: Lid = { base: 8, corners: [6, 8, 9, 5] };
/** The end of a handle. */
const TIP: readonly Point[] = [{ x: 1, y: 0 }];
const EDGE: readonly Point[] = [
  { x: -0.5, y: -0.5 },
  { x: 0.5, y: -0.5 },
];

/** Cosine and sine of an orientation. */
interface Turn {
  readonly c: number;
  readonly s: number;
}

const turnBy = (angle: number): Turn => ({ c: Math.cos(angle), s: Math.sin(angle) });
const STRAIGHT = turnBy(0);

function placed(ring: readonly Point[], width: number, depth: number, { c, s }: Turn): Point[] {
  return ring.map((r) => ({ x: c * r.x * width - s * r.y * depth, y: s * r.x * width + c * r.y * depth }));
}

/** A turned ring of a size at a height. */
function write(
  ring: readonly Point[],
  width: number,
  depth: number,
  { c, s }: Turn,
  z: number,
  out: Float64Array,
  at: number,
): number {
  let n = at;
  for (let i = 0; i < ring.length; i++) {
    const x = ring[i]!.x * width;
    const y = ring[i]!.y * depth;
    out[n] = c * x - s * y;
    out[n + 1] = s * x + c * y;
    out[n + 2] = z;
    n += 3;
  }
  return n;
}

function roundHull(
  radius: number,
  height: number,
  rings: readonly (readonly [number, number])[],
  reach: number,
  angle: Turn,
  out: Float64Array,
): number {
  let n = 0;
  for (let i = 0; i < rings.length; i++) {
    const size = radius * rings[i]![0];
    n = write(RING, size, size, STRAIGHT, height * rings[i]![1], out, n);
  }
  if (reach > 0) {
    const r = radius * (0.5 + rings[0]![0] / 2) + reach;
    n = write(TIP, r - 0.12 * reach, 0, angle, 0.3 * height, out, n);
    n = write(TIP, r, 0, angle, 0.5 * height, out, n);
    n = write(TIP, r - 0.12 * reach, 0, angle, 0.75 * height, out, n);
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
    case 'bowl': {
      // Between a cone and a bulge: radius over height with a power from 0.4 to 1.
      const power = mix([0.4, 1], u);
      const bulge = (t: number) => [foot + (1 - foot) * t ** power, t] as const;
      return [[foot, 0], bulge(0.2), bulge(0.5), [1, 1]];
    }
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
