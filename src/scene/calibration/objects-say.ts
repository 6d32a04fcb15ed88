import type { BoxNoise } from '../../contract/box-noise.ts';
import { apply, multiply, weight } from '../math/mat3.ts';
import { latinHypercube, normalQuantile } from '../math/samples.ts';
import type { Calibration, Mat3, Point, View } from '../types.ts';
import { cameraOfHomography, focalOf, type ImageGeometry } from './camera.ts';
import {
  cameraPosterior,
  HEIGHT,
  type Looks,
  logSine,
  looksOf,
  type Moments,
  type Reference,
  type ReferenceObservation,
  STRAY,
  tiltPrior,
  usable,
  type Vote,
  votes,
  votesUnder,
} from './camera-posterior.ts';

/**
 * What the objects of known size say of a calibration that somebody gave. Three explanations of their boxes are weighed: the
 * calibration is right within its errors; its lengths are all wrong by one factor (units, a print that is not true to
 * size); it belongs to another view of the table. Objects count as in `cameraPosterior`: one that fits nothing has little to say.
 */

/** Assumptions: of calibrations so many have wrong lengths, and so many belong to another view. */
const WRONG_LENGTHS = 1 / 60;
const ANOTHER_VIEW = 1 / 60;
/** Wrong factors: the mean size of their logarithm (Laplace's distribution); every fourth is larger than 2.6 or its inverse. */
const FACTOR = 0.7;
/** Several objects of one class are often of one make: they count as so many. */
const MOST_OF_A_CLASS = 2;
/** Of other views so many have about the given scale where the objects stand, to this (logarithm, one sigma). */
const TILTED = 0.5;
const SAME_SCALE = 0.12;
/** Cameras that a calibration within its errors may mean. */
const CAMERAS = 16;
const SEED = 14;
const LEAST_SIGMA = 0.005;
const LEAST_SINE = 0.04;
/** Chi-square of two sides that one thing in a hundred of a kind exceeds. */
const UNUSUAL = 9.2;

export interface ObjectsSay {
  /** Probabilities that the calibration's lengths are right, off by one factor, and that it shows another view. */
  readonly right: number;
  readonly lengths: number;
  readonly view: number;
  /** True lengths over the calibration's where the objects stand, all explanations together: 5 %, 50 % and 95 %. */
  readonly factor: readonly [number, number, number];
  /** The objects' own camera. */
  readonly own: Moments;
  readonly objects: readonly SeenAs[];
  /** Where they stand in the image, in the mean. */
  readonly middle: Point;
}

/** An object as the calibration shows it. */
export interface SeenAs {
  readonly id: string;
  readonly class: string;
  /** Null: it is seen above the horizon. */
  readonly widthMm: number | null;
  /** Whether its kind comes in that size, and in the size that all objects together give it. */
  readonly fits: boolean;
  readonly fitsFactor: boolean;
  /** How well it knows the scale: one over the variance of its logarithm. */
  readonly precision: number;
}

/** A camera over the table, by the up that it sees. */
interface Over {
  readonly up: readonly [number, number, number];
  readonly logHeight: number;
  readonly focalPx: number;
}

/** Null where the objects say nothing. */
export function objectsSay(
  calibration: Calibration,
  image: ImageGeometry,
  references: readonly Reference[],
  noise: BoxNoise,
): ObjectsSay | null {
  const { homography, scaleSigma } = calibration;
  const seen = usable(image, references, noise);
  if (homography === null || scaleSigma === null || seen.length === 0) return null;
  const middle = {
    x: seen.reduce((s, o) => s + (o.bbox[0] + o.bbox[2]) / 2 / seen.length, 0),
    y: seen.reduce((s, o) => s + (o.bbox[3] - 0.2 * o.h) / seen.length, 0),
  };
  const powers = powersOf(seen);
  const cameras = camerasOf(calibration, homography, image, middle);
  const own = cameraPosterior(seen, image);
  const [given] = cameras;
  if (given === undefined || own === null) return null;
  const profiles = cameras.map((camera) => ({
    logHeight: camera.logHeight,
    at: profile(
      seen.map((o) => votesUnder(o, camera.up, camera.focalPx)),
      powers,
    ),
  }));
  const sigma = Math.max(LEAST_SIGMA, scaleSigma);
  const grid = factors(sigma);
  const logs = grid.map((f) => profiles.map((p) => p.at(p.logHeight + f)));
  const another = evidenceOfAnother(seen, image, powers, scaleOf(given, seen));
  const top = Math.max(another, ...logs.flat());
  const steps = grid.map((f, i) => ((grid[i + 1] ?? f) - (grid[i - 1] ?? f)) / 2);
  const likely = logs.map((list, i) => steps[i]! * mean(list.map((log) => Math.exp(log - top))));
  const ownFactor = ownOver(own, given, seen);
  const spread = Math.max(LEAST_SIGMA, Math.sqrt(own.cov[2]![2]!));
  // Whether one scale holds everywhere is asked where it is taken for so (`sideView`).
  const anotherView = calibration.method === 'scale' ? 0 : ANOTHER_VIEW;
  const right = grid.map((f, i) => (1 - WRONG_LENGTHS - anotherView) * likely[i]! * normal(f, sigma));
  const wrong = grid.map((f, i) => (WRONG_LENGTHS * likely[i]! * Math.exp(-Math.abs(f) / FACTOR)) / (2 * FACTOR));
  const view = anotherView * Math.exp(another - top);
  const all = sum(right) + sum(wrong) + view;
  const together = grid.map((f, i) => right[i]! + wrong[i]! + view * steps[i]! * normal(f - ownFactor, spread));
  const quantile = (q: number) => Math.exp(quantileOf(grid, together, q));
  const factor = [quantile(0.05), quantile(0.5), quantile(0.95)] as const;
  return {
    right: sum(right) / all,
    lengths: sum(wrong) / all,
    view: view / all,
    factor,
    own,
    objects: seen.map((o) => seenAs(o, given, factor[1])),
    middle,
  };
}

