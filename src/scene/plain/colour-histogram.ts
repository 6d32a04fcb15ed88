import type { CellLooks } from './cell-looks.ts';

const BINS = 16;
/** Widths of a bin of grey and of a colour difference. */
const GREY = 16;
const TINT = 5;
/** The least usual colour, as a share of the most usual one. */
const LEAST = 1e-3;

/** How usual the colour of a cell is among the weighted ones: logarithm of its share of the most usual colour's. */
export function usualColour({ grey, u, v }: CellLooks, weight: ArrayLike<number>): (cell: number) => number {
  const place = (i: number) => (bin(grey[i]!, 0, GREY) * BINS + bin(u[i]!, -40, TINT)) * BINS + bin(v[i]!, -40, TINT);
  let bins: Float32Array = new Float32Array(BINS ** 3);
  for (let i = 0; i < weight.length; i++) if (weight[i]! > 0) bins[place(i)]! += weight[i]!;
  for (const stride of [1, BINS, BINS * BINS]) bins = smoothed(bins, stride);
  const most = bins.reduce((a, b) => Math.max(a, b), 1e-9);
  const logs = bins.map((b) => Math.log(b / most + LEAST));
  return (cell) => logs[place(cell)]!;
}

const bin = (value: number, from: number, width: number) =>
  Math.max(0, Math.min(BINS - 1, Math.floor((value - from) / width)));

/** A quarter of each bin to each neighbour along one axis. */
function smoothed(bins: Float32Array, stride: number): Float32Array {
  return bins.map((b, i) => {
    const k = Math.floor(i / stride) % BINS;
    return b / 2 + (k > 0 ? bins[i - stride]! : 0) / 4 + (k + 1 < BINS ? bins[i + stride]! : 0) / 4;
  });
}
