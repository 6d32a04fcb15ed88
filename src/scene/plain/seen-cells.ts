import type { Box } from '../../contract/detection.ts';
import type { ImageGradient } from '../../contract/image-gradient.ts';
import type { TableGrid } from './table-grid.ts';

/** With at least this share of its pixels on borders a cell is not plain. */
const SHARE = 0.2;
/** Detected boxes are off by this share of their size, and by so many pixels of the scaled-down image. */
const BOX_ERROR = 0.03;
const BOX_ERROR_PX = 3;

export const PLAIN = 0;
/** A border of something runs through it. */
export const BORDERED = 1;
/** A detected thing stands before it. */
export const COVERED = 2;
/** The image does not show it. */
export const UNSEEN = 3;

/** What the image shows of every cell: one of the four above. `border`: what step of brightness is one (Sobel's operator). */
export function seenCells(grid: TableGrid, image: ImageGradient, boxes: readonly Box[], border: number): Uint8Array {
  const { left, right, top, bottom } = grid;
  const sums = borderSums(image, border);
  const width = image.width + 1;
  const covers = boxes.map(([x1, y1, x2, y2]): Box => {
    const dx = BOX_ERROR * (x2 - x1) * image.scaleX + BOX_ERROR_PX;
    const dy = BOX_ERROR * (y2 - y1) * image.scaleY + BOX_ERROR_PX;
    return [x1 * image.scaleX - dx, y1 * image.scaleY - dy, x2 * image.scaleX + dx, y2 * image.scaleY + dy];
  });
  const seen = new Uint8Array(left.length);
  for (let i = 0; i < seen.length; i++) {
    const [u1, u2, v1, v2] = [left[i]!, right[i]!, top[i]!, bottom[i]!];
    if (u2 === 0) {
      seen[i] = UNSEEN;
      continue;
    }
    const u = (u1 + u2) / 2;
    const v = (v1 + v2) / 2;
    const onBorders = sums[v2 * width + u2]! - sums[v1 * width + u2]! - sums[v2 * width + u1]! + sums[v1 * width + u1]!;
    if (covers.some(([x1, y1, x2, y2]) => u > x1 && u < x2 && v > y1 && v < y2)) seen[i] = COVERED;
    else if (onBorders > 0 && onBorders >= SHARE * (u2 - u1) * (v2 - v1)) seen[i] = BORDERED;
  }
  return seen;
}

/** How many pixels above and to the left of each corner lie on borders (summed-area table). */
function borderSums({ width, height, x, y }: ImageGradient, border: number): Uint32Array {
  const sums = new Uint32Array((width + 1) * (height + 1));
  for (let row = 0; row < height; row++) {
    let count = 0;
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      if (x[i]! * x[i]! + y[i]! * y[i]! > border * border) count++;
      const k = (row + 1) * (width + 1) + column + 1;
      sums[k] = sums[k - width - 1]! + count;
    }
  }
  return sums;
}
