/** Farther than any grid is wide. */
const FAR = 1e12;

/**
 * Distance of every cell's middle from the middle of the nearest marked cell, in cells; infinite where none is marked. Rows of
 * `columns`. Exact, in linear time (Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, 2012).
 */
export function distanceField(marked: Uint8Array, columns: number, rows: number): Float32Array {
  const squares = new Float64Array(columns * rows);
  for (let i = 0; i < squares.length; i++) squares[i] = marked[i] ? 0 : FAR;
  const size = Math.max(columns, rows);
  const line = new Float64Array(size);
  const parabolas = new Int32Array(size);
  const ends = new Float64Array(size + 1);
  for (let x = 0; x < columns; x++) lowerEnvelope(squares, x, columns, rows, { line, parabolas, ends });
  for (let y = 0; y < rows; y++) lowerEnvelope(squares, y * columns, 1, columns, { line, parabolas, ends });
  return Float32Array.from(squares, (s) => (s >= FAR ? Number.POSITIVE_INFINITY : Math.sqrt(s)));
}

interface Scratch {
  readonly line: Float64Array;
  readonly parabolas: Int32Array;
  readonly ends: Float64Array;
}

/** In place: the least of all parabolas that stand on the values of one line. */
function lowerEnvelope(
  values: Float64Array,
  start: number,
  step: number,
  n: number,
  { line, parabolas, ends }: Scratch,
): void {
  for (let q = 0; q < n; q++) line[q] = values[start + q * step]!;
  let k = 0;
  parabolas[0] = 0;
  ends[0] = Number.NEGATIVE_INFINITY;
  ends[1] = Number.POSITIVE_INFINITY;
  for (let q = 1; q < n; q++) {
    let s = meet(line, q, parabolas[k]!);
    while (s <= ends[k]!) s = meet(line, q, parabolas[--k]!);
    parabolas[++k] = q;
    ends[k] = s;
    ends[k + 1] = Number.POSITIVE_INFINITY;
  }
  k = 0;
  for (let q = 0; q < n; q++) {
    while (ends[k + 1]! < q) k++;
    const p = parabolas[k]!;
    values[start + q * step] = Math.min(FAR, (q - p) * (q - p) + line[p]!);
  }
}

/** Where the parabolas that stand on two cells of a line meet. */
const meet = (line: Float64Array, q: number, p: number) => (line[q]! + q * q - line[p]! - p * p) / (2 * (q - p));
