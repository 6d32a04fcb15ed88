import * as z from 'zod';
import { isOneLine, ONE_LINE } from './one-line.ts';
import { namedPoint } from './point-spelling.ts';
import { spelled } from './spelled.ts';

/** A point in pixels of the upright image, or in mm on the table. */
export const Pixel = spelled(z.tuple([z.number(), z.number()]), namedPoint);

/** Finer or coarser is no photo of a desk. */
export const SCALE_LIMITS = { min: 0.0001, max: 100 } as const;
export const MmPerPixel = z.number().min(SCALE_LIMITS.min).max(SCALE_LIMITS.max);

/** The calibration a caller may give, most trusted first. Lengths in mm, points in pixels of the upright image. */
export const CalibrationInput = z.union([
  z.strictObject({
    points_px: z.tuple([Pixel, Pixel, Pixel, Pixel]).describe('four table points, pixels'),
    points_mm: z.tuple([Pixel, Pixel, Pixel, Pixel]).describe('the same points on the table, mm'),
  }),
  z.strictObject({
    rectangle_px: z.tuple([Pixel, Pixel, Pixel, Pixel]).describe('corners in order, pixels'),
    size_mm: z
      .union([z.tuple([z.number().positive(), z.number().positive()]), z.enum(['a4', 'letter', 'card'])])
      .describe('first and second side in mm, or a known sheet'),
  }),
  z.strictObject({
    camera_height_mm: z.number().positive().max(20_000),
    tilt_deg: z.number().min(0).max(85).describe('0 looks straight down'),
    focal_35mm: z.number().positive().max(1000).optional().describe('default: from EXIF'),
  }),
  z.strictObject({
    mm_per_pixel: MmPerPixel,
    sigma: z.number().min(0).max(0.5).optional().describe('relative standard error, default 0.03'),
  }),
]);
export type CalibrationInput = z.infer<typeof CalibrationInput>;

export const ZoneInput = z.strictObject({
  name: z.string().min(1).max(64).refine(isOneLine, ONE_LINE),
  kind: z.enum(['coaster', 'desk_mat', 'zone']).default('zone'),
  polygon_px: z.array(Pixel).min(3).max(32),
});
export type ZoneInput = z.infer<typeof ZoneInput>;
