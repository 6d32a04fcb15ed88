import { inverse, type Mat3, mapped, sideOf } from '../../../scene-view/mat3.ts';
import type { Px } from '../../../scene-view/types.ts';

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly seconds: number;
  readonly share: number;
}

interface View {
  readonly homography: Mat3;
  readonly width: number;
  readonly height: number;
}

/** Squares of the table as the picture shows them; those that it does not show are left out. */
export function cellsOnPicture(cells: readonly Cell[], side: number, { homography, width, height }: View) {
  const back = inverse(homography);
  if (back === null) return [];
  const front = sideOf(homography, [width / 2, height]);
  return cells.flatMap(({ x, y, seconds, share }) => {
    const corners = [
      [x, y],
      [x + side, y],
      [x + side, y + side],
      [x, y + side],
    ].map(([cx = 0, cy = 0]) => mapped(back, [cx, cy]));
    const isShown = (px: Px | null) => px !== null && sideOf(homography, px) === front;
    const isInside = (px: Px | null) => px !== null && px[0] >= 0 && px[0] <= width && px[1] >= 0 && px[1] <= height;
    if (!corners.every(isShown) || !corners.some(isInside)) return [];
    const points = corners.map((px) => px!.map((value) => value.toFixed(1)).join(',')).join(' ');
    return [{ key: `${x} ${y}`, points, seconds, share }];
  });
}
