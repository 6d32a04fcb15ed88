import * as z from 'zod';
import { Pixel } from './calibration.ts';

/** Two points of the table in pixels of the upright image, and what lies between them if somebody measured it. */
export const MeasureRequest = z.strictObject({
  from_px: Pixel,
  to_px: Pixel,
  known_mm: z.number().positive().max(100_000).optional().describe('what a ruler says'),
});
export type MeasureRequest = z.output<typeof MeasureRequest>;

export const MeasuredLength = z.strictObject({
  length_mm: z.number(),
  uncertainty_mm: z
    .number()
    .nullable()
    .describe('half width of the 90 % interval, of the calibration alone; null: unknown'),
  known_mm: z.number().nullable(),
  difference_mm: z.number().nullable().describe('measured minus known'),
  agrees: z.boolean().nullable().describe('the known length lies within the interval; null: nothing to compare'),
});
export type MeasuredLength = z.infer<typeof MeasuredLength>;
