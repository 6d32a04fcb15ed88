import type { ImageGradient } from '../../contract/image-gradient.ts';
import { apply, inverse } from '../math/mat3.ts';
import type { Point, Scene } from '../types.ts';

/** Square cells of the table, row by row, with what part of the scaled-down image shows each. */
export interface TableGrid {
  /** Corner of the first cell and side of all, mm. */
  readonly x: number;
  readonly y: number;
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
  /** Of each cell: first and one past the last column and row of pixels; 0, 0 where the image does not show it. */
  readonly left: Uint16Array;
  readonly right: Uint16Array;
  readonly top: Uint16Array;
  readonly bottom: Uint16Array;
}

const CELL_MM = 10;
/** No more cells than about so many. */
const MOST = 16_000;
/** Nor so many along a side. */
const LONGEST = 400;
/** Nearer to the horizon than this share of the depth below the image's middle nothing is looked at. */
const HORIZON = 0.02;

/** Null without millimetres, or where the image shows nothing of it. `around`: points of the table; the grid goes `reach` mm beyond them. */
export function tableGrid(
  { calibration, width, height }: Pick<Scene, 'calibration' | 'width' | 'height'>,
  image: Pick<ImageGradient, 'width' | 'height' | 'scaleX' | 'scaleY'>,
  around: readonly Point[],
  reach: number,
): TableGrid | null {
  const { homography, view } = calibration;
  const toPx = homography === null ? null : inverse(homography);
  if (homography === null || toPx === null || around.length === 0) return null;
  const x = Math.min(...around.map((p) => p.x)) - reach;
  const y = Math.min(...around.map((p) => p.y)) - reach;
  const wide = Math.max(...around.map((p) => p.x)) + reach - x;
  const deep = Math.max(...around.map((p) => p.y)) + reach - y;
  if (!Number.isFinite(wide + deep)) return null;
  const cell = Math.max(CELL_MM, Math.sqrt((wide * deep) / MOST), Math.max(wide, deep) / LONGEST);
  const columns = Math.ceil(wide / cell);
  const rows = Math.ceil(deep / cell);

  const lower = apply(homography, view ? { x: view.width / 2, y: view.height } : { x: width / 2, y: height });
  const full = toPx[6] * lower.x + toPx[7] * lower.y + toPx[8];
  const u = new Float64Array((columns + 1) * (rows + 1));
  const v = new Float64Array(u.length);
  for (let i = 0; i < u.length; i++) {
    const c = i % (columns + 1);
    const px = x + c * cell;
    const py = y + ((i - c) / (columns + 1)) * cell;
    const w = toPx[6] * px + toPx[7] * py + toPx[8];
    const inView = w / full > HORIZON;
    u[i] = inView ? ((toPx[0] * px + toPx[1] * py + toPx[2]) / w) * image.scaleX : Number.NaN;
    v[i] = inView ? ((toPx[3] * px + toPx[4] * py + toPx[5]) / w) * image.scaleY : Number.NaN;
  }

  const n = columns * rows;
  const [left, right, top, bottom] = [0, 1, 2, 3].map(() => new Uint16Array(n)) as [
    Uint16Array,
    Uint16Array,
    Uint16Array,
    Uint16Array,
  ];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const k = row * (columns + 1) + column;
      const [a, b, c, d] = [k, k + 1, k + columns + 1, k + columns + 2];
      const u1 = Math.min(u[a]!, u[b]!, u[c]!, u[d]!);
      const u2 = Math.max(u[a]!, u[b]!, u[c]!, u[d]!);
      const v1 = Math.min(v[a]!, v[b]!, v[c]!, v[d]!);
      const v2 = Math.max(v[a]!, v[b]!, v[c]!, v[d]!);
      // The gradient is unknown along the border of the image.
      if (!(u1 >= 1 && v1 >= 1 && u2 <= image.width - 1 && v2 <= image.height - 1)) continue;
      const i = row * columns + column;
      left[i] = Math.floor(u1);
      right[i] = Math.max(Math.floor(u1) + 1, Math.ceil(u2));
      top[i] = Math.floor(v1);
      bottom[i] = Math.max(Math.floor(v1) + 1, Math.ceil(v2));
    }
  }
  return inSight({ x, y, cell, columns, rows, left, right, top, bottom });
}

/** The rows and columns that the image shows something of, and one more on each side. */
function inSight(grid: TableGrid): TableGrid | null {
  const { columns, rows, right } = grid;
  let [c1, r1, c2, r2] = [columns, rows, -1, -1];
  for (let i = 0; i < right.length; i++) {
    if (right[i] === 0) continue;
    const c = i % columns;
    const r = (i - c) / columns;
    c1 = Math.min(c1, c);
    c2 = Math.max(c2, c);
    r1 = Math.min(r1, r);
    r2 = Math.max(r2, r);
  }
  if (c2 < 0) return null;
  [c1, r1, c2, r2] = [
    Math.max(0, c1 - 1),
    Math.max(0, r1 - 1),
    Math.min(columns - 1, c2 + 1),
    Math.min(rows - 1, r2 + 1),
  ];
  const wide = c2 - c1 + 1;
  const deep = r2 - r1 + 1;
  const part = (of: Uint16Array) => {
    const out = new Uint16Array(wide * deep);
    for (let r = 0; r < deep; r++) {
      const first = (r + r1) * columns + c1;
      out.set(of.subarray(first, first + wide), r * wide);
    }
    return out;
  };
  return {
    x: grid.x + c1 * grid.cell,
    y: grid.y + r1 * grid.cell,
    cell: grid.cell,
    columns: wide,
    rows: deep,
    left: part(grid.left),
    right: part(grid.right),
    top: part(grid.top),
    bottom: part(grid.bottom),
  };
}

/** Calls `take` with every cell whose middle is at most `reach` mm from a place, and how far it is. */
export function eachCellNear(
  { x, y, cell, columns, rows }: TableGrid,
  at: Point,
  reach: number,
  take: (index: number, distance: number, middle: Point) => void,
): void {
  const first = (from: number, start: number) => Math.max(0, Math.floor((from - reach - start) / cell));
  const last = (from: number, start: number, count: number) =>
    Math.min(count - 1, Math.ceil((from + reach - start) / cell));
  for (let row = first(at.y, y); row <= last(at.y, y, rows); row++) {
    for (let column = first(at.x, x); column <= last(at.x, x, columns); column++) {
      const middle = { x: x + (column + 0.5) * cell, y: y + (row + 0.5) * cell };
      const distance = Math.hypot(middle.x - at.x, middle.y - at.y);
      if (distance <= reach) take(row * columns + column, distance, middle);
    }
  }
}
