/**
 * The cheapest one-to-one pairing of rows and columns (Hungarian method with potentials, O(n³)). `cost(i, j)` is infinite
 * where the two cannot be a pair; as many as possible are paired first. Returns the column of each row, or -1.
 */
export function assign(rows: number, columns: number, cost: (row: number, column: number) => number): number[] {
  const size = Math.max(rows, columns);
  if (rows === 0 || columns === 0) return new Array<number>(rows).fill(-1);
  const never = FORBIDDEN * (size + 1);
  const at = (i: number, j: number): number => {
    if (i >= rows || j >= columns) return never;
    const c = cost(i, j);
    return Number.isFinite(c) ? Math.min(c, FORBIDDEN) : never;
  };
  const u = new Float64Array(size + 1);
  const v = new Float64Array(size + 1);
  /** Row (from 1) of each column (from 1); 0: none. */
  const rowOf = new Int32Array(size + 1);
  const way = new Int32Array(size + 1);
  for (let i = 1; i <= size; i++) {
    rowOf[0] = i;
    let column = 0;
    const least = new Float64Array(size + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(size + 1);
    do {
      used[column] = 1;
      const row = rowOf[column]!;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= size; j++) {
        if (used[j] === 1) continue;
        const reduced = at(row - 1, j - 1) - u[row]! - v[j]!;
        if (reduced < least[j]!) {
          least[j] = reduced;
          way[j] = column;
        }
        if (least[j]! < delta) {
          delta = least[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= size; j++) {
        if (used[j] === 1) {
          u[rowOf[j]!]! += delta;
          v[j]! -= delta;
        } else least[j]! -= delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    do {
      const before = way[column]!;
      rowOf[column] = rowOf[before]!;
      column = before;
    } while (column !== 0);
  }
  const columnOf = new Array<number>(rows).fill(-1);
  for (let j = 1; j <= columns; j++) {
    const row = rowOf[j]! - 1;
    if (row < rows && Number.isFinite(cost(row, j - 1))) columnOf[row] = j - 1;
  }
  return columnOf;
}

/** Dearer than any pair that may be one. */
const FORBIDDEN = 1e6;
