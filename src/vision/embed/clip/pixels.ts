import { decodeScaled } from '../../../image/decode/scale.ts';

/** Side of the picture that the encoder sees, pixels. */
export const SIDE = 224;
/** A strip that is longer is squeezed: of 10,000 pixels by one nobody sees the middle. */
const LONGEST = 16 * SIDE;
/** Of the pictures that CLIP was trained with: red, green, blue. */
const MEAN = [0.48145466, 0.4578275, 0.40821073] as const;
const DEVIATION = [0.26862954, 0.26130258, 0.27577711] as const;

/**
 * The middle of the upright picture, its shorter side scaled to SIDE with a cubic kernel: rows of red, green and blue. Throws
 * as `decodeScaled` does.
 */
export async function middleOf(
  image: { readonly bytes: Uint8Array; readonly width: number; readonly height: number },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const scale = SIDE / Math.min(image.width, image.height);
  const side = (length: number) => Math.min(LONGEST, Math.max(SIDE, Math.round(length * scale)));
  const [width, height] = [side(image.width), side(image.height)];
  const { pixels } = await decodeScaled(image.bytes, { width, height, kernel: 'cubic' }, signal);
  const [left, top] = [(width - SIDE) >> 1, (height - SIDE) >> 1];
  const middle = new Uint8Array(3 * SIDE * SIDE);
  for (let y = 0; y < SIDE; y += 1) {
    const from = 3 * ((y + top) * width + left);
    middle.set(pixels.subarray(from, from + 3 * SIDE), 3 * SIDE * y);
  }
  return middle;
}

/** The encoder's input: planes of red, green and blue, each about its mean. */
export function planesOf(middle: Uint8Array, planes: Float32Array = new Float32Array(3 * SIDE * SIDE)): Float32Array {
  const size = SIDE * SIDE;
  for (let c = 0; c < 3; c += 1) {
    const [mean, deviation] = [MEAN[c]!, DEVIATION[c]!];
    for (let i = 0; i < size; i += 1) planes[c * size + i] = (middle[3 * i + c]! / 255 - mean) / deviation;
  }
  return planes;
}
