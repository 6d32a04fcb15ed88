import * as z from 'zod';
import { BoxNoiseInput } from './box-noise.ts';
import { CalibrationInput, Pixel, ZoneInput } from './calibration.ts';
import { DetectionInput, Inference } from './detection.ts';
import { CalibrationId, Context, ImageSource, RuleId } from './ids.ts';
import { UnitSystem } from './length-unit.ts';
import { RuleDraft } from './rule.ts';
import { STRATEGIES } from './strategy.ts';

export const TableCorners = z.array(Pixel).min(3).max(16);

/**
 * One call of the journey: what every surface may ask for. Tools take their arguments from it, the cache its key, so that
 * a new field reaches both.
 */
export const AnalyzeRequest = z.strictObject({
  /** May be absent only with `detections` and `size`. */
  image: ImageSource.optional(),
  /** Bytes handed over directly (multipart upload, command line); `image` is then their name. */
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array).optional(),
  detections: z.array(DetectionInput).max(200).optional().describe('your own detections: no model runs'),
  size: z
    .strictObject({ width: z.int().min(1).max(100_000), height: z.int().min(1).max(100_000) })
    .optional()
    .describe('pixels; with detections and no image'),
  box_noise: BoxNoiseInput.optional(),
  threshold: z.number().min(0).max(1).optional().describe('least confidence'),
  inference: Inference.optional().describe('single: faster'),
  calibration: CalibrationInput.optional().describe('how pixels become mm'),
  calibration_id: CalibrationId.optional(),
  zones: z.array(ZoneInput).max(20).describe('coasters, mats or named areas, pixels').optional(),
  table_corners: TableCorners.describe('corners of the table top, pixels').optional(),
  context: Context.optional(),
  strategy: z.enum(STRATEGIES).optional(),
  movable: z
    .array(z.string().min(1).max(64))
    .max(20)
    .optional()
    .describe('classes that may be moved; mugs when absent'),
  include_feedback: z.boolean().default(true),
  units: UnitSystem.prefault('metric').describe('of the sentences'),
  /** Rules for this call only, beside the stored ones … */
  extra_rules: z.array(RuleDraft).optional(),
  /** … or instead of them. */
  only_rules: z.array(RuleId).optional(),
  store: z.boolean().default(true).describe('false: answer only, keep nothing'),
  use_cache: z.boolean().default(true),
});
export type AnalyzeRequest = z.input<typeof AnalyzeRequest>;
/** A request that was checked, with its defaults. */
export type CheckedRequest = z.output<typeof AnalyzeRequest>;
