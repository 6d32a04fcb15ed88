import * as z from 'zod';
import type { Detection } from '../vision/detection.ts';
import type { Calibration, Sight } from './types.ts';

const Pixel = z.tuple([z.number(), z.number()]);

/** The calibration a caller may give, most trusted first. Lengths in mm, points in pixels of the upright image. */
export const CalibrationInput = z.union([
  z.strictObject({
    points_px: z.tuple([Pixel, Pixel, Pixel, Pixel]).describe('four table points, pixels'),
    points_mm: z.tuple([Pixel, Pixel, Pixel, Pixel]).describe('the same points on the table, mm'),
  }),
  z.strictObject({
    rectangle_px: z.tuple([Pixel, Pixel, Pixel, Pixel]).describe('corners in order around the rectangle, pixels'),
    size_mm: z
      .union([z.tuple([z.number().positive(), z.number().positive()]), z.enum(['a4', 'letter', 'card'])])
      .describe('length of first and second side in mm, or a known sheet'),
  }),
  z.strictObject({
    camera_height_mm: z.number().positive().max(20_000),
    tilt_deg: z.number().min(0).max(85).describe('0 looks straight down'),
    focal_35mm: z.number().positive().max(1000).optional().describe('default: from EXIF'),
  }),
  z.strictObject({
    mm_per_pixel: z.number().positive().max(100),
    sigma: z.number().min(0).max(0.5).optional().describe('relative standard error, default 0.03'),
  }),
]);
export type CalibrationInput = z.infer<typeof CalibrationInput>;

export const ZoneInput = z.strictObject({
  name: z.string().min(1).max(64),
  kind: z.enum(['coaster', 'desk_mat', 'zone']).default('zone'),
  polygon_px: z.array(Pixel).min(3).max(32),
});
export type ZoneInput = z.infer<typeof ZoneInput>;

/** How exact the boxes of a caller's own detections are. */
export const BoxNoiseInput = z.number().min(0).max(0.5).describe('standard error of their edges / box size');

/** `sigma`: standard error of a detected box edge as a fraction of the box's size. */
export interface EdgeNoise {
  readonly sigma: number;
  /** How it falls with the detection's confidence; absent: it is the same for all. */
  readonly byScore?: ScoreLaw;
}

/** `sigma` holds at confidence `at` and changes by exp(fall * (at - confidence)), confidences cut to `from`..`to`. */
export interface ScoreLaw {
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

/** Everything that a scene is built from. */
export interface SceneInput {
  readonly width: number;
  readonly height: number;
  readonly detections: readonly Detection[];
  readonly boxNoise: BoxNoise;
  /** Of the model that looked; absent: the detections are all there is. */
  readonly sight?: Sight;
  readonly focal35mm: number | null;
  /** Null: look for objects of known size. */
  readonly calibration: CalibrationInput | null;
  /** A stored calibration takes the place of `calibration`; width and height in pixels are those it was made for. */
  readonly storedCalibration?: { readonly calibration: Calibration; readonly width: number; readonly height: number };
  readonly zones: readonly ZoneInput[];
  /** Corners of the table top in pixels, when the caller knows them. */
  readonly tablePx: readonly (readonly [number, number])[] | null;
  readonly context: string | null;
}