const sum = (list: readonly number[]) => list.reduce((s, v) => s + v, 0);
const mean = (list: readonly number[]) => sum(list) / list.length;
const normal = (x: number, sigma: number) => Math.exp(-0.5 * (x / sigma) ** 2) / (sigma * Math.sqrt(2 * Math.PI));

function quantileOf(at: readonly number[], weights: readonly number[], q: number): number {
  const all = sum(weights);
  let below = 0;
  for (let i = 0; i < at.length; i++) {
    below += weights[i]!;
    if (below >= q * all) return at[i]!;
  }
  return at.at(-1)!;
}

/** Sine of the elevation that a pixel (from the image's centre) is seen under. */
const sineOf = ({ up, focalPx }: Over, u: number, v: number): number =>
  -(u * up[0] + v * up[1] + focalPx * up[2]) / Math.hypot(u, v, focalPx);

/** Log of the objects' own scale over the given one's, where they stand: of the ranges over the lengths of the rays. */
function ownOver(own: Moments, given: Over, seen: readonly ReferenceObservation[]): number {
  return own.logRange - Math.log(Math.hypot(own.v, Math.exp(own.logFocal))) - scaleOf(given, seen);
}

/** Log of mm per pixel across the ray, where the objects stand in the mean. */
function scaleOf(given: Over, seen: readonly ReferenceObservation[]): number {
  const [u, v] = [mean(seen.map((o) => o.u)), mean(seen.map((o) => o.v))];
  const range = given.logHeight - Math.log(Math.max(LEAST_SINE, sineOf(given, u, v)));
  return range - Math.log(Math.hypot(u, v, given.focalPx));
}

function seenAs(o: ReferenceObservation, given: Over, factor: number): SeenAs {
  const list = votesUnder(o, given.up, given.focalPx) ?? [];
  const fitsAt = (x: number) => list.some(({ a, b, c }) => a + (b + c * x) * x < UNUSUAL);
  const sine = sineOf(given, o.u, o.v);
  return {
    id: o.id,
    class: o.class,
    widthMm: sine > LEAST_SINE ? Math.exp(looksOf(o, given.focalPx).wide + given.logHeight) / sine : null,
    fits: fitsAt(given.logHeight),
    fitsFactor: fitsAt(given.logHeight + Math.log(factor)),
    precision: Math.max(0, ...list.map((vote) => vote.c)),
  };
}

function powersOf(seen: readonly ReferenceObservation[]): number[] {
  const counts = Map.groupBy(seen, (o) => o.class);
  return seen.map((o) => Math.min(1, MOST_OF_A_CLASS / counts.get(o.class)!.length));
}

/** Log density of all boxes by the log height of the camera. */
function profile(seen: readonly (readonly Vote[] | null)[], powers: readonly number[]): (logHeight: number) => number {
  return (x) => {
    let log = 0;
    for (let i = 0; i < seen.length; i++) {
      let density = STRAY;
      for (const { a, b, c, factor } of seen[i] ?? []) {
        const chi = a + (b + c * x) * x;
        const t = chi > 0 ? 4 / (4 + chi) : 1;
        density += factor * t * t * t;
      }
      log += powers[i]! * Math.log(density);
    }
    return log;
  };
}

/** Log factors that are looked at: all that people may make of units, and densely where the calibration is right. */
function factors(sigma: number): number[] {
  const wide = Array.from({ length: 201 }, (_, i) => (i - 100) * 0.04);
  const near = Array.from({ length: 17 }, (_, i) => (i - 8) * 0.5 * sigma);
  return [...wide, ...near].sort((a, b) => a - b);
}

