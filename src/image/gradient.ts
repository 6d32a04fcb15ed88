import type { ImageGradient } from '../contract/image-gradient.ts';
import { createGate } from './decode/gate.ts';
import { decodeMs, decodeScaled } from './decode/scale.ts';
import type { Image } from './image.ts';

/** Longest side of the gradient, pixels. */
const MAX_SIDE = 640;
/** What takes longer is decoded once only, for the model, ms. */
const MAX_DECODE_MS = 700;
/** As many images are decoded at once. */
const gate = createGate(2);

/**
 * How the brightness of an image changes. Null where its decoding alone would take too long. Throws as `decodeScaled` does.
 */
export async function readGradient(
  image: Pick<Image, 'bytes' | 'width' | 'height'>,
  signal?: AbortSignal,
): Promise<ImageGradient | null> {
  if (decodeMs(image.bytes) > MAX_DECODE_MS) return null;
  const scale = Math.min(1, MAX_SIDE / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const { pixels } = await gate(
    () => decodeScaled(image.bytes, { width, height, kernel: 'linear', smoothGrey: true }, signal),
    signal,
  );
  return { width, height, scaleX: width / image.width, scaleY: height / image.height, ...sobel(pixels, width, height) };
}

/** Sobel and Feldman's operator; 0 along the border. `grey`: rows of `width` bytes. */
export function sobel(grey: Uint8Array, width: number, height: number): { x: Int16Array; y: Int16Array } {
  const x = new Int16Array(width * height);
  const y = new Int16Array(width * height);
  for (let row = 1; row < height - 1; row++) {
    for (let i = row * width + 1; i < (row + 1) * width - 1; i++) {
      const upper = i - width;
      const lower = i + width;
      const falling = grey[lower + 1]! - grey[upper - 1]!;
      const rising = grey[upper + 1]! - grey[lower - 1]!;
      x[i] = falling + rising + 2 * (grey[i + 1]! - grey[i - 1]!);
      y[i] = falling - rising + 2 * (grey[lower]! - grey[upper]!);
    }
  }
  return { x, y };
}
