import type { Sharp } from 'sharp';
import { AppError } from '../../errors.ts';
import { readPixels } from '../../image/pixels.ts';
import type { ModelInput } from '../models/manifest.ts';
import { type Letterbox, letterbox } from './letterbox.ts';

/** An image scaled for one model: rows of RGB bytes without padding. */
export interface ResizedImage {
  /** 3 * fit.width * fit.height bytes. */
  readonly pixels: Uint8Array;
  readonly fit: Letterbox;
  /** What a reader must know of the pixels: they are damaged in places. */
  readonly flaw?: string | null;
}

/**
 * Decodes, turns upright (EXIF), scales with a linear kernel and drops alpha. Runs on libuv's threads, so neither the
 * main loop nor an inference worker waits for it. Throws VALIDATION_005 when the data cannot be decoded.
 * `width` and `height` are those of the upright image.
 */
export async function resizeImage(
  image: { readonly bytes: Uint8Array; readonly width: number; readonly height: number },
  input: Pick<ModelInput, 'size' | 'fit'>,
): Promise<ResizedImage> {
  const fit = letterbox(image, input);
  const { result, flaw } = await readPixels(image.bytes, (source) => scale(source, fit));
  const { data, info } = result;
  if (info.channels !== 3 || data.byteLength !== 3 * fit.width * fit.height) {
    throw new AppError('VALIDATION_005', { message: 'The image has no red, green and blue pixels.' });
  }
  return { pixels: data, fit, flaw };
}

function scale(source: Sharp, { width, height }: Letterbox) {
  return source
    .rotate()
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
}
