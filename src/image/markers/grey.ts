/** Rows of `width` grey values, from the top; the middle of the first pixel is (0.5, 0.5). */
export interface Grey {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Between the pixels' middles; their border goes on outside. */
export function greyAt({ data, width, height }: Grey, x: number, y: number): number {
  const u = Math.min(width - 1.001, Math.max(0, x - 0.5));
  const v = Math.min(height - 1.001, Math.max(0, y - 0.5));
  const i = Math.floor(u);
  const j = Math.floor(v);
  const [s, t] = [u - i, v - j];
  const at = j * width + i;
  const right = i + 1 < width ? 1 : 0;
  const below = j + 1 < height ? width : 0;
  const upper = (1 - s) * data[at]! + s * data[at + right]!;
  const lower = (1 - s) * data[at + below]! + s * data[at + below + right]!;
  return (1 - t) * upper + t * lower;
}

/** Half as wide and high: each value the mean of four. */
export function halved({ data, width, height }: Grey): Grey {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      half[y * w + x] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]! + 2) >> 2;
    }
  }
  return { data: half, width: w, height: h };
}
