import { type BoxNoise, edgeSigma } from '../../contract/box-noise.ts';
import type { Box } from '../../contract/detection.ts';
import { REFERENCE_CLASSES } from '../objects/size-priors.ts';
import { type Appearance, appearanceOf, kindsOf } from './appearance.ts';
import type { ImageGeometry } from './calibrate-points.ts';
import { focalOf } from './camera.ts';

/** Which camera over the table makes objects of known size look as large as their boxes: a posterior on a grid. */

export interface Reference {
  readonly id: string;
  readonly class: string;
  readonly confidence: number;
  readonly bbox: Box;
}

/** What was expected of a camera before any object was seen: elevation 45 ± 22 degrees, 0.7 m over the table (×÷ 2). */
const ELEVATION = { mean: (45 * Math.PI) / 180, sd: (22 * Math.PI) / 180 };
export const HEIGHT = { mean: Math.log(700), sd: 0.7 };
/** What is seen flatter than this (the sine of its elevation) lies at the horizon. */
const MIN_SINE = 0.04;
const MIN_CONFIDENCE = 0.3;
const MIN_PIXELS = 8;
const MAX_REFERENCES = 40;
/** Corners, curved sides and the perspective within one object, which the appearance tables leave out; relative. */
const MODEL_ERROR = 0.04;

export interface ReferenceObservation extends Reference {
  readonly noise: number;
  /** Middle of the box from the image's centre, and the box's sides, pixels. */
  readonly u: number;
  readonly v: number;
  readonly w: number;
  readonly h: number;
}

interface Hypothesis {
  readonly tilt: number;
  readonly focalPx: number;
  readonly logHeight: number;
  readonly weight: number;
}

/**
 * Every pair of tilt and focal length on a grid is tried; each object votes for a camera height with its box's width and
 * height (Student's t, so that an outlier loses its vote). Null when nothing is to be seen.
 */
export function cameraPosterior(observations: readonly ReferenceObservation[], image: ImageGeometry): Moments | null {
  const focal = focalOf(image);
  const steps = [-1.4, 0, 1.4];
  const coarse = posterior(observations, grid(2, 88, 5), focal, steps);
  if (coarse === null) return null;
  const v = observations.reduce((sum, o) => sum + o.v / observations.length, 0);
  const first = moments(coarse, v);
  const degrees = 180 / Math.PI;
  if (first.cov[0]![0]! > (6 / degrees) ** 2) return first;
  const centre = first.tilt * degrees;
  const fine = posterior(observations, grid(Math.max(1, centre - 12), Math.min(88, centre + 12), 2), focal, steps);
  return fine === null ? first : moments(fine, v);
}

/**
 * How well each tilt (radians) of a grid explains the objects' boxes, all tilts being equally likely before; relative,
 * the largest is 1. Null when no object tells.
 */
export function tiltLikelihoods(
  image: ImageGeometry,
  found: readonly Reference[],
  noise: BoxNoise,
): { tilt: number; likelihood: number }[] | null {
  const observations = usable(image, found, noise);
  if (observations.length === 0) return null;
  const focal = focalOf(image);
  const tilts = grid(1, 88, 3);
  const list = posterior(observations, tilts, focal, [0]);
  if (list === null) return null;
  const sums = tilts.map((tilt) => {
    const weight = list.reduce((sum, h) => sum + (h.tilt === tilt ? h.weight : 0), 0);
    return weight / Math.exp(tiltPrior(tilt));
  });
  const top = Math.max(...sums);
  return tilts.map((tilt, i) => ({ tilt, likelihood: sums[i]! / top }));
}

/** Logarithm, up to a constant. */
export const tiltPrior = (tilt: number): number => -0.5 * ((Math.PI / 2 - tilt - ELEVATION.mean) / ELEVATION.sd) ** 2;

const grid = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => ((from + i * step) * Math.PI) / 180);

