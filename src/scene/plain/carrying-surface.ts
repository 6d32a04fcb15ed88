import { distanceField } from '../math/distance-field.ts';
import type { Standing } from './standing.ts';
import { eachCellNear, type TableGrid } from './table-grid.ts';

/** Through gaps between what is not open that are narrower than twice this nothing is reached, mm. */
const CLEARANCE = 15;
/** So far around a thing the surface that it stands on is looked for, mm. */
const AROUND = 50;
/** A surface carries a thing when it is at least this share of what is open around it. */
const LEAST_SHARE = 0.3;

/** How wide an outline may be, cells. */
const OUTLINE_CELLS = 2.5;
/** So far beside another surface nothing is open, cells: its outline is there. */
const BESIDE_CELLS = 1.5;
/** Of more things the first ones tell where the table is. */
const MOST_THINGS = 40;

/**
 * 1 for every open cell of the surfaces that things stand on: what can be reached from them over open cells without crossing an
 * outline. What an outline encloses is a thing, however like the table it is; a line that encloses nothing is grain or a seam.
 */
export function carryingSurface(
  grid: TableGrid,
  open: Uint8Array,
  isOutline: (cell: number) => boolean,
  standing: readonly Standing[],
): Uint8Array {
  const { columns, rows, cell } = grid;
  const closed = Uint8Array.from(open, (o, i) => (o === 0 || isOutline(i) ? 1 : 0));
  const clear = distanceField(closed, columns, rows);
  const clearance = CLEARANCE / cell;
  const surface = connected(clear, clearance, columns);
  const carrying = new Map<number, number>();
  for (const { at, reach } of standing) {
    const around = new Map<number, number>();
    let all = 0;
    eachCellNear(grid, at, reach + AROUND, (i) => {
      const s = surface[i]!;
      if (s === 0) return;
      around.set(s, (around.get(s) ?? 0) + 1);
      all++;
    });
    for (const [s, cells] of around) if (cells >= LEAST_SHARE * all) carrying.set(s, (carrying.get(s) ?? 0) + 1);
  }
  const between = surfacesBetween(grid, surface, standing);
  // One that only a thing at the edge of the table touches is the floor.
  const isTable = (s: number, things: number) => things > 1 || between.has(s);
  if ([...carrying].some(([s, things]) => isTable(s, things)))
    for (const [s, things] of carrying) if (!isTable(s, things)) carrying.delete(s);
  const away = (part: (s: number) => boolean) =>
    distanceField(
      Uint8Array.from(surface, (s) => Number(s > 0 && part(s))),
      columns,
      rows,
    );
  const mine = away((s) => carrying.has(s));
  const others = away((s) => !carrying.has(s));
  const most = clearance + OUTLINE_CELLS;
  return Uint8Array.from(open, (o, i) => (mine[i]! <= most && mine[i]! + BESIDE_CELLS < others[i]! ? o : 0));
}

/** Tables are convex: what lies between two things that stand on one is table. */
function surfacesBetween({ x, y, cell, columns }: TableGrid, surface: Int32Array, standing: readonly Standing[]) {
  const found = new Set<number>();
  const things = standing.slice(0, MOST_THINGS);
  for (const [k, { at: p }] of things.entries()) {
    for (const { at: q } of things.slice(k + 1)) {
      const steps = Math.ceil(Math.hypot(q.x - p.x, q.y - p.y) / cell);
      for (let step = 1; step < steps; step++) {
        const column = Math.floor((p.x + ((q.x - p.x) * step) / steps - x) / cell);
        const row = Math.floor((p.y + ((q.y - p.y) * step) / steps - y) / cell);
        found.add(surface[row * columns + column]!);
      }
    }
  }
  return found;
}

/** Numbers the parts of a grid that hang together where `clear` is at least `least`; 0 elsewhere. */
function connected(clear: Float32Array, least: number, columns: number): Int32Array {
  const part = new Int32Array(clear.length);
  const waiting: number[] = [];
  let parts = 0;
  const visit = (i: number) => {
    if (part[i] !== 0 || !(clear[i]! >= least)) return;
    part[i] = parts;
    waiting.push(i);
  };
  for (let start = 0; start < part.length; start++) {
    if (part[start] !== 0 || !(clear[start]! >= least)) continue;
    parts++;
    visit(start);
    for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
      const column = i % columns;
      if (column > 0) visit(i - 1);
      if (column + 1 < columns) visit(i + 1);
      if (i >= columns) visit(i - columns);
      if (i + columns < part.length) visit(i + columns);
    }
  }
  return part;
}
