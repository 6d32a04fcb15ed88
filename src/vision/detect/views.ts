import sharp from 'sharp';
import type { Box } from '../../contract/detection.ts';
import type { ModelInput } from '../models/manifest.ts';
import { fitPicture } from './fit.ts';
import { type ScaledPicture, scalePicture } from './picture.ts';
import type { RawDetection } from './postprocess.ts';

/** One view of a picture, scaled for the model. */
export interface View {
  readonly picture: ScaledPicture;
  /** The part of `Views` that it shows. */
  readonly window: Box;
  /** Left and right are exchanged. */
  readonly mirrored: boolean;
}

/** `width` and `height`: of the decoded picture that all windows lie in, pixels. */
export interface Views {
  readonly width: number;
  readonly height: number;
  readonly views: readonly View[];
}

/** How many views `closeViews` makes. */
export const CLOSE_VIEWS = 6;

/** A quarter shows so much of each side, so that two neighbours share a fifth of the picture. */
const QUARTER = 0.6;

/**
 * The whole picture, its mirror image and four overlapping quarters, decoded once. The quarters have the full size of
 * the model's input, so what is small in the picture is 1 / 0.6 times as large in them.
 * Slicing-aided inference after Akyon et al. 2022, arXiv:2202.06934.
 */
export async function closeViews(
  image: { readonly bytes: Uint8Array; readonly width: number; readonly height: number },
  input: Pick<ModelInput, 'size' | 'fit'>,
): Promise<Views> {
  const { pixels, fit } = await scalePicture(image, { ...input, size: Math.round(input.size / QUARTER) });
  const { width, height } = fit;
  const whole = fitPicture({ width, height }, input);
  const seenWhole = async (mirrored: boolean): Promise<View> => ({
    picture: { pixels: await shrink(pixels, { width, height }, whole, mirrored), fit: whole },
    window: [0, 0, width, height],
    mirrored,
  });
  const size = { width: part(width, input.size), height: part(height, input.size) };
  const quarters = [0, height - size.height].flatMap((top) =>
    [0, width - size.width].map((left): View => {
      const window: Box = [left, top, left + size.width, top + size.height];
      return { picture: { pixels: cut(pixels, width, window), fit: fitPicture(size, input) }, window, mirrored: false };
    }),
  );
  return { width, height, views: [await seenWhole(false), await seenWhole(true), ...quarters] };
}

/** What a view shows, in pixels of the picture that the view is a window of. */
export function inWhole({ box: [x1, y1, x2, y2], ...rest }: RawDetection, { window, mirrored }: View): RawDetection {
  const [left, top, right] = window;
  if (mirrored) return { ...rest, box: [right - x2, top + y1, right - x1, top + y2] };
  return { ...rest, box: [left + x1, top + y1, left + x2, top + y2] };
}

/** Of a side of the decoded picture: the longest gives a quarter the model's whole input. */
function part(side: number, most: number): number {
  return Math.min(most, Math.max(1, Math.round(side * QUARTER)));
}

async function shrink(
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

function cut(pixels: Uint8Array, width: number, [left, top, right, bottom]: Box): Uint8Array {
  const row = 3 * (right - left);
  const out = new Uint8Array(row * (bottom - top));
  for (let y = top; y < bottom; y++) {
    const from = 3 * (y * width + left);
    out.set(pixels.subarray(from, from + row), (y - top) * row);
  }
  return out;
}