/** Objects of known size that are wholly in the image and large enough, the most confident first. */
export function usable(image: ImageGeometry, found: readonly Reference[], noise: BoxNoise): ReferenceObservation[] {
  const near = 0.004 * Math.max(image.width, image.height);
  return found
    .filter((o) => {
      const [x1, y1, x2, y2] = o.bbox;
      const whole = x1 > near && y1 > near && x2 < image.width - near && y2 < image.height - near;
      const large = x2 - x1 >= MIN_PIXELS && y2 - y1 >= MIN_PIXELS;
      return REFERENCE_CLASSES.has(o.class) && o.confidence >= MIN_CONFIDENCE && whole && large;
    })
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, MAX_REFERENCES)
    .map((o) => ({
      ...o,
      noise: edgeSigma(noise, o),
      u: (o.bbox[0] + o.bbox[2]) / 2 - image.width / 2,
      v: (o.bbox[1] + o.bbox[3]) / 2 - image.height / 2,
      w: o.bbox[2] - o.bbox[0],
      h: o.bbox[3] - o.bbox[1],
    }));
}

/** One kind's vote: chi-square of the log camera height x is a + b x + c x², with its factor before it. */
export interface Vote {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly factor: number;
  /** Where this vote alone would put the height. */
  readonly x: number;
  readonly appearance: Appearance;
}

/** What of an object does not depend on the camera's tilt: logs of its sides as tangents, and the length of its ray, pixels. */
export interface Looks {
  readonly wide: number;
  readonly high: number;
  readonly length: number;
}

export const looksOf = (o: ReferenceObservation, f: number): Looks => ({
  wide: Math.log(2 * Math.tan(angle(o.u - o.w / 2, o.v, o.u + o.w / 2, o.v, f) / 2)),
  high: Math.log(2 * Math.tan(angle(o.u, o.v - o.h / 2, o.u, o.v + o.h / 2, f) / 2)),
  length: Math.hypot(o.u, o.v, f),
});

/** What one object says about the camera's height under a tilt and focal length; null when it is above the horizon. */
export function votes(o: ReferenceObservation, tilt: number, f: number, looks: Looks = looksOf(o, f)): Vote[] | null {
  return votesUnder(o, [0, -Math.sin(tilt), -Math.cos(tilt)], f, looks);
}

/** The same for a camera that is held anyhow: by the table's up as it sees it (to the right, down, ahead), a unit vector. */
export function votesUnder(
  o: ReferenceObservation,
  up: readonly [right: number, down: number, ahead: number],
  f: number,
  looks: Looks = looksOf(o, f),
): Vote[] | null {
  const { wide, high, length } = looks;
  const sine = -(o.u * up[0] + o.v * up[1] + f * up[2]) / length;
  if (!(sine > MIN_SINE)) return null;
  const logOfSine = Math.log(sine);
  const own = 2 * o.noise ** 2 + MODEL_ERROR ** 2;
  const elevation = Math.asin(Math.min(1, sine));
  // Away from the image's middle the upright axis of a bottle leans; 0 where it points up.
  const lean = UPRIGHT.has(o.class) ? Math.atan2(f * up[0] - o.u * up[2], o.v * up[2] - f * up[1]) : 0;
  const found: Vote[] = [];
  for (let kind = 0; kind < kindsOf(o.class); kind++) {
    // The appearance depends a little on the height it asks for: twice round is enough.
    let x = HEIGHT.mean;
    for (let round = 0; ; round++) {
      const a = appearanceOf(o.class, kind, elevation, x);
      const ww = a.ww + own;
      const hh = a.hh + own;
      const det = ww * hh - a.wh * a.wh;
      const iww = hh / det;
      const ihh = ww / det;
      const iwh = -a.wh / det;
      const leaning = lean === 0 ? a : leant(a, lean, sine);
      // log(height - middle) that the width and the height ask for
      const xw = leaning.w - wide + logOfSine;
      const xh = leaning.h - high + logOfSine;
      const c = iww + 2 * iwh + ihh;
      const plain = ((iww + iwh) * xw + (iwh + ihh) * xh) / c;
      const shift = Math.log(Math.exp(plain) + a.middle) - plain;
      x = plain + shift;
      if (round < 2) continue;
      const dw = xw + shift;
      const dh = xh + shift;
      found.push({
        a: iww * dw * dw + 2 * iwh * dw * dh + ihh * dh * dh,
        b: -2 * ((iww + iwh) * dw + (iwh + ihh) * dh),
        c,
        factor: a.share / Math.sqrt(det),
        x,
        appearance: a,
      });
      break;
    }
  }
  return found;
}

