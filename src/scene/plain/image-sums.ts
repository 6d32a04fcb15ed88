import type { ImageGradient } from '../../contract/image-gradient.ts';
import type { TableGrid } from './table-grid.ts';

/**
 * Sums over all pixels above and to the left of each corner of a part of the scaled-down image (summed-area tables), `KINDS`
 * numbers for each corner: border, grey, u, v, xx, yy, xy.
 */
export interface ImageSums {
  readonly sums: Int32Array;
  readonly left: number;
  readonly top: number;
  /** Corners in a row. */
  readonly wide: number;
}
export const KINDS = 7;

/** Steps of brightness (Sobel's operator on 8-bit grey values) that are borders of something. */
const BORDER = 35;
/** Larger squares count as this: the sums of 640 x 640 pixels fit into 32 bits, and only their logarithm is used. */
const MOST = 5_000;

export function imageSums(
  { width, x, y, grey, chroma }: ImageGradient & { readonly grey: Uint8Array },
  grid: Pick<TableGrid, 'left' | 'right' | 'top' | 'bottom'>,
): ImageSums {
  const [left, top, right, bottom] = bounds(grid);
  const wide = right - left + 1;
  const sums = new Int32Array(KINDS * wide * (bottom - top + 1));
  const { u: us, v: vs } = chroma ?? { u: null, v: null };
  const up = KINDS * wide;
  for (let row = top; row < bottom; row++) {
    let [b, g, u, v, xx, yy, xy] = [0, 0, 0, 0, 0, 0, 0];
    let k = KINDS * ((row - top + 1) * wide + 1);
    for (let i = row * width + left; i < row * width + right; i++, k += KINDS) {
      const dx = x[i]!;
      const dy = y[i]!;
      const sx = dx * dx;
      const sy = dy * dy;
      if (sx + sy > BORDER * BORDER) b++;
      g += grey[i]!;
      if (us !== null) {
        u += us[i]!;
        v += vs[i]!;
      }
      xx += Math.min(sx, MOST);
      yy += Math.min(sy, MOST);
      const product = dx * dy;
      xy += product > MOST ? MOST : Math.max(product, -MOST);
      sums[k] = sums[k - up]! + b;
      sums[k + 1] = sums[k + 1 - up]! + g;
      sums[k + 2] = sums[k + 2 - up]! + u;
      sums[k + 3] = sums[k + 3 - up]! + v;
      sums[k + 4] = sums[k + 4 - up]! + xx;
      sums[k + 5] = sums[k + 5 - up]! + yy;
      sums[k + 6] = sums[k + 6 - up]! + xy;
    }
  }
  return { sums, left, top, wide };
}

/** The pixels that any cell shows. */
function bounds({ left, right, top, bottom }: Pick<TableGrid, 'left' | 'right' | 'top' | 'bottom'>) {
  let [x1, y1, x2, y2] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (let i = 0; i < left.length; i++) {
    if (right[i] === 0) continue;
    x1 = Math.min(x1, left[i]!);
    y1 = Math.min(y1, top[i]!);
    x2 = Math.max(x2, right[i]!);
    y2 = Math.max(y2, bottom[i]!);
  }
  return x2 === 0 ? ([0, 0, 0, 0] as const) : ([x1, y1, x2, y2] as const);
}
