import { checkpoint } from '../../checkpoint.ts';
import type { Box } from '../../contract/detection.ts';
import { type Camera, FARTHEST, type Projection } from '../calibration/camera.ts';
import { apply, weight } from '../math/mat3.ts';
import { effectiveCount, temperedWeights, weightsOf } from '../math/weights.ts';
import type { Point } from '../types.ts';
import { type Body, bodiesOf, HULL_SIZE, MORE_BODIES, moreBodiesOf } from './body.ts';
import { type BoxGuess, fitOutlines } from './fit-outlines.ts';
import type { ImageEvidence } from './image-evidence.ts';

/** One possible place and shape of an object that explains its box. */
export interface PoseHypothesis {
  readonly body: Body;
  readonly p: number;
  readonly q: number;
  /** Middle of the base, mm. */
  readonly at: Point;
  /** The weights of all hypotheses of one object add up to 1. */
  readonly weight: number;
  /** How much of its outline lies on edges of the image, 0..1; absent: nobody looked. */
  readonly support?: number;
}

export interface FitOptions {
  /** The camera over the plane on which the guess of this index stands; null when it sees no such plane. */
  readonly camera: (index: number) => Camera | null;
  /** Image size: a box edge at the border says only that the object goes on. */
  readonly width: number;
  readonly height: number;
  /** Standard error of a box edge as a fraction of the box. */
  readonly noise: number;
  /** Relative standard error of the scale. */
  readonly scaleSigma: number;
  /** Share of the bodies of a class that are tried; all by default. */
  readonly share?: number;
  /** Absent: the box alone tells. */
  readonly image?: ImageEvidence;
}

const hull = new Float64Array(HULL_SIZE);
const box = new Float64Array(4);
/** What the simple bodies leave out: rounded corners, curved sides; relative. */
const MODEL_ERROR = 0.025;
/** The same for one edge of the box. */
const EDGE_ERROR = 0.014;
const ROUNDS = 3;

/** The box that a body at a place of the table shows; false when a part of it is behind the camera. */
function look(camera: Camera, body: Body, p: number, q: number, at: Point): boolean {
  const [ux, uy, uz, u0, vx, vy, vz, v0, wx, wy, wz, w0] = camera.projection as Projection;
  const n = body.hull(p, q, hull);
  let x1 = Number.POSITIVE_INFINITY;
  let y1 = Number.POSITIVE_INFINITY;
  let x2 = Number.NEGATIVE_INFINITY;
  let y2 = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i += 3) {
    const x = hull[i]! + at.x;
    const y = hull[i + 1]! + at.y;
    const z = hull[i + 2]!;
    const w = wx * x + wy * y + wz * z + w0;
    if (!(w > 0)) return false;
    const u = (ux * x + uy * y + uz * z + u0) / w;
    const v = (vx * x + vy * y + vz * z + v0) / w;
    if (u < x1) x1 = u;
    if (u > x2) x2 = u;
    if (v < y1) y1 = v;
    if (v > y2) y2 = v;
  }
  box[0] = x1;
  box[1] = y1;
  box[2] = x2;
  box[3] = y2;
  return x2 > x1 && y2 > y1;
}

/**
 * Guesses of where an object stands, by randomised maximum likelihood: every body gets its own noisy copy of the box,
 * its place from the box's lower edge and middle, and its open sizes from the box's width and height against their
 * priors; its weight is how well it explained the box. Exact boxes leave few bodies in the running, whose spread would be
 * chance: then as many more are drawn as it takes (adaptive importance sampling by effective sample size, Kong 1992).
 * Where the image is at hand the likeliest are fitted to its edges. Empty when the object cannot stand on the plane.
 */