const UPRIGHT: ReadonlySet<string> = new Set(['mug', 'glass', 'bottle', 'bowl']);

/** Log sides of the box of an upright round body whose axis leans: its axis and its two ellipses, turned. */
function leant(a: Appearance, lean: number, sine: number): { w: number; h: number } {
  const width = Math.exp(a.w);
  const height = Math.exp(a.h);
  const axis = Math.max(0, height - width * sine);
  const s = Math.abs(Math.sin(lean));
  const c = Math.abs(Math.cos(lean));
  return {
    w: Math.log(0.9 * axis * s + width * hypot(c, sine * s)),
    h: Math.log(axis * c + width * hypot(sine * c, s)),
  };
}

/** Of moderate numbers, some five times faster than `Math.hypot`. */
const hypot = (x: number, y: number): number => Math.sqrt(x * x + y * y);

/** Angle between the rays through two pixels (from the image's centre). */
function angle(u1: number, v1: number, u2: number, v2: number, f: number): number {
  const dot = u1 * u2 + v1 * v2 + f * f;
  const cross = Math.hypot(f * (v1 - v2), f * (u1 - u2), u1 * v2 - u2 * v1);
  return Math.atan2(cross, dot);
}

export function density(v: Vote, x: number): number {
  const t = 1 / (1 + Math.max(0, v.a + (v.b + v.c * x) * x) / 4);
  return v.factor * t * t * t;
}
/** Density of an object that fits no kind at all, or that floats above the horizon. */
export const STRAY = 0.02;

/** One tilt and focal length with what the objects say about its height. */
interface Candidate {
  readonly tilt: number;
  readonly focalPx: number;
  readonly votes: readonly (readonly Vote[])[];
  /** What no height of it exceeds, of each object's density. */
  readonly maxima: readonly number[];
  /** Log of what is known of it without its height. */
  readonly prior: number;
  /** Log that no height of it exceeds. */
  readonly bound: number;
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** Less likely than the likeliest by more than this, a hypothesis weighs nothing; log. */
const KEPT = 10;

function posterior(
  observations: readonly ReferenceObservation[],
  tilts: readonly number[],
  focal: { focalPx: number; focalSigma: number },
  steps: readonly number[],
): Hypothesis[] | null {
  const focals = steps.map((z) => {
    const focalPx = focal.focalPx * Math.exp(z * focal.focalSigma);
    return { focalPx, prior: -0.5 * z * z, looks: observations.map((o) => looksOf(o, focalPx)) };
  });
  const candidates = tilts.flatMap((tilt) => focals.flatMap((one) => candidate(observations, tilt, one) ?? []));
  let top = Number.NEGATIVE_INFINITY;
  // The most promising first, so that most others need not be looked at.
  const found = new Map<Candidate, { logHeight: number; log: number }[]>();
  for (const one of candidates.toSorted((p, q) => q.bound - p.bound)) {
    if (one.bound <= top - KEPT) break;
    const heights = heightsOf(one, top);
    top = Math.max(top, ...heights.map(({ log }) => log));
    found.set(one, heights);
  }
  if (!Number.isFinite(top)) return null;
  const kept = candidates.flatMap((one) =>
    (found.get(one) ?? []).flatMap(({ logHeight, log }) =>
      log > top - KEPT ? [{ tilt: one.tilt, focalPx: one.focalPx, logHeight, weight: Math.exp(log - top) }] : [],
    ),
  );
  const sum = kept.reduce((s, h) => s + h.weight, 0);
  return kept.map((h) => ({ ...h, weight: h.weight / sum }));
}

function candidate(
  observations: readonly ReferenceObservation[],
  tilt: number,
  focal: { focalPx: number; prior: number; looks: readonly Looks[] },
): Candidate | null {
  const { focalPx, looks } = focal;
  const seen: Vote[][] = [];
  const maxima: number[] = [];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < observations.length; i++) {
    const list = votes(observations[i]!, tilt, focalPx, looks[i]);
    if (list === null) continue;
    seen.push(list);
    let sum = STRAY;
    for (const vote of list) {
      low = Math.min(low, vote.x);
      high = Math.max(high, vote.x);
      sum += density(vote, vote.x);
    }
    maxima.push(sum);
    most += Math.log(sum);
  }
  if (seen.length === 0) return null;
  const prior = tiltPrior(tilt) + focal.prior + (observations.length - seen.length) * Math.log(STRAY);
  [low, high] = [low - 0.2, high + 0.2];
  const step = Math.max(0.025, (high - low) / 60);
  return { tilt, focalPx, votes: seen, maxima, prior, bound: prior + most + Math.log(step), low, high, step };
}

