import { AppError } from '../../errors.ts';
import { readPixels, readStrictly } from '../pixels.ts';

export interface Scaling {
  /** Pixels of the result, not 0. */
  readonly width: number;
  readonly height: number;
  /** sharp's own choice when absent. */
  readonly kernel?: 'linear';
  /** Refuses with VALIDATION_005 whatever the decoder complains of; the message is its first complaint. */
  readonly strict?: true;
}

export interface Scaled {
  /** Rows of red, green and blue without padding. */
  readonly pixels: Uint8Array;
  /** What a reader must know of the pixels: they are damaged in places. */
  readonly flaw: string | null;
}

/** Decodes in this process; see `decodeScaled`. */
export async function scaleHere(bytes: Uint8Array, { width, height, kernel, strict }: Scaling): Promise<Scaled> {
  const read = strict ? readStrictly : readPixels;
  const { result, flaw } = await read(bytes, (picture) =>
    picture
      .rotate()
      .resize(width, height, { fit: 'fill', ...(kernel && { kernel }) })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  const { data, info } = result;
  if (info.channels !== 3 || data.byteLength !== 3 * width * height) {
    throw new AppError('VALIDATION_005', { message: 'The image has no red, green and blue pixels.' });
  }
  return { pixels: data, flaw };
}
