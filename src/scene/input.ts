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

/** Standard deviation of a detected box edge as a fraction of the box size, by class; measured per model. */
export type BoxNoise = Readonly<Record<string, number>> & { readonly default: number };

/**
 * For detections whose noise nobody has measured: those that a caller gives without `box_noise`, and models whose card
 * has no figure. An assumption, listed as such in the answer: larger than what was measured for the models of the manifest.
 */
export const UNKNOWN_BOX_NOISE: BoxNoise = { default: 0.1 };

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