export function samplePoses(name: string, observed: Box, options: FitOptions): PoseHypothesis[] {
  const turns = options.image?.turns ?? null;
  const all = bodiesOf(name, turns);
  const share = Math.min(1, options.share ?? 1);
  const tried = Math.max(1, Math.round(all.length * share));
  const first = explained(all, tried, 0, observed, options);
  if (first.length < tried / 2) return [];
  const enough = share < 1 || effectiveCount(weightsOf(first.map((g) => g.log))) >= ENOUGH_EFFECTIVE;
  const others = enough ? [] : moreBodiesOf(name, turns);
  // Each draw has the whole class's shares: together they count by their number.
  const less = enough ? 0 : Math.log(1 + MORE_BODIES);
  const guesses: BoxGuess[] = [
    ...first.map((g) => ({ ...g, log: g.log - less })),
    ...explained(others, others.length, all.length, observed, options).map((g) => ({
      ...g,
      log: g.log + Math.log(MORE_BODIES) - less,
    })),
  ];
  if (options.image) return fitOutlines(guesses, options.image.gradient, { scaleSigma: options.scaleSigma, share });
  const weights = temperedWeights(guesses.map((g) => g.log));
  return guesses.map(({ body, p, q, at }, i) => ({ body, p, q, at, weight: weights[i]! }));
}

function explained(bodies: readonly Body[], tried: number, from: number, observed: Box, options: FitOptions) {
  const found: BoxGuess[] = [];
  for (let k = 0; k < tried; k++) {
    checkpoint();
    const i = Math.floor((k * bodies.length) / tried);
    const camera = options.camera(from + i);
    const guess = camera === null ? null : explain(bodies[i]!, observed, camera, options);
    if (guess !== null) found.push(guess);
  }
  return found;
}

/** With fewer effective hypotheses their spread has a standard error above 1/8 of it, and more are drawn. */
const ENOUGH_EFFECTIVE = 32;
function explain(body: Body, observed: Box, camera: Camera, options: FitOptions): BoxGuess | null {
  const noise = Math.hypot(Math.min(0.5, options.noise), EDGE_ERROR);
  const w = observed[2] - observed[0];
  const h = observed[3] - observed[1];
  const e = body.noise;
  const x1 = observed[0] + e[2]! * noise * w;
  const x2 = observed[2] + e[3]! * noise * w;
  const y1 = observed[1] + e[4]! * noise * h;
  const y2 = observed[3] + e[5]! * noise * h;
  // At least a tenth of the box is left, however large the noise.
  const width = Math.max(0.1 * w, x2 - x1);
  const height = Math.max(0.1 * h, y2 - y1);
  const near = 0.004 * Math.max(options.width, options.height);
  const openLeft = observed[0] <= near;
  const openRight = observed[2] >= options.width - near;
  const openTop = observed[1] <= near;
  const openBottom = observed[3] >= options.height - near;
  const knowsWidth = !openLeft && !openRight;
  const knowsHeight = !openTop && !openBottom;

  // In an image whose scale is off, the sizes that fit it are off alike: that is part of their prior.
  const scale = options.scaleSigma * e[6]!;
  const drawn = {
    p: body.p.mean + body.p.sd * e[0]! + scale,
    q: body.q.mean + body.q.sd * e[1]! + (body.qIsLength ? scale : 0),
  };
  let { p, q } = drawn;
  let px = (x1 + x2) / 2;
  let py = y2 - 0.15 * height;
  let at = onTable(camera, px, py);
  if (at === null) return null;
  let log = Math.log(body.share);
  let slope: Slope | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    for (let move = round === 1 ? 1 : 0; move < 2; move++) {
      if (!look(camera, body, p, q, at)) return null;
      const du = openLeft === openRight ? (x1 + x2 - box[0]! - box[2]!) / 2 : openLeft ? x2 - box[2]! : x1 - box[0]!;
      const dv = openBottom && !openTop ? y1 - box[1]! : y2 - box[3]!;
      px += du;
      py += dv;
      const next = onTable(camera, px, py);
      if (next === null) return null;
      at = next;
    }
    if (round === ROUNDS - 1) break;
    slope ??= slopeOf(body, { p, q }, at, camera);
    if (slope === null) return null;
    const sides = { width: knowsWidth ? width : null, height: knowsHeight ? height : null };
    const s = resize(body, { p, q }, drawn, at, camera, slope, sides, options);
    if (s === null) return null;
    p = s.p;
    q = s.q;
    if (round === 0) log += s.log;
  }
  const side = (open: boolean, value: number, size: number) => (open ? null : { at: value, sigma: noise * size });
  const sides = [side(openLeft, x1, w), side(openTop, y1, h), side(openRight, x2, w), side(openBottom, y2, h)];
  return { body, p, q, at, log, camera, drawn, sides };
}

