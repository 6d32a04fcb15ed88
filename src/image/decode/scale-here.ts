import { AppError } from '../../errors.ts';
import { readPixels, readStrictly } from '../pixels.ts';

export interface Scaling {
  /** Pixels of the result, not 0. */
  readonly width: number;
  readonly height: number;
  /** sharp's own choice when absent. */
  readonly kernel?: 'linear' | 'cubic';
  /** One value for each pixel in place of three colours: of green, which costs half as much as grey. */
  readonly grey?: 'green';
  /** Blurred by a pixel (one sigma). */
  readonly smooth?: true;
  /** Refuses with VALIDATION_005 whatever the decoder complains of; the message is its first complaint. */
  readonly strict?: true;
}

export interface Scaled {
  /** Rows of red, green and blue, or of grey, without padding. */
  readonly pixels: Uint8Array;
  /** What a reader must know of the pixels: they are damaged in places. */
  readonly flaw: string | null;
}

/** Decodes in this process; see `decodeScaled`. */
export async function scaleHere(bytes: Uint8Array, scaling: Scaling): Promise<Scaled> {
  const { width, height, kernel, grey, smooth, strict } = scaling;
  const read = strict ? readStrictly : readPixels;
  const { result, flaw } = await read(bytes, (picture) => {
    const scaled = picture
      .rotate()
      .resize(width, height, { fit: 'fill', ...(kernel && { kernel }) })
      .flatten({ background: '#ffffff' });
    const coloured = (smooth ? scaled.blur(1) : scaled).toColourspace('srgb');
    return (grey ? coloured.extractChannel(1) : coloured).raw().toBuffer({ resolveWithObject: true });
  });
  const { data, info } = result;
  const channels = grey ? 1 : 3;
  if (info.channels !== channels || data.byteLength !== channels * width * height) {
    throw new AppError('VALIDATION_005', { message: 'The image has no red, green and blue pixels.' });
  }
  return { pixels: data, flaw };
}
