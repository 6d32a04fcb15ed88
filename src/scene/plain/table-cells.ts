import type { ImageGradient } from '../../contract/image-gradient.ts';
import type { Footprint, Point, Scene } from '../types.ts';
import { beyondEdges } from './beyond-edges.ts';
import { type CellFeatures, cellFeatures } from './cell-features.ts';
import { cellLooks } from './cell-looks.ts';
import { imageSums } from './image-sums.ts';
import { seenCells, VISIBLE } from './seen-cells.ts';
import { onTable, standingOf } from './standing.ts';
import { type TableGrid, tableGrid } from './table-grid.ts';

/** The table around what stands on it, in cells, and what the image tells of each. */
export interface TableCells {
  readonly grid: TableGrid;
  /** What the image shows of each cell (`seen-cells.ts`). */
  readonly seen: Uint8Array;
  readonly visible: Uint8Array;
  readonly features: CellFeatures;
  /** How much more of a border runs through a cell than the table's own grain makes, 0 to about 100. */
  readonly height: Float32Array;
  /** Share of a cell's pixels on borders of something. */
  readonly border: Float32Array;
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

/** How far beyond what stands on the table is looked, mm. */
const REACH = 400;

const lastCells = new WeakMap<ImageGradient, { readonly of: Scene['objects']; readonly cells: TableCells | null }>();

/**
 * Null without millimetres or grey values, or where nothing stands on the table that the image shows. Judging and placing ask for
 * the same one after the other.
 */
export function tableCells(scene: Scene, image: ImageGradient): TableCells | null {
  const last = lastCells.get(image);
  if (last?.of === scene.objects) return last.cells;
  const cells = cellsOf(scene, image);
  lastCells.set(image, { of: scene.objects, cells });
  return cells;
}

function cellsOf(scene: Scene, image: ImageGradient): TableCells | null {
  const { grey } = image;
  const things = onTable(scene);
  const grid = tableGrid(
    scene,
    image,
    things.flatMap((o) => pointsOf(o.footprint)),
    REACH,
  );
  if (grid === null || grey === undefined) return null;
  const seen = seenCells(
    grid,
    image,
    scene.objects.filter((o) => !FLAT.has(o.class)).map((o) => o.bbox),
  );
  const looks = cellLooks(grid, imageSums({ ...image, grey }, grid));
  const found = cellFeatures(grid, looks, seen, things.map(standingOf), beyondEdges(scene));
  const visible = Uint8Array.from(seen, (s) => Number(s === VISIBLE));
  return found && { grid, seen, visible, ...found, border: looks.border };
}

function pointsOf(f: Footprint): readonly Point[] {
  if (f.kind === 'polygon') return f.points;
  const { centre: c, radius: r } = f;
  return [
    { x: c.x - r, y: c.y - r },
    { x: c.x + r, y: c.y + r },
  ];
}