function onTable(camera: Camera, u: number, v: number): Point | null {
  const H = camera.homography;
  const pixel = { x: u, y: v };
  const at = apply(H, pixel);
  if (!Number.isFinite(at.x) || !Number.isFinite(at.y)) return null;
  const P = camera.projection;
  // Before the camera, and not so near the horizon that a pixel means metres.
  const depth = P[8]! * at.x + P[9]! * at.y + P[11]!;
  if (!(depth > 0) || weight(H, pixel) === 0) return null;
  return Math.abs(at.x) > FARTHEST || Math.abs(at.y) > FARTHEST ? null : at;
}

interface Sizes {
  readonly p: number;
  readonly q: number;
}

/** How the logarithms of the box's width (w) and height (h) change with the open sizes. */
interface Slope {
  readonly wp: number;
  readonly hp: number;
  readonly wq: number;
  readonly hq: number;
}

function slopeOf(body: Body, { p, q }: Sizes, at: Point, camera: Camera): Slope | null {
  const d = 0.05;
  if (!look(camera, body, p, q, at)) return null;
  const w = box[2]! - box[0]!;
  const h = box[3]! - box[1]!;
  if (!look(camera, body, p + d, q, at)) return null;
  const wp = Math.log((box[2]! - box[0]!) / w) / d;
  const hp = Math.log((box[3]! - box[1]!) / h) / d;
  if (!look(camera, body, p, q + d, at)) return null;
  return { wp, hp, wq: Math.log((box[2]! - box[0]!) / w) / d, hq: Math.log((box[3]! - box[1]!) / h) / d };
}

/**
 * One Gauss-Newton step of the open sizes from the box's width and height (null: unknown) against their drawn prior,
 * and how likely the box was under the prior.
 */
function resize(
  body: Body,
  now: Sizes,
  drawn: Sizes,
  at: Point,
  camera: Camera,
  slope: Slope,
  { width, height }: { width: number | null; height: number | null },
  options: FitOptions,
): (Sizes & { log: number }) | null {
  const { p, q } = now;
  const { wp, hp, wq, hq } = slope;
  if (!look(camera, body, p, q, at)) return null;
  const w0 = Math.log(box[2]! - box[0]!);
  const h0 = Math.log(box[3]! - box[1]!);
  const scale = options.scaleSigma ** 2;
  const pp = body.p.sd ** 2 + scale;
  const pq = body.qIsLength ? scale : 0;
  const qq = body.q.sd ** 2 + pq;
  const own = 2 * options.noise ** 2 + MODEL_ERROR ** 2;
  // S = J prior J' + R; an unknown side has no say.
  const sww = wp * wp * pp + 2 * wp * wq * pq + wq * wq * qq + (width === null ? 1e6 : own);
  const shh = hp * hp * pp + 2 * hp * hq * pq + hq * hq * qq + (height === null ? 1e6 : own);
  const swh = wp * hp * pp + (wp * hq + wq * hp) * pq + wq * hq * qq;
  const det = sww * shh - swh * swh;
  if (!(det > 0)) return null;
  const gapTo = (x: Sizes, known: number | null, at0: number, jp: number, jq: number) =>
    known === null ? 0 : Math.log(known) - at0 - jp * (x.p - p) - jq * (x.q - q);
  const mean = { p: body.p.mean, q: body.q.mean };
  const iw = gapTo(mean, width, w0, wp, wq);
  const ih = gapTo(mean, height, h0, hp, hq);
  const distance = (shh * iw * iw - 2 * swh * iw * ih + sww * ih * ih) / det;
  // Student's t with 4 degrees of freedom: a box that nothing explains well must not leave one lucky body.
  const log = -0.5 * Math.log(det) - 3 * Math.log(1 + distance / 4);
  const ew = gapTo(drawn, width, w0, wp, wq);
  const eh = gapTo(drawn, height, h0, hp, hq);
  const gw = (shh * ew - swh * eh) / det;
  const gh = (sww * eh - swh * ew) / det;
  const clamp = (v: number) => Math.min(2, Math.max(-2, v));
  const jp = wp * gw + hp * gh;
  const jq = wq * gw + hq * gh;
  return { p: drawn.p + clamp(pp * jp + pq * jq), q: drawn.q + clamp(pq * jp + qq * jq), log };
}
