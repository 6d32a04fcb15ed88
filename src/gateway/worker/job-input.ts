import * as z from 'zod';
import { AnalyzeRequest } from '../../contract/analyze-request.ts';
import { MmPerPixel } from '../../contract/calibration.ts';
import { AppError } from '../../errors.ts';
import { type Accepted, readArguments } from '../lenient/read-arguments.ts';

const { bytes: _, ...shape } = AnalyzeRequest.shape;

/** What a job may hold: the request of every surface, and the names that the first RunPod handler took. */
const JOB = {
  input: z.strictObject({
    ...shape,
    traceparent: z.string().max(200).optional(),
    mm_per_pixel: MmPerPixel.optional(),
    template_id: z
      .string()
      .regex(/^[\w-]{1,100}$/, 'must be the id of a template')
      .optional(),
  }),
  aliases: {
    image_url: 'image',
    confidence_threshold: 'threshold',
    rules_context: 'context',
    calibration_mm_per_pixel: 'mm_per_pixel',
  },
} satisfies Accepted<z.ZodObject>;

export interface JobRequest {
  readonly request: AnalyzeRequest;
  readonly templateId: string | null;
  /** As it was sent; null: none. */
  readonly traceparent: string | null;
}

/** Files of the worker are nobody's photos. */
const FROM_OUTSIDE = /^(https:\/\/|data:)/i;
const EARLIER = /^ana_[\w-]{1,60}$/;

/** Throws VALIDATION_001, _002 or _007. */
export function readJob(input: unknown): JobRequest {
  const { template_id, mm_per_pixel, traceparent, ...rest } = readArguments(JOB, input);
  if (rest.image === undefined && (rest.detections === undefined || rest.size === undefined)) {
    throw new AppError('VALIDATION_001', {
      message: 'There is no photo.',
      advice: 'Give "image_url" (https:// or data:), or "detections" together with "size".',
      details: { field: 'image_url' },
    });
  }
  if (rest.image !== undefined && !FROM_OUTSIDE.test(rest.image) && !EARLIER.test(rest.image)) {
    throw new AppError('VALIDATION_007', {
      message: 'A job names its photo by an https:// or data: URL.',
      advice: 'Give such a URL, or the id of an earlier analysis.',
      details: { field: 'image_url' },
    });
  }
  if (mm_per_pixel !== undefined && (rest.calibration !== undefined || rest.calibration_id !== undefined)) {
    throw new AppError('VALIDATION_002', {
      message: 'There are two calibrations.',
      advice: 'Give one of "mm_per_pixel", "calibration" and "calibration_id".',
      details: { field: 'mm_per_pixel' },
    });
  }
  const request = { ...rest, ...(mm_per_pixel !== undefined && { calibration: { mm_per_pixel } }) };
  return { request, templateId: template_id ?? null, traceparent: traceparent ?? null };
}
