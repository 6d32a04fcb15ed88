import type { Box } from '../../contract/detection.ts';
import type { ImageGradient } from '../../contract/image-gradient.ts';
import type { TableGrid } from './table-grid.ts';

/** Detected boxes are off by this share of their size, and by so many pixels of the scaled-down image. */
const BOX_ERROR = 0.03;
const BOX_ERROR_PX = 3;

export const VISIBLE = 0;
/** A detected thing stands before it. */
export const COVERED = 2;
/** The image does not show it. */
export const UNSEEN = 3;

/** What the image shows of every cell: one of the three above. */
export function seenCells(
  { left, right, top, bottom }: TableGrid,
  { scaleX, scaleY }: Pick<ImageGradient, 'scaleX' | 'scaleY'>,
  boxes: readonly Box[],
): Uint8Array {
  const covers = boxes.map(([x1, y1, x2, y2]): Box => {
    const dx = BOX_ERROR * (x2 - x1) * scaleX + BOX_ERROR_PX;
    const dy = BOX_ERROR * (y2 - y1) * scaleY + BOX_ERROR_PX;
    return [x1 * scaleX - dx, y1 * scaleY - dy, x2 * scaleX + dx, y2 * scaleY + dy];
  });
  return Uint8Array.from(left, (u1, i) => {
    const u2 = right[i]!;
    if (u2 === 0) return UNSEEN;
    const [u, v] = [(u1 + u2) / 2, (top[i]! + bottom[i]!) / 2];
    return covers.some(([x1, y1, x2, y2]) => u > x1 && u < x2 && v > y1 && v < y2) ? COVERED : VISIBLE;
  });
}
