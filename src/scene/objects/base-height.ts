import { type Camera, cameraOfHomography, planeOf } from '../calibration/camera.ts';
import { determinant } from '../math/mat3.ts';
import type { Mat3, Point } from '../types.ts';
import type { PoseHypothesis } from './pose-hypotheses.ts';
import { UNDERLAYS } from './size-priors.ts';

/**
 * How high the base of an object lies: on the table, on a coaster or mat that nobody detected, on a book. A base that lies
 * higher than the plane seems to be farther back: by its height times the cotangent of the view's elevation.
 */

/** Heights over the table in mm that are equally likely, in ascending order. */
export type BaseHeightSamples = readonly number[];

export const GROUND: BaseHeightSamples = [0];
const COUNT = 16;
const STEPS = Array.from({ length: COUNT }, (_, i) => (i + 0.5) / COUNT);

/** What may lie under an object of this class without being seen. */
export function hiddenSupportHeights(name: string): BaseHeightSamples {
  const under = Object.hasOwn(UNDERLAYS, name) ? UNDERLAYS[name] : undefined;
  if (under === undefined) return GROUND;
  const [low, high] = under.thickness;
  return STEPS.map((u) => (u < 1 - under.share ? 0 : low + ((high - low) * (u - 1 + under.share)) / under.share));
}

/** Heights of the flat top of an object that stands at these heights itself. */
export function topOf(hypotheses: readonly PoseHypothesis[], base: BaseHeightSamples): BaseHeightSamples {
  const tops = hypotheses.map((g) => ({ top: g.body.top, weight: g.weight })).sort((a, b) => a.top - b.top);
  let i = 0;
  let below = tops[0]?.weight ?? 1;
  const own = STEPS.map((u) => {
    while (i < tops.length - 1 && below < u) below += tops[++i]!.weight;
    return tops[i]?.top ?? 0;
  });
  // Paired in a mixed order: the two heights have nothing to do with each other.
  return own.map((top, k) => top + base[((5 * k + 2) % COUNT) % base.length]!).sort((a, b) => a - b);
}

export const mean = (heights: BaseHeightSamples): number => heights.reduce((s, h) => s + h / heights.length, 0);

/** Some heights with their probabilities, which add up to 1. */
export type Levels = readonly { readonly heights: BaseHeightSamples; readonly probability: number }[];

/** The height for a number in 0..1. */
function heightAt(levels: Levels, u: number): number {
  let left = u;
  for (const { heights, probability } of levels) {
    if (left < probability) return heights[Math.floor((left / probability) * heights.length)] ?? 0;
    left -= probability;
  }
  return 0;
}

/** Levels as plain heights. */
export const mixed = (levels: Levels): BaseHeightSamples => STEPS.map((u) => heightAt(levels, u));

/** The same camera over a plane that lies `height` mm higher: what it sees there has the same x and y. */
export function raised(camera: Camera, height: number): Camera | null {
  if (height === 0) return camera;
  const P = camera.projection;
  const projection = P.map((v, i) => (i % 4 === 3 ? v + height * P[i - 1]! : v));
  const homography = planeOf(projection);
  if (homography === null) return null;
  // As the plane nears the camera, the determinant of plane to pixels goes to 0 with the distance that is left.
  const left = determinant(camera.homography) / determinant(homography);
  return left > MIN_CLEARANCE ? { homography, projection } : null;
}

/** A camera that is nearer to a raised plane than this share of its height sees no object stand on it. */
const MIN_CLEARANCE = 0.1;

/** Fractional steps that fill 0..1 evenly and do not fall into step with each other (plastic number, R2 sequence). */
const STRIDE = [0.7548776662466927, 0.5698402909980532] as const;
const FOCALS = [-1.2816, -0.5244, 0, 0.5244, 1.2816];

export interface View {
  readonly width: number;
  readonly height: number;
  readonly focalPx: number;
  /**
   * Relative standard error of the focal length where it is apart from the plane's: with another one the table stays as
   * it is, but what stands upright on it leans otherwise.
   */
  readonly focalSigma: number;
}

/** A camera for every guess: the plane as calibrated, focal length and base height as they may be. */
export function camerasAtHeight(homography: Mat3, view: View): (levels: Levels) => (i: number) => Camera | null {
  const { width, height, focalPx, focalSigma } = view;
  const front = { x: width / 2, y: height };
  const z = focalSigma > 0.005 ? FOCALS : [0];
  const lenses = z.map((s) => cameraOfHomography(homography, focalPx * Math.exp(s * focalSigma), width, height, front));
  const cache = lenses.map(() => new Map<number, Camera | null>());
  return (levels) => (i) => {
    const lens = Math.floor(((i * STRIDE[0]) % 1) * lenses.length);
    const camera = lenses[lens];
    if (!camera) return null;
    const at = heightAt(levels, (0.5 + i * STRIDE[1]) % 1);
    let found = cache[lens]!.get(at);
    if (found === undefined) {
      found = raised(camera, at);
      cache[lens]!.set(at, found);
    }
    return found;
  };
}

/** Where the camera is: the point of the table under it, and its height, mm. Null where it looks on from nowhere. */
export function eyeOf(camera: Camera): { readonly foot: Point; readonly height: number } | null {
  const P = camera.projection;
  // Columns x, y, z of the projection times the eye are minus its last column (Cramer's rule).
  const det = (a: number, b: number, c: number) =>
    P[a]! * (P[4 + b]! * P[8 + c]! - P[4 + c]! * P[8 + b]!) -
    P[b]! * (P[4 + a]! * P[8 + c]! - P[4 + c]! * P[8 + a]!) +
    P[c]! * (P[4 + a]! * P[8 + b]! - P[4 + b]! * P[8 + a]!);
  const all = det(0, 1, 2);
  const eye = { foot: { x: -det(3, 1, 2) / all, y: -det(0, 3, 2) / all }, height: -det(0, 1, 3) / all };
  return eye.height > 0 && [eye.foot.x, eye.foot.y, eye.height].every(Number.isFinite) ? eye : null;
}
