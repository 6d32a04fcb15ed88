/** Means over squares of cells, of those cells alone that a mask names. */
export interface MeansAround {
  /** The mean over the square that reaches so many cells to each side; 0 for cells beside the mask. */
  of(values: ArrayLike<number>, reach: number): Float32Array;
  /** The share of the square that the mask names. */
  share(reach: number): Float32Array;
}

export function meansAround(mask: Uint8Array, columns: number, rows: number): MeansAround {
  const wide = columns + 1;
  const counts = new Float64Array(wide * (rows + 1));
  const sums = new Float64Array(wide * (rows + 1));
  integrate(counts, mask);
  return {
    of(values, reach) {
      integrate(sums, values);
      return squares(reach, (at) => at(sums) / at(counts));
    },
    share: (reach) => squares(reach, (at, area) => at(counts) / area),
  };

  function integrate(into: Float64Array, values: ArrayLike<number>): void {
    for (let r = 0; r < rows; r++) {
      let total = 0;
      for (let c = 0; c < columns; c++) {
        const i = r * columns + c;
        if (mask[i]) total += values[i]!;
        into[(r + 1) * wide + c + 1] = into[r * wide + c + 1]! + total;
      }
    }
  }

  function squares(reach: number, value: (at: (s: Float64Array) => number, area: number) => number): Float32Array {
    const out = new Float32Array(mask.length);
    for (let r = 0; r < rows; r++) {
      const above = Math.max(0, r - reach) * wide;
      const below = Math.min(rows, r + reach + 1) * wide;
      for (let c = 0; c < columns; c++) {
        const i = r * columns + c;
        if (!mask[i]) continue;
        const left = Math.max(0, c - reach);
        const right = Math.min(columns, c + reach + 1);
        const at = (s: Float64Array) => s[below + right]! - s[above + right]! - s[below + left]! + s[above + left]!;
        out[i] = value(at, ((right - left) * (below - above)) / wide);
      }
    }
    return out;
  }
}
