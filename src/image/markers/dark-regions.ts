import type { Grey } from './grey.ts';

/** Darker than the mean around it by so many steps of 255 counts as dark. */
const DARKER = 6;

/**
 * 1 where a pixel is darker than the mean of the square around it (Bradley and Roth 2007, with a fixed step), else 0; a frame
 * of one pixel around it is 0: rows of `width + 2`.
 */
export function darkMask({ data, width, height }: Grey, radius: number, step = DARKER): Uint8Array {
  const stride = width + 1;
  const sums = new Uint32Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += data[y * width + x]!;
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
    }
  }
  const mask = new Uint8Array((width + 2) * (height + 2));
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - radius) * stride;
    const rows = Math.min(height, y + radius + 1) - Math.max(0, y - radius);
    const bottom = Math.min(height, y + radius + 1) * stride;
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - radius);
      const right = Math.min(width, x + radius + 1);
      const sum = sums[bottom + right]! - sums[bottom + left]! - sums[top + right]! + sums[top + left]!;
      if ((data[y * width + x]! + step) * rows * (right - left) < sum) mask[(y + 1) * (width + 2) + x + 1] = 1;
    }
  }
  return mask;
}

/** An image that asks for more is a pattern, not a desk. */
const MOST_STEPS = 20_000_000;

/** Steps to the eight neighbours, clockwise on the screen from the right one. */
const STEP_X = [1, 1, 0, -1, -1, -1, 0, 1];
const STEP_Y = [0, 1, 1, 1, 0, -1, -1, -1];

/**
 * Outer borders of the mask's regions, pixel by pixel (Moore's tracing, Jacob's criterion), each as x, y in turn. Only those of
 * `least` to `most` pixels are handed over, in memory that is used again.
 */
export function outerBorders(
  mask: Uint8Array,
  width: number,
  height: number,
  limits: { readonly least: number; readonly most: number },
  take: (points: Int32Array, count: number) => void,
): void {
  const stride = width + 2;
  const steps = STEP_X.map((x, i) => x + STEP_Y[i]! * stride);
  const points = new Int32Array(2 * limits.most + 2);
  let budget = MOST_STEPS;
  for (let y = 1; y <= height; y++) {
    for (let x = 1; x <= width; x++) {
      const start = y * stride + x;
      // 2: a border was traced here already.
      if (mask[start] !== 1 || mask[start - 1] !== 0) continue;
      let [at, px, py] = [start, x, y];
      // The neighbour on the left is empty: the search begins behind it.
      let from = 4;
      let count = 0;
      let first = -1;
      for (;;) {
        mask[at] = 2;
        if (count < limits.most) {
          points[2 * count] = px - 1;
          points[2 * count + 1] = py - 1;
        }
        count++;
        if (budget-- <= 0) return;
        let k = 1;
        while (k <= 8 && mask[at + steps[(from + k) & 7]!] === 0) k++;
        if (k > 8) break;
        const step = (from + k) & 7;
        if (at === start) {
          if (first === step) break;
          if (first < 0) first = step;
        }
        at += steps[step]!;
        px += STEP_X[step]!;
        py += STEP_Y[step]!;
        // Back to where it came from, then on clockwise.
        from = (step + 4) & 7;
      }
      if (count >= limits.least && count <= limits.most) take(points, count);
    }
  }
}
