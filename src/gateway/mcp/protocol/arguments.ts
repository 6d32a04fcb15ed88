import * as z from 'zod';
import type { AnalyzeRequest } from '../../../contract/analyze-request.ts';
import { BoxNoiseInput } from '../../../contract/box-noise.ts';
import { CalibrationInput, ZoneInput } from '../../../contract/calibration.ts';
import { DetectionInput, Look } from '../../../contract/detection.ts';
import { CalibrationId, Context } from '../../../contract/ids.ts';
import { STRATEGIES } from '../../../contract/strategy.ts';
import { AppError } from '../../../errors.ts';

const Corners = z
  .array(z.tuple([z.number(), z.number()]))
  .min(3)
  .max(16);
export const TableCorners = Corners.describe('corners of the table top, pixels');
export const Zones = z.array(ZoneInput).max(20).describe('coasters, mats or named areas that you see, pixels');

/** How a picture is measured: the same for every tool that analyses. */
export const measuring = {
  threshold: z.number().min(0).max(1).optional().describe('least confidence'),
  look: Look.optional().describe('closer: slower, errs less'),
  calibration: CalibrationInput.optional().describe('how pixels become mm; else objects of known size are used'),
  calibration_id: CalibrationId.optional(),
  zones: Zones.optional(),
  table_corners: TableCorners.optional(),
  context: Context.optional(),
} as const;

export const placing = {
  strategy: z.enum(STRATEGIES).optional(),
  movable: z
    .array(z.string().min(1).max(64))
    .max(20)
    .optional()
    .describe('classes that may be moved; mugs when absent'),
} as const;

/** Objects that the caller saw itself. */
export const seen = {
  detections: z.array(DetectionInput).max(200).optional().describe('your own detections: no model runs'),
  size: z
    .strictObject({ width: z.int().min(1).max(100_000), height: z.int().min(1).max(100_000) })
    .optional()
    .describe('pixels; needed with detections when there is no image'),
  box_noise: BoxNoiseInput.optional(),
} as const;

export const imageAliases = {
  image_path: 'image',
  path: 'image',
  file: 'image',
  image_url: 'image',
  url: 'image',
  confidence_threshold: 'threshold',
  corners: 'table_corners',
  table_px: 'table_corners',
} as const;

type Measuring = z.output<z.ZodObject<typeof measuring & typeof placing & typeof seen>> & {
  image?: string | undefined;
};

/** The arguments of a tool as a request to the analysis service. */
export function analyzeRequest(args: Partial<Measuring>): AnalyzeRequest {
  return defined({
    image: args.image,
    detections: args.detections,
    size: args.size,
    boxNoise: args.box_noise,
    threshold: args.threshold,
    look: args.look,
    calibration: args.calibration,
    calibrationId: args.calibration_id,
    zones: args.zones,
    tablePx: args.table_corners,
    context: args.context,
    strategy: args.strategy,
    movable: args.movable,
  });
}

/** VALIDATION_001 unless there is an image, or detections with a size. */
export function requireSource(args: Partial<Measuring>): void {
  if (args.image !== undefined || (args.detections !== undefined && args.size !== undefined)) return;
  throw new AppError('VALIDATION_001', {
    message: args.detections ? 'detections need an image or a size.' : 'There is nothing to analyse.',
    advice: 'Pass "image", or "detections" together with "size" {"width","height"} in pixels.',
    details: { field: args.detections ? 'size' : 'image' },
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the members that are undefined, as `exactOptionalPropertyTypes` wants it. */
export function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
