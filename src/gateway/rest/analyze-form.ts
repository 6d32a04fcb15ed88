import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { AnalyzeRequest } from '../../contract/analyze-request.ts';
import { MmPerPixel } from '../../contract/calibration.ts';
import { AppError } from '../../errors.ts';
import type { Accepted } from '../lenient/read-arguments.ts';
import { readArguments } from '../lenient/read-arguments.ts';
import { isUpload, readUpload } from './upload.ts';

const { shape } = AnalyzeRequest;
const MAX_BATCH = 10;

/** How a photo is measured and what is answered: fields of forms and of JSON alike. */
const measured = {
  confidence_threshold: shape.threshold,
  inference: shape.inference,
  mm_per_pixel: MmPerPixel.optional(),
  calibration: shape.calibration,
  calibration_id: shape.calibration_id,
  zones: shape.zones,
  table_corners: shape.table_corners,
  context: shape.context,
  strategy: shape.strategy,
  movable: shape.movable,
  include_feedback: shape.include_feedback,
  units: shape.units,
  store: shape.store,
} as const;

const aliases = {
  threshold: 'confidence_threshold',
  calibration_mm_per_pixel: 'mm_per_pixel',
  rules_context: 'context',
  image_url: 'image',
} as const;

/** Of a photo that is there already. */
export const MEASURE_FORM = { input: z.strictObject(measured), aliases } satisfies Accepted<z.ZodObject>;

/** Of one photo, or of what the caller saw itself. */
export const PHOTO_FORM = {
  input: z.strictObject({
    image: shape.image.describe('the file; in JSON a path, https URL or data URL'),
    detections: shape.detections,
    size: shape.size,
    box_noise: shape.box_noise,
    ...measured,
  }),
  aliases,
} satisfies Accepted<z.ZodObject>;

export const BATCH_FORM = {
  input: z.strictObject({
    images: z.array(shape.image.unwrap()).min(1).max(MAX_BATCH).optional().describe('the files; in JSON as "image"'),
    ...measured,
  }),
  aliases: { ...aliases, image: 'images' },
} satisfies Accepted<z.ZodObject>;

/** A photo by its name or its bytes; both absent: the caller gave what it saw. */
export type Photo = Pick<AnalyzeRequest, 'image' | 'bytes'>;

interface Sent<F> {
  readonly fields: F;
  readonly photos: readonly Photo[];
}

/** What was sent, as a form or as JSON. Throws VALIDATION_001 where nothing is there to look at. */
export async function photosOf<I extends z.ZodObject>(
  request: FastifyRequest,
  form: Accepted<I>,
): Promise<Sent<z.output<I>> & { readonly photo: Photo }> {
  const many = 'images' in form.input.shape;
  const sent = many ? 'images' : 'image';
  let given: unknown = request.body;
  let photos: Photo[] = [];
  if (isUpload(request)) {
    const form = await readUpload(request, sent, many ? MAX_BATCH : 1);
    await request.claimForm?.(form);
    const { fields, files } = form;
    photos = files.map(({ name, bytes }) => ({ image: name || 'upload', bytes }));
    if (files.length > 0 && Object.hasOwn(fields, sent)) {
      throw new AppError('VALIDATION_002', {
        message: `"${sent}" is given as a file and as text.`,
        advice: 'Give one of them.',
        details: { field: sent },
      });
    }
    given = fields;
  }
  const fields = readArguments(form, given);
  const named = fields as { image?: string; images?: string[]; detections?: unknown; size?: unknown };
  if (photos.length === 0)
    photos = (named.images ?? (named.image === undefined ? [] : [named.image])).map((image) => ({ image }));
  const [photo = {}] = photos;
  if (photos.length === 0 && (named.detections === undefined || named.size === undefined)) {
    throw new AppError('VALIDATION_001', {
      message: 'There is no photo.',
      advice: many
        ? 'Send 1 to 10 files in the form field "images".'
        : 'Send the file in the form field "image", or "detections" together with "size" {"width","height"} in pixels.',
      details: { field: sent },
    });
  }
  return { fields, photos, photo };
}

/** The request that every surface makes of a photo. */
export function analyzeRequestOf(
  fields: z.output<typeof MEASURE_FORM.input>,
  photo: Photo,
  mayStore: boolean,
): AnalyzeRequest {
  const {
    confidence_threshold: threshold,
    mm_per_pixel,
    store,
    image: _,
    images: __,
    ...rest
  } = fields as typeof fields & {
    image?: unknown;
    images?: unknown;
  };
  if (mm_per_pixel !== undefined && (rest.calibration !== undefined || rest.calibration_id !== undefined)) {
    throw new AppError('VALIDATION_002', {
      message: 'There are two calibrations.',
      advice: 'Give one of "mm_per_pixel", "calibration" and "calibration_id".',
      details: { field: 'mm_per_pixel' },
    });
  }
  return {
    ...rest,
    ...photo,
    ...(threshold !== undefined && { threshold }),
    ...(mm_per_pixel !== undefined && { calibration: { mm_per_pixel } }),
    store: store && mayStore,
  };
}
