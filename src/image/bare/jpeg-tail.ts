import { AppError } from '../../errors.ts';
import { decodeScaled } from '../decode/scale.ts';
import { buildExif } from '../exif-build.ts';
import type { Image } from '../image.ts';
import { sharp } from '../sharp.ts';
import { rewritten } from './rewritten.ts';

/** A decoder reads all coefficients also for an eighth of the size, which is cheap to have. */
const SHRINK = 8;
const SKIPPED = /extraneous bytes before marker/i;

/**
 * The same JPEG; where compressed data go on behind the blocks of a scan, its picture encoded again, because only the decoder
 * knows where they end. What is damaged stays as it is. Throws as `decodeScaled` does, but for pictures that cannot be
 * decoded.
 */
export async function withoutHiddenTail(
  jpeg: Buffer,
  image: Pick<Image, 'width' | 'height' | 'lens'>,
  signal?: AbortSignal,
): Promise<Buffer> {
  try {
    return (await hasTail(jpeg, image, signal)) ? await encodeAgain(jpeg, image, signal) : jpeg;
  } catch (error) {
    if (error instanceof AppError && error.code === 'VALIDATION_005') return jpeg;
    throw error;
  }
}

type Size = Pick<Image, 'width' | 'height'>;

/** A decoder says what it skips between scans and restarts. */
async function hasTail(bytes: Buffer, size: Size, signal?: AbortSignal): Promise<boolean> {
  return SKIPPED.test((await firstComplaint(bytes, size, signal)) ?? '');
}

async function firstComplaint(bytes: Buffer, { width, height }: Size, signal?: AbortSignal): Promise<string | null> {
  const small = (side: number) => Math.ceil(side / SHRINK);
  try {
    await decodeScaled(bytes, { width: small(width), height: small(height), strict: true }, signal);
    return null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'VALIDATION_005') return error.message;
    throw error;
  }
}

async function encodeAgain(
  bytes: Buffer,
  { width, height, lens }: Pick<Image, 'width' | 'height' | 'lens'>,
  signal?: AbortSignal,
): Promise<Buffer> {
  const { pixels } = await decodeScaled(bytes, { width, height }, signal);
  const encoded = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return (await rewritten('jpeg', encoded, buildExif({ orientation: 1, lens: lens ?? null }), signal)).bytes;
}
