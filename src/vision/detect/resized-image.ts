import sharp from 'sharp';
import { AppError } from '../../errors.ts';
import type { ModelInput } from '../models/manifest.ts';
import { type Letterbox, letterbox } from './letterbox.ts';

/** An image scaled for one model: rows of RGB bytes without padding. */
export interface ResizedImage {
  /** 3 * fit.width * fit.height bytes. */
  readonly pixels: Uint8Array;
  readonly fit: Letterbox;
}

/** Largest image that is decoded at all; intake refuses earlier, this is the second lock. */
const MAX_PIXELS = 0x3fff * 0x3fff;

/**
 * Decodes, turns upright (EXIF), scales with a linear kernel and drops alpha. Runs on libuv's threads, so neither the
 * main loop nor an inference worker waits for it. Throws VALIDATION_005 when the data are damaged.
 * `width` and `height` are those of the upright image.
 */
export async function resizeImage(
  image: { readonly bytes: Uint8Array; readonly width: number; readonly height: number },
  input: Pick<ModelInput, 'size' | 'fit'>,
): Promise<ResizedImage> {
  const fit = letterbox(image, input);
  const { data, info } = await decode(image.bytes, fit).catch((cause: unknown) => {
    throw new AppError('VALIDATION_005', { cause });
  });
  if (info.channels !== 3 || data.byteLength !== 3 * fit.width * fit.height) {
    throw new AppError('VALIDATION_005', { message: 'The image has no red, green and blue pixels.' });
  }
  return { pixels: data, fit };
}

/** Async, so that what sharp throws at once (an empty buffer) is a rejection too. */
async function decode(bytes: Uint8Array, { width, height }: Letterbox) {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'warning' })
    .rotate()
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
}
