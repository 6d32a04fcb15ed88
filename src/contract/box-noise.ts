import * as z from 'zod';

/** How exact the boxes of a caller's own detections are. */
export const BoxNoiseInput = z.number().min(0).max(0.5).describe('standard error of their edges / box size');

/** `sigma`: standard error of a detected box edge as a fraction of the box's size. */
export interface EdgeNoise {
  readonly sigma: number;
  /** How it falls with the detection's confidence; absent: it is the same for all. */
  readonly byScore?: ConfidenceScaling;
}

/** `sigma` holds at confidence `at` and changes by exp(fall * (at - confidence)), confidences cut to `from`..`to`. */
export interface ConfidenceScaling {
  readonly at: number;
  readonly fall: number;
  readonly from: number;
  readonly to: number;
}

/** Measured per model: over all classes, and by class where there was enough to measure. */
export interface BoxNoise extends EdgeNoise {
  readonly classes?: Readonly<Record<string, EdgeNoise>>;
}

/** Standard error of the edges of one detection, as a fraction of its size. */
export function edgeSigma(noise: BoxNoise, of: { readonly class: string; readonly confidence: number }): number {
  const { classes = {} } = noise;
  const { sigma, byScore: law } = Object.hasOwn(classes, of.class) ? classes[of.class]! : noise;
  if (!law) return sigma;
  return sigma * Math.exp(law.fall * (law.at - Math.min(law.to, Math.max(law.from, of.confidence))));
}

/**
 * For detections whose noise nobody has measured: those that a caller gives without `box_noise`, and models whose card
 * has no figure. An assumption, listed as such in the answer: larger than what was measured for the models of the manifest.
 */
export const UNKNOWN_BOX_NOISE: BoxNoise = { sigma: 0.1 };
