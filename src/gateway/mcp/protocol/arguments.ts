import { AnalyzeRequest } from '../../../contract/analyze-request.ts';
import { numberText } from '../../../contract/number-text.ts';
import { AppError } from '../../../errors.ts';

export { defined } from '../../lenient/defined.ts';

const { shape } = AnalyzeRequest;

/** How an image is measured: the same for every tool that analyses. */
export const measuring = {
  threshold: shape.threshold,
  inference: shape.inference,
  calibration: shape.calibration,
  calibration_id: shape.calibration_id,
  zones: shape.zones,
  table_corners: shape.table_corners,
  context: shape.context,
} as const;

export const placing = { strategy: shape.strategy, movable: shape.movable } as const;

/** Objects that the caller saw itself. */
export const seen = { detections: shape.detections, size: shape.size, box_noise: shape.box_noise } as const;

/** What agents call an image. */
export const IMAGE_NAMES = [
  'image_path',
  'image_file',
  'image_url',
  'path',
  'file_path',
  'file',
  'filename',
  'file_name',
  'photo',
  'photo_path',
  'picture',
  'url',
] as const;

export const imageAliases = {
  ...aliasesOf('image', IMAGE_NAMES),
  confidence_threshold: 'threshold',
  corners: 'table_corners',
  table_px: 'table_corners',
  mm_per_pixel: { name: 'calibration', read: scaleAlone },
} as const;

/** `mm_per_pixel` beside the image instead of inside `calibration`. */
function scaleAlone(value: unknown): unknown {
  if (value === null) return undefined;
  return { mm_per_pixel: typeof value === 'string' ? (numberText(value) ?? value) : value };
}

export function aliasesOf(real: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, real]));
}

/** VALIDATION_001 unless there is an image, or detections with a size. */
export function requireSource(args: Pick<AnalyzeRequest, 'image' | 'detections' | 'size'>): void {
  if (args.image !== undefined || (args.detections !== undefined && args.size !== undefined)) return;
  throw new AppError('VALIDATION_001', {
    message: args.detections ? 'detections need an image or a size.' : 'There is nothing to analyse.',
    advice: 'Pass "image", or "detections" together with "size" {"width","height"} in pixels.',
    details: { field: args.detections ? 'size' : 'image' },
  });
}
