import type { SeenTags } from '../../contract/seen-tag.ts';
import { createGate } from '../decode/gate.ts';
import { decodeMs, decodeScaled } from '../decode/scale.ts';
import type { Image } from '../image.ts';
import type { MarkerThreads } from './marker-threads.ts';

/** Longest side of the image that is looked at, pixels. */
export const MAX_SIDE = 1280;
/** What takes longer is decoded once only, for the model, ms. */
const MAX_DECODE_MS = 700;
/** Standard error of a refined corner, pixels of the image that is looked at (docs/accuracy.md). */
export const CORNER_SIGMA = 0.35;

/** Looks for tags of the printed sheet. Null where decoding alone would take too long. Throws as `decodeScaled` and the threads do. */
export function createMarkerReader(threads: MarkerThreads) {
  const gate = createGate(2);
  return async (image: Pick<Image, 'bytes' | 'width' | 'height'>, signal?: AbortSignal): Promise<SeenTags | null> => {
    if (decodeMs(image.bytes) > MAX_DECODE_MS) return null;
    const { width, height } = lookedAt(image, MAX_SIDE);
    const tags = await gate(async () => {
      const scaling = { width, height, kernel: 'linear', grey: 'green' } as const;
      const { pixels } = await decodeScaled(image.bytes, scaling, signal);
      return threads.run({ data: pixels, width, height }, signal);
    }, signal);
    const [kx, ky] = [image.width / width, image.height / height];
    return {
      tags: tags.map((tag) => ({ ...tag, corners: tag.corners.map(({ x, y }) => ({ x: x * kx, y: y * ky })) })),
      sigmaPx: CORNER_SIGMA * Math.sqrt(kx * ky),
    };
  };
}

/** The size in which an image is looked at: not enlarged, and no side longer than this. */
export function lookedAt(image: { readonly width: number; readonly height: number }, longest: number) {
  const scale = Math.min(1, longest / Math.max(image.width, image.height));
  return { width: Math.max(1, Math.round(image.width * scale)), height: Math.max(1, Math.round(image.height * scale)) };
}