/** Cameras that the calibration may mean: itself and its errors drawn at random (fixed), each as likely. */
function camerasOf(calibration: Calibration, homography: Mat3, image: ImageGeometry, middle: Point): Over[] {
  const { width, height } = image;
  const view: Pick<View, 'focalPx' | 'focalSigma' | 'modes'> = calibration.view ?? { ...focalOf(image), modes: [] };
  const at = apply(homography, middle);
  const modes = view.modes.flatMap((m) => {
    const w = weight(m, at);
    return Number.isFinite(w) && w !== 0 ? [m.map((v) => v / w)] : [];
  });
  const lens = calibration.method === 'camera' ? 0 : view.focalSigma;
  // The first is the calibration itself.
  const draws = latinHypercube(CAMERAS, modes.length + 1, SEED).map((row, i) =>
    row.map((p) => (i === 0 ? 0 : normalQuantile(p))),
  );
  return draws.flatMap(([z, ...zs]) => {
    const map = IDENTITY.map((v, i) => v + zs.reduce((s, e, k) => s + e * (modes[k]![i]! - v), 0));
    const H = multiply(map as unknown as Mat3, homography);
    const focalPx = view.focalPx * Math.exp(z! * lens);
    return over(H, focalPx, width, height, middle) ?? [];
  });
}

const IDENTITY: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];

function over(homography: Mat3, focalPx: number, width: number, height: number, front: Point): Over | null {
  const P = cameraOfHomography(homography, focalPx, width, height, front)?.projection;
  if (P === undefined) return null;
  const column = (i: number) => {
    const ahead = P[8 + i]!;
    return [(P[i]! - (width / 2) * ahead) / focalPx, (P[4 + i]! - (height / 2) * ahead) / focalPx, ahead] as const;
  };
  const axis = column(2);
  const place = column(3);
  const size = Math.hypot(...axis);
  const up = [axis[0] / size, axis[1] / size, axis[2] / size] as const;
  const heightMm = -(place[0] * up[0] + place[1] * up[1] + place[2] * up[2]) / size;
  return heightMm > 0 && Number.isFinite(heightMm) ? { up, focalPx, logHeight: Math.log(heightMm) } : null;
}

/**
 * Log evidence of the boxes under a camera of which only the usual is known, or only that its scale where the objects stand
 * is the given one: then the plane leans otherwise.
 */
function evidenceOfAnother(
  seen: readonly ReferenceObservation[],
  image: ImageGeometry,
  powers: readonly number[],
  scale: number,
): number {
  const v = mean(seen.map((o) => o.v));
  const focal = focalOf(image);
  const lenses = [-1.4, 0, 1.4].map((z) => {
    const focalPx = focal.focalPx * Math.exp(z * focal.focalSigma);
    return { focalPx, weight: Math.exp(-0.5 * z * z), looks: seen.map((o): Looks => looksOf(o, focalPx)) };
  });
  const logs: { log: number; weight: number }[] = [];
  for (let degrees = 2; degrees <= 88; degrees += 5) {
    const tilt = (degrees * Math.PI) / 180;
    for (const { focalPx, weight, looks } of lenses) {
      const lists = seen.map((o, i) => votes(o, tilt, focalPx, looks[i]));
      const found = lists.flatMap((list) => list ?? []);
      const prior = weight * Math.exp(tiltPrior(tilt));
      if (found.length === 0) {
        logs.push({ log: Number.NEGATIVE_INFINITY, weight: prior });
        continue;
      }
      const at = profile(lists, powers);
      const same = scale + Math.log(Math.hypot(v, focalPx)) + logSine(v, tilt, focalPx);
      const low = Math.min(...found.map((vote) => vote.x)) - 0.2;
      const high = Math.max(...found.map((vote) => vote.x)) + 0.2;
      const step = Math.max(0.025, (high - low) / 60);
      let best = Number.NEGATIVE_INFINITY;
      const list: number[] = [];
      for (let x = low; x <= high; x += step) {
        const log =
          at(x) + Math.log((1 - TILTED) * normal(x - HEIGHT.mean, HEIGHT.sd) + TILTED * normal(x - same, SAME_SCALE));
        list.push(log);
        best = Math.max(best, log);
      }
      logs.push({ log: best + Math.log(step * list.reduce((s, l) => s + Math.exp(l - best), 0)), weight: prior });
    }
  }
  const top = Math.max(...logs.map((l) => l.log));
  const weights = logs.reduce((s, l) => s + l.weight, 0);
  return top + Math.log(logs.reduce((s, l) => s + l.weight * Math.exp(l.log - top), 0) / weights);
}
