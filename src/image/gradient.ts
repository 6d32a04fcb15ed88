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
    () => decodeScaled(image.bytes, { width, height, kernel: 'linear', smooth: true }, signal),
    signal,
  );
  const scales = { scaleX: width / image.width, scaleY: height / image.height };
  const { grey, chroma } = opponents(pixels);
  return { width, height, ...scales, ...sobel(grey, width, height), grey, chroma };
}

/** Linear light of an sRGB value (IEC 61966-2-1), and the value of linear light in 4,095 steps. */
const LIGHT = Float64Array.from({ length: 256 }, (_, i) =>
  i <= 10 ? i / 255 / 12.92 : ((i / 255 + 0.055) / 1.055) ** 2.4,
);
const STEPS = 4095;
const VALUE = Uint8Array.from({ length: STEPS + 1 }, (_, i) => {
  const light = i / STEPS;
  return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
});

/** Luminance (ITU-R BT.709) as a grey value, and the two colour differences of `ImageGradient`. */
function opponents(rgb: Uint8Array) {
  const count = rgb.length / 3;
  const grey = new Uint8Array(count);
  const [u, v] = [new Int8Array(count), new Int8Array(count)];
  for (let i = 0, k = 0; i < count; i++, k += 3) {
    const [r, g, b] = [rgb[k]!, rgb[k + 1]!, rgb[k + 2]!];
    grey[i] = VALUE[Math.round(STEPS * (0.2126 * LIGHT[r]! + 0.7152 * LIGHT[g]! + 0.0722 * LIGHT[b]!))]!;
    u[i] = (r - g) >> 1;
    v[i] = (((r + g) >> 1) - b) >> 1;
  }
  return { grey, chroma: { u, v } };
}

/** Sobel and Feldman's operator; 0 along the border. `grey`: rows of `width` bytes. */
export function sobel(grey: Uint8Array, width: number, height: number): { x: Int16Array; y: Int16Array } {
  const x = new Int16Array(width * height);
  const y = new Int16Array(width * height);
  if (width < 3) return { x, y };
  for (let row = 1; row < height - 1; row++) {
    // Of three columns: the weighted sum down, and how much it rises down.
    let i = row * width + 1;
    let sum = column(grey, i - 1, width);
    let rise = grey[i - 1 + width]! - grey[i - 1 - width]!;
    let nextSum = column(grey, i, width);
    let nextRise = grey[i + width]! - grey[i - width]!;
    for (const end = (row + 1) * width - 1; i < end; i++) {
      const upper = grey[i + 1 - width]!;
      const lower = grey[i + 1 + width]!;
      const lastSum = upper + 2 * grey[i + 1]! + lower;
      const lastRise = lower - upper;
      x[i] = lastSum - sum;
      y[i] = rise + 2 * nextRise + lastRise;
      sum = nextSum;
      nextSum = lastSum;
      rise = nextRise;
      nextRise = lastRise;
    }
  }
  return { x, y };
}

const column = (grey: Uint8Array, i: number, width: number): number =>
  grey[i - width]! + 2 * grey[i]! + grey[i + width]!;
