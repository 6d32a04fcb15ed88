import type { Sharp } from 'sharp';
import { AppError } from '../errors.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { sharp } from './sharp.ts';

export const DAMAGED = 'The image is damaged in places: what lies there may look wrong or be missing.';
/** What libjpeg says of files whose form is odd and whose pixels are whole; intake has named these already. */
const HARMLESS = /extraneous bytes before marker|Invalid SOS parameters/i;

interface Read<T> {
  readonly result: T;
  readonly flaw: string | null;
}

/**
 * Decodes as a browser does: what the decoder only complains about is read all the same, and damaged pixels are named
 * in `flaw`. `read` may be called twice. VALIDATION_005 when the image cannot be read, or was cut off.
 */
export async function readPixels<T>(bytes: Uint8Array, read: (image: Sharp) => Promise<T>): Promise<Read<T>> {
  const attempt = async (failOn: 'warning' | 'error') =>
    read(sharp(bytes, { failOn, limitInputPixels: DEFAULT_LIMITS.maxPixels }));
  try {
    return { result: await attempt('warning'), flaw: null };
  } catch (complaint) {
    const result = await attempt('error').catch((cause: unknown) => {
      throw new AppError('VALIDATION_005', { cause });
    });
    return { result, flaw: isHarmless(complaint) ? null : DAMAGED };
  }
}

/** The same without patience: VALIDATION_005 with the decoder's first complaint as message. */
export async function readStrictly<T>(bytes: Uint8Array, read: (image: Sharp) => Promise<T>): Promise<Read<T>> {
  const image = sharp(bytes, { failOn: 'warning', limitInputPixels: DEFAULT_LIMITS.maxPixels });
  const result = await read(image).catch((cause: unknown) => {
    const [message] = cause instanceof Error ? cause.message.split('\n') : [];
    throw new AppError('VALIDATION_005', { cause, ...(message && { message }) });
  });
  return { result, flaw: null };
}

/** One line for each complaint; all must be harmless. */
function isHarmless(complaint: unknown): boolean {
  const lines = complaint instanceof Error ? complaint.message.split('\n').filter((line) => line.trim() !== '') : [];
  return lines.length > 0 && lines.every((line) => HARMLESS.test(line));
}
