import type { Metadata } from 'sharp';
import { AppError } from '../errors.ts';
import { decodePlan } from './decode/plan.ts';
import { lensFacts } from './exif.ts';
import { focalLengthOf } from './focal-length.ts';
import type { Image } from './image.ts';
import type { ImageLimits } from './limits.ts';
import type { Format } from './magic.ts';
import { sharp } from './sharp.ts';

/** Pixels after the EXIF orientation is applied, and what the file says of the lens. */
export type Header = Pick<Image, 'width' | 'height' | 'focal35mm' | 'focalTrust' | 'lens'>;

/** Reads size, orientation and focal length without decoding a pixel; VALIDATION_004 over the limits, else _005. */
export async function readHeader(bytes: Buffer, format: Format, limits: ImageLimits): Promise<Header> {
  const metadata = await sharp(decodePlan(bytes).bytes, { limitInputPixels: 0x3fff * 0x3fff, failOn: 'error' })
    .metadata()
    .catch((cause: unknown) => {
      if (cause instanceof Error && /exceeds pixel limit/i.test(cause.message)) throw tooManyPixels(null, limits);
      throw new AppError('VALIDATION_005', { message: `The header of the ${format.toUpperCase()} is damaged.`, cause });
    });
  if (metadata.format !== format) throw new AppError('VALIDATION_005');
  const { width, height } = metadata.autoOrient;
  if (width * height > limits.maxPixels || Math.max(width, height) > limits.maxSide) {
    throw tooManyPixels({ width, height }, limits);
  }
  requireLittleHeld(metadata, limits);
  const lens = lensFacts(metadata.exif);
  const { mm35, ...focalTrust } = focalLengthOf(lens, { width, height });
  return { width, height, focal35mm: mm35, ...(lens && { focalTrust, lens }) };
}

/** Row by row a decoder needs little; a progressive JPEG and an interlaced PNG it must hold as a whole. */
function requireLittleHeld(metadata: Metadata, { maxHeldBytes }: ImageLimits): void {
  if (!metadata.isProgressive) return;
  const { width, height, channels, depth } = metadata;
  // A JPEG's coefficients have two bytes.
  const bytes = metadata.format === 'jpeg' || depth === 'ushort' ? 2 : 1;
  const held = width * height * channels * bytes;
  if (held <= maxHeldBytes) return;
  throw new AppError('VALIDATION_004', {
    message: `The image is stored in a form that takes ${Math.round(held / 1_000_000)} MB to decode.`,
    advice: 'Save it as a plain JPEG (not progressive, not interlaced), or scale it down.',
    details: { width, height, max_held_bytes: maxHeldBytes },
  });
}

function tooManyPixels(size: { width: number; height: number } | null, limits: ImageLimits): AppError {
  const side = Math.floor(Math.sqrt(limits.maxPixels));
  const megapixels = Math.floor(limits.maxPixels / 1_000_000);
  const most = `${megapixels > 0 ? `${megapixels} megapixels, such as ` : ''}${side} x ${side}`;
  return new AppError('VALIDATION_004', {
    message: size
      ? `The image has ${size.width} x ${size.height} pixels; that is over the limit.`
      : 'The image has more pixels than the limit.',
    advice: `Scale the image down to at most ${most} pixels (${limits.maxSide} on the longer side).`,
    details: { ...size, max_pixels: limits.maxPixels, max_side: limits.maxSide },
  });
}
