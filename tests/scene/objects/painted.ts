import type { ImageGradient } from '../../../src/contract/image-gradient.ts';
import { sobel } from '../../../src/image/gradient.ts';
import { apply, inverse } from '../../../src/scene/math/mat3.ts';
import type { Mat3, Point } from '../../../src/scene/types.ts';

export interface Painted {
  readonly gradient: ImageGradient;
  /** Around what was painted, pixels. */
  readonly box: readonly [number, number, number, number];
}

/** An image of a plane where `inside` tells what is dark, each pixel from nine points. */
export function painted(width: number, height: number, homography: Mat3, inside: (p: Point) => boolean): Painted {
  const grey = new Uint8Array(width * height);
  const box: [number, number, number, number] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let hits = 0;
      for (const du of [1 / 6, 3 / 6, 5 / 6]) {
        for (const dv of [1 / 6, 3 / 6, 5 / 6]) if (inside(apply(homography, { x: x + du, y: y + dv }))) hits++;
      }
      grey[y * width + x] = 190 - (hits / 9) * 130;
      if (hits < 5) continue;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x + 1);
      box[3] = Math.max(box[3], y + 1);
    }
  }
  const soft = smooth(grey, width, height);
  return { gradient: { width, height, scaleX: 1, scaleY: 1, ...sobel(soft, width, height), grey: soft }, box };
}

/** Pixels of the image that show corners of the plane, mm. */
export function pixelsOf(homography: Mat3, corners: readonly Point[]): [number, number][] {
  const back = inverse(homography)!;
  return corners.map((c) => {
    const { x, y } = apply(back, c);
    return [x, y];
  });
}

/** A rectangle's inside: middle and size in mm, turn in radians. */
export function rectangle(at: Point, width: number, depth: number, turn: number): (p: Point) => boolean {
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  return ({ x, y }) => {
    const [dx, dy] = [x - at.x, y - at.y];
    return Math.abs(c * dx + s * dy) < width / 2 && Math.abs(c * dy - s * dx) < depth / 2;
  };
}

/** Blurred by about a pixel, as the product's gradients are: a binomial filter, twice. */
function smooth(grey: Uint8Array, width: number, height: number): Uint8Array {
  const at = (from: ArrayLike<number>, x: number, y: number) =>
    from[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!;
  const along = (from: ArrayLike<number>, dx: number, dy: number) =>
    Float64Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return (at(from, x - dx, y - dy) + 2 * at(from, x, y) + at(from, x + dx, y + dy)) / 4;
    });
  let out: ArrayLike<number> = grey;
  for (let round = 0; round < 2; round++) out = along(along(out, 1, 0), 0, 1);
  return Uint8Array.from(out, Math.round);
}