/** The heights of a candidate on a grid with their logs, those that may be kept. */
function heightsOf(
  { votes: seen, maxima, prior, low, high, step }: Candidate,
  least: number,
): { logHeight: number; log: number }[] {
  const flat = new Float64Array(4 * seen.reduce((n, list) => n + list.length, 0));
  const ends = new Int32Array(seen.length);
  let n = 0;
  for (let i = 0; i < seen.length; i++) {
    for (const { a, b, c, factor } of seen[i]!) {
      flat[n] = a;
      flat[n + 1] = b;
      flat[n + 2] = c;
      flat[n + 3] = factor;
      n += 4;
    }
    ends[i] = n;
  }
  // What the objects from here on may still add.
  const rest = new Float64Array(ends.length + 1).fill(1);
  for (let i = ends.length - 1; i >= 0; i--) rest[i] = rest[i + 1]! * maxima[i]!;
  let top = least;
  const found: { logHeight: number; log: number }[] = [];
  for (let x = low; x <= high; x += step) {
    const before = prior - 0.5 * ((x - HEIGHT.mean) / HEIGHT.sd) ** 2;
    const needed = Math.exp(top - KEPT - before);
    let product = step;
    let k = 0;
    for (let i = 0; i < ends.length && product * rest[i]! > needed; i++) {
      const end = ends[i]!;
      let sum = STRAY;
      for (; k < end; k += 4) {
        const chi = flat[k]! + (flat[k + 1]! + flat[k + 2]! * x) * x;
        const t = chi > 0 ? 4 / (4 + chi) : 1;
        sum += flat[k + 3]! * t * t * t;
      }
      product *= sum;
    }
    const log = before + Math.log(product);
    if (!(log > top - KEPT) || k < flat.length) continue;
    top = Math.max(top, log);
    found.push({ logHeight: x, log });
  }
  return found;
}

/**
 * Mean camera, with the covariance of (tilt, log focal length, log range). The range is that of the table at row `v` from the
 * image's centre: boxes tell it however uncertain the tilt is, while the height that goes with it bends with the tilt,
 * so that mean tilt and mean log height together would be a camera that is too near.
 */
export interface Moments {
  readonly tilt: number;
  readonly logFocal: number;
  readonly logRange: number;
  readonly v: number;
  readonly cov: readonly (readonly number[])[];
}

/** Log of the height over the range: of the sine of the elevation that row `v` is seen under. */
export function logSine(v: number, tilt: number, f: number): number {
  return Math.log(Math.max(MIN_SINE, (v * Math.sin(tilt) + f * Math.cos(tilt)) / Math.hypot(v, f)));
}

function moments(list: readonly Hypothesis[], v: number): Moments {
  const vectors = new Float64Array(3 * list.length);
  const mean = [0, 0, 0];
  for (let k = 0; k < list.length; k++) {
    const { tilt, focalPx, logHeight, weight } = list[k]!;
    vectors[3 * k] = tilt;
    vectors[3 * k + 1] = Math.log(focalPx);
    vectors[3 * k + 2] = logHeight - logSine(v, tilt, focalPx);
    for (let i = 0; i < 3; i++) mean[i]! += weight * vectors[3 * k + i]!;
  }
  const cov = [0, 1, 2].map(() => [0, 0, 0]);
  for (let k = 0; k < list.length; k++) {
    const { weight } = list[k]!;
    for (let i = 0; i < 3; i++) {
      const d = weight * (vectors[3 * k + i]! - mean[i]!);
      for (let j = 0; j < 3; j++) cov[i]![j]! += d * (vectors[3 * k + j]! - mean[j]!);
    }
  }
  return { tilt: mean[0]!, logFocal: mean[1]!, logRange: mean[2]!, v, cov };
}
