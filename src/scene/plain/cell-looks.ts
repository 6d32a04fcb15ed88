import { type ImageSums, KINDS } from './image-sums.ts';
import type { TableGrid } from './table-grid.ts';

/** What the image shows of every cell of the table, as means over its pixels; 0 where it is not in the image. */
export interface CellLooks {
  /** Share of its pixels on borders. */
  readonly border: Float32Array;
  readonly grey: Float32Array;
  /** The two colour differences of `ImageGradient`. */
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** Squared steps of brightness per pixel: along the table's x, its y, and their product (structure tensor on the table). */
  readonly xx: Float32Array;
  readonly yy: Float32Array;
  readonly xy: Float32Array;
  /** Pixels across it, the geometric mean of both sides. */
  readonly pixels: Float32Array;
}

export function cellLooks(grid: TableGrid, image: ImageSums): CellLooks {
  const { left, right, top, bottom, columns } = grid;
  const { sums, wide } = image;
  const n = left.length;
  const make = () => new Float32Array(n);
  const looks = {
    border: make(),
    grey: make(),
    u: make(),
    v: make(),
    xx: make(),
    yy: make(),
    xy: make(),
    pixels: make(),
  };
  const mean = new Float64Array(KINDS);
  for (let i = 0; i < n; i++) {
    if (right[i] === 0) continue;
    const [u1, u2, v1, v2] = [left[i]!, right[i]!, top[i]!, bottom[i]!];
    const count = (u2 - u1) * (v2 - v1);
    const first = KINDS * ((v1 - image.top) * wide + u1 - image.left);
    const across = KINDS * (u2 - u1);
    const down = KINDS * (v2 - v1) * wide;
    for (let k = 0; k < KINDS; k++) {
      const at = first + k;
      mean[k] = (sums[at + down + across]! - sums[at + across]! - sums[at + down]! + sums[at]!) / count;
    }
    looks.border[i] = mean[0]!;
    looks.grey[i] = mean[1]!;
    looks.u[i] = mean[2]!;
    looks.v[i] = mean[3]!;
    looks.pixels[i] = Math.sqrt(count);
    const [xx, yy, xy] = [mean[4]!, mean[5]!, mean[6]!];
    // Which way one cell to the right and one toward the viewer go in the image.
    const [ux, vx] = direction(grid, i, i + 1 < n && (i + 1) % columns > 0 ? i + 1 : i, 1, 0);
    const [uy, vy] = direction(grid, i, i + columns < n ? i + columns : i, 0, 1);
    looks.xx[i] = ux * ux * xx + vx * vx * yy + 2 * ux * vx * xy;
    looks.yy[i] = uy * uy * xx + vy * vy * yy + 2 * uy * vy * xy;
    looks.xy[i] = ux * uy * xx + vx * vy * yy + (ux * vy + vx * uy) * xy;
  }
  return looks;
}

/** Unit vector from one cell to another in the image; the given one where they are too close to tell. */
function direction({ left, right, top, bottom }: TableGrid, from: number, to: number, elseX: number, elseY: number) {
  if (right[to] === 0) return [elseX, elseY] as const;
  const x = (left[to]! + right[to]! - left[from]! - right[from]!) / 2;
  const y = (top[to]! + bottom[to]! - top[from]! - bottom[from]!) / 2;
  const length = Math.hypot(x, y);
  return length > 0.2 ? ([x / length, y / length] as const) : ([elseX, elseY] as const);
}
