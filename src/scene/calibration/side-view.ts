import { inverse, multiply } from '../math/mat3.ts';
import type { Mat3 } from '../types.ts';
import type { ImageGeometry } from './calibrate-points.ts';
import { cameraOf, focalOf } from './camera.ts';
import { type Reference, tiltLikelihoods } from './camera-posterior.ts';

/**
 * Boxes are compared with a view from above as if they were right to this, whatever is stated of them: a caller who says
 * less of the boxes must not get smaller errors. Of 200 simulated views from above 2 % arouse suspicion where the boxes
 * are truly three times worse, none where they are as good.
 */
const BOX_NOISE = { sigma: 0.03 };
/**
 * An assumption: of those who say that their camera looks straight down, so many hold it otherwise. Errors then grow from
 * "substantial" evidence on (a Bayes factor of 3.2, Jeffreys 1961).
 */
const MISTAKEN = 1 / 30;
/** "Strong" evidence on the same scale, said aloud. */
const STRONG = 10;
/** Cameras that are meant to look straight down do so to this, radians, one sigma in each direction. */
const LEVEL = 0.1;
/** From this tilt on, radians, a view is from the side. */
const SIDE = 0.26;
/** The interval that is stated everywhere, and its half width in standard errors. */
const [CONFIDENCE, Z90] = [0.9, 1.6449];
/** A smaller share of a length makes no difference. */
const NEGLIGIBLE = 0.03;

export interface SideView {
  /** The table as it would be measured if the camera were tilted, one sigma. */
  readonly mode: Mat3;
  /** Null where it may be so, but there is no strong evidence. */
  readonly reason: string | null;
}

/**
 * What speaks against a camera that looks straight down: the objects' boxes under all tilts (Bayes factor of a view from
 * the side over one from above, marginalised over the camera's height) against the caller's word. The depth of the
 * table is foreshortened by the cosine of the tilt; the error is its 90 % quantile. Null where nothing speaks against it.
 */
export function sideView(image: ImageGeometry, homography: Mat3, references: readonly Reference[]): SideView | null {
  const tilts = tiltLikelihoods(image, references, BOX_NOISE);
  if (tilts === null) return null;
  const above = tilts.map(({ tilt }) => tilt * Math.exp(-0.5 * (tilt / LEVEL) ** 2));
  const fromAbove = mean(tilts, above);
  const side = tilts.map(({ tilt }) => (tilt >= SIDE ? 1 : 0));
  const fromSide = mean(tilts, side);
  const probability = (MISTAKEN * fromSide) / (MISTAKEN * fromSide + (1 - MISTAKEN) * fromAbove);
  // From the flattest view on, until what lies beyond is less likely than the interval leaves out.
  const sum = tilts.reduce((s, t, i) => s + side[i]! * t.likelihood, 0);
  let beyond = 0;
  let tilt = 0;
  for (let i = tilts.length - 1; i >= 0 && beyond <= 1 - CONFIDENCE; i--) {
    beyond += (probability * side[i]! * tilts[i]!.likelihood) / sum;
    tilt = beyond > 1 - CONFIDENCE ? tilts[i]!.tilt : 0;
  }
  const stretch = 1 / Math.max(0.2, Math.cos(tilt)) - 1;
  const mode = stretch < NEGLIGIBLE ? null : tilted(image, homography, Math.acos(1 / (1 + stretch / Z90)));
  if (mode === null) return null;
  if (fromSide < STRONG * fromAbove) return { mode, reason: null };
  const likely = tilts.reduce((s, t, i) => s + (side[i]! * t.likelihood * t.tilt) / sum, 0);
  const degrees = Math.round((likely * 180) / Math.PI);
  return {
    mode,
    reason: `The objects look seen from the side (camera tilted about ${degrees} degrees), but mm_per_pixel holds only when the camera looks straight down: give a rectangle or the camera's tilt instead.`,
  };
}

function mean(tilts: readonly { readonly likelihood: number }[], weights: readonly number[]): number {
  const total = weights.reduce((s, w) => s + w, 0);
  return tilts.reduce((s, t, i) => s + (weights[i]! / total) * t.likelihood, 0);
}

/** The table under a camera with this tilt and the same scale in the image's middle, the image's whole height below the horizon. */
function tilted(image: ImageGeometry, homography: Mat3, tilt: number): Mat3 | null {
  const { width, height } = image;
  const { focalPx } = focalOf(image);
  const most = Math.PI / 2 - Math.atan(height / 2 / focalPx) - 0.05;
  const t = Math.min(tilt, Math.max(0, most));
  const heightMm = homography[0] * focalPx * Math.cos(t);
  const camera = cameraOf({ width, height, focalPx, tilt: t, roll: 0, heightMm });
  const back = inverse(homography);
  return camera === null || back === null ? null : multiply(camera.homography, back);
}
