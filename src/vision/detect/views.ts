import type { Box } from '../../contract/detection.ts';
import { sharp } from '../../image/sharp.ts';
import type { ModelInput } from '../models/manifest.ts';
import { letterbox } from './letterbox.ts';
import type { RawDetection } from './postprocess.ts';
import { type ResizedImage, resizeImage } from './resized-image.ts';

/** One view of an image for test-time augmentation, resized for the model. */
export interface Tile {
  readonly image: ResizedImage;
  /** The part of the decoded image that it shows. */
  readonly window: Box;
  /** Left and right are exchanged. */
  readonly mirrored: boolean;
}

/** `width` and `height`: of the decoded image that all windows lie in, pixels. */
export interface TiledImage {
  readonly width: number;
  readonly height: number;
  readonly tiles: readonly Tile[];
  /** As of `ResizedImage`. */
  readonly flaw: string | null;
}

/** How many tiles `tileImage` makes. */
export const TILE_COUNT = 6;

/** A quarter shows so much of each side, so that two neighbours share a fifth of the image. */
const QUARTER = 0.6;

/**
 * The whole image, its mirror image and four overlapping quarters, decoded once. The quarters have the full size of
 * the model's input, so what is small in the image is 1 / 0.6 times as large in them.
 * Slicing-aided inference after Akyon et al. 2022, arXiv:2202.06934.
 */
export async function tileImage(
  image: { readonly bytes: Uint8Array; readonly width: number; readonly height: number },
  input: Pick<ModelInput, 'size' | 'fit'>,
  signal?: AbortSignal,
): Promise<TiledImage> {
  const {
    pixels,
    fit,
    flaw = null,
  } = await resizeImage(image, { ...input, size: Math.round(input.size / QUARTER) }, signal);
  const { width, height } = fit;
  const placed = letterbox({ width, height }, input);
  const wholeTile = async (mirrored: boolean): Promise<Tile> => ({
    image: { pixels: await resizePixels(pixels, { width, height }, placed, mirrored), fit: placed },
    window: [0, 0, width, height],
    mirrored,
  });
  const size = { width: tileSide(width, input.size), height: tileSide(height, input.size) };
  const quarters = [0, height - size.height].flatMap((top) =>
    [0, width - size.width].map((left): Tile => {
      const window: Box = [left, top, left + size.width, top + size.height];
      return { image: { pixels: crop(pixels, width, window), fit: letterbox(size, input) }, window, mirrored: false };
    }),
  );
  return { width, height, tiles: [await wholeTile(false), await wholeTile(true), ...quarters], flaw };
}

/** What a tile shows, in pixels of the image that the tile is a window of. */
export function toWholeImage(
  { box: [x1, y1, x2, y2], ...rest }: RawDetection,
  { window, mirrored }: Tile,
): RawDetection {
  const [left, top, right] = window;
  if (mirrored) return { ...rest, box: [right - x2, top + y1, right - x1, top + y2] };
  return { ...rest, box: [left + x1, top + y1, left + x2, top + y2] };
}

/** Of a side of the decoded image: the longest gives a quarter the model's whole input. */
function tileSide(side: number, max: number): number {
  return Math.min(max, Math.max(1, Math.round(side * QUARTER)));
}

async function resizePixels(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
  mirrored: boolean,
): Promise<Uint8Array> {
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(to.width, to.height, { fit: 'fill', kernel: 'linear' })
    .flop(mirrored)
    .raw()
    .toBuffer();
}

function crop(pixels: Uint8Array, width: number, [left, top, right, bottom]: Box): Uint8Array {
  const row = 3 * (right - left);
  const out = new Uint8Array(row * (bottom - top));
  for (let y = top; y < bottom; y++) {
    const from = 3 * (y * width + left);
    out.set(pixels.subarray(from, from + row), (y - top) * row);
  }
  return out;
}
