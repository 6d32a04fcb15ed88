import type { ImageGradient } from '../../contract/image-gradient.ts';
import { distanceField } from '../math/distance-field.ts';
import { centreOf, depthInside } from '../math/geometry.ts';
import type { Footprint, Point, Scene, SceneObject } from '../types.ts';
import { carryingSurface } from './carrying-surface.ts';
import { BORDERED, COVERED, PLAIN, seenCells } from './seen-cells.ts';
import { eachCellNear, type TableGrid, tableGrid } from './table-grid.ts';

/**
 * Where the image shows plain table: no border of anything, not hidden by a detected thing, and reached from what stands on
 * the table without crossing a border. How often such a place is free in truth: docs/placement.md, "Free places".
 */
export interface PlainTable {
  readonly grid: TableGrid;
  /** 1 where a cell is plain table. */
  readonly plain: Uint8Array;
  /** What the image shows of each cell (`seen-cells.ts`). */
  readonly seen: Uint8Array;
}

/** What belongs to the table, lies flat on it, or is the table. */
const FLAT: ReadonlySet<string> = new Set([
  'table',
  'desk',
  'floor',
  'coaster',
  'desk_mat',
  'mat',
  'placemat',
  'paper',
  'tablecloth',
]);
/** What does not stand on the table. */
const BESIDE: ReadonlySet<string> = new Set(['table', 'desk', 'floor', 'person', 'chair', 'couch', 'bed', 'bench']);

/** How far beyond what stands on the table is looked, mm. */
const REACH = 420;

/**
 * Steps of brightness (Sobel's operator on 8-bit grey values) that are borders of something. Where the grain of a table is
 * as strong as the first, the next ones still tell of bold things, but too little to promise anything.
 */
export const BORDERS = [35, 60, 100] as const;

/** Null without millimetres, or where nothing stands on the table. */
export function plainTable(scene: Scene, image: ImageGradient, border: number = BORDERS[0]): PlainTable | null {
  const standing = scene.objects.filter((o) => o.footprint !== null && !BESIDE.has(o.class));
  const grid = tableGrid(
    scene,
    image,
    standing.flatMap((o) => pointsOf(o.footprint!)),
    REACH,
  );
  if (grid === null) return null;
  const boxes = scene.objects.filter((o) => !FLAT.has(o.class)).map((o) => o.bbox);
  const seen = seenCells(grid, image, boxes, border);
  const plain = carryingSurface(
    grid,
    seen,
    standing.map((o) => ({ at: centreOf(o.footprint!), reach: reachOf(o.footprint!) })),
  );
  return { grid, plain, seen };
}

/** Around where a thing stands the table is known that far, mm: it stands on it, and its box hides little there. */
const OWN_MM = 60;
/** A surface goes on so far beyond its outline, mm: its own border is nothing that lies there. */
const RIM_MM = 12;

/** Lengths in mm. */
export interface FreeGround {
  /** From a point to the nearest place that is not plain table; not above 0 there. */
  free(x: number, y: number): number;
  /** From a point to the nearest place where the table may end: what a detected thing hides does not count. */
  edge(x: number, y: number): number;
  /** True when the image shows enough plain table around to tell. */
  readonly told: boolean;
}

/** With less plain table than this share of what is not hidden around a thing, the image does not tell what is free. */
const LEAST_TOLD = 0.1;
const TOLD_MM = 300;

/**
 * The free ground for one thing that moves: where it stands is table, and so is what the given surfaces (coasters, mats)
 * cover unless something stands on them.
 */
export function freeGround(
  { grid, plain, seen }: PlainTable,
  moved: SceneObject,
  surfaces: readonly Footprint[],
): FreeGround {
  const taken = Uint8Array.from(plain, (p) => 1 - p);
  const { columns, rows } = grid;
  for (const surface of surfaces) {
    eachCellNear(grid, centreOf(surface), reachOf(surface) + RIM_MM, (i, distance, middle) => {
      const outside = beyond(surface, middle, distance);
      const isRim = seen[i] === BORDERED && Math.abs(outside) <= RIM_MM;
      if (isRim || (seen[i] === PLAIN && outside <= 0)) taken[i] = 0;
    });
  }
  const start = centreOf(moved.footprint!);
  let visible = 0;
  let open = 0;
  eachCellNear(grid, start, TOLD_MM, (i) => {
    if (seen[i] !== PLAIN && seen[i] !== BORDERED) return;
    visible++;
    if (taken[i] === 0) open++;
  });
  eachCellNear(grid, start, reachOf(moved.footprint!) + OWN_MM, (i) => {
    if (seen[i] === COVERED) taken[i] = 0;
  });
  // Beyond the grid nothing is known.
  for (let c = 0; c < columns; c++) taken[c] = taken[(rows - 1) * columns + c] = 1;
  for (let r = 0; r < rows; r++) taken[r * columns] = taken[(r + 1) * columns - 1] = 1;
  let edges: Float32Array | null = null;
  const free = distanceField(taken, columns, rows);
  return {
    told: open >= LEAST_TOLD * visible && visible > 0,
    free: (x, y) => between(grid, free, x, y),
    edge(x, y) {
      edges ??= distanceField(
        taken.map((t, i) => (seen[i] === COVERED ? 0 : t)),
        columns,
        rows,
      );
      return between(grid, edges, x, y);
    },
  };
}

/** A field of the grid at a place between its cells, mm (bilinear), less what the nearest cell itself takes; 0 outside. */
function between(
  { x: left, y: top, cell, columns, rows }: TableGrid,
  field: Float32Array,
  x: number,
  y: number,
): number {
  const u = (x - left) / cell - 0.5;
  const v = (y - top) / cell - 0.5;
  const c = Math.floor(u);
  const r = Math.floor(v);
  if (!(c >= 0 && r >= 0 && c + 1 < columns && r + 1 < rows)) return 0;
  const [a, b, i] = [u - c, v - r, r * columns + c];
  const upper = (1 - a) * field[i]! + a * field[i + 1]!;
  const lower = (1 - a) * field[i + columns]! + a * field[i + columns + 1]!;
  return ((1 - b) * upper + b * lower - 0.5) * cell;
}

/** How far beyond a footprint a point lies, mm; not above 0 inside. */
function beyond(f: Footprint, p: Point, fromCentre: number): number {
  return f.kind === 'disk' ? fromCentre - f.radius : -depthInside(f.points, p).depth;
}

function pointsOf(f: Footprint): readonly Point[] {
  if (f.kind === 'polygon') return f.points;
  const { centre: c, radius: r } = f;
  return [
    { x: c.x - r, y: c.y - r },
    { x: c.x + r, y: c.y + r },
  ];
}

/** Radius of the circle around a footprint's middle that holds all of it, mm. */
function reachOf(f: Footprint): number {
  if (f.kind === 'disk') return f.radius;
  const c = centreOf(f);
  return Math.max(...f.points.map((p) => Math.hypot(p.x - c.x, p.y - c.y)));
}
