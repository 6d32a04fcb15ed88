import type { ImageGradient } from '../../contract/image-gradient.ts';
import { distanceField } from '../math/distance-field.ts';
import { centreOf } from '../math/geometry.ts';
import type { Footprint, Scene, SceneObject } from '../types.ts';
import { carryingSurface } from './carrying-surface.ts';
import { freeScore } from './free-score.ts';
import { COVERED, UNSEEN } from './seen-cells.ts';
import { onTable, reachOf, standingOf } from './standing.ts';
import { beyond } from './table-around.ts';
import { tableCells } from './table-cells.ts';
import { eachCellNear, type TableGrid } from './table-grid.ts';

/**
 * From the surest: `plain` table by colour, texture and borders, reached from what stands on it; `likely` free, as most such places
 * are; `unclear`: seen, and no detected thing stands before it.
 */
export type PlainSight = 'plain' | 'likely' | 'unclear';

interface SightLimits {
  readonly sight: PlainSight;
  readonly leastLogOdds: number;
  /** Nothing goes beyond a line that is the table's edge with at least this probability. */
  readonly edge: number;
  /** So far off what is not free a thing is kept besides, mm. */
  readonly keptOffMm: number;
  /** Whether what has none of the table's colours may be free. */
  readonly anyColour: boolean;
}

/**
 * Log likelihood of the colours around a cell by those of the table at things' feet, below which they are not the table's, and their
 * difference in hue (of 255), which shadows do not make: something else lies there, whatever the rest of its looks.
 */
const STRANGE = { like: -1.2, tint: 15 } as const;

/**
 * What is looked for one after the other. How often such places are free in truth: docs/placement.md, "Free places". On 260 rendered
 * desks of other seeds two of 60 promised moves ended off the table, both beyond lines that are its edge with 0.2 to 0.3; of 30 moves
 * to places that are free with log odds below -0.5 (their mean), 23 ended off it or on something.
 */
export const SIGHTS: readonly SightLimits[] = [
  { sight: 'plain', leastLogOdds: 0.6, edge: 0.2, keptOffMm: 6, anyColour: false },
  { sight: 'likely', leastLogOdds: 0, edge: 0.2, keptOffMm: 0, anyColour: true },
  { sight: 'unclear', leastLogOdds: -0.7, edge: 0.2, keptOffMm: 0, anyColour: true },
];

/** What the image shows of the table around what stands on it. */
export interface PlainTable {
  readonly grid: TableGrid;
  /** What the image shows of each cell (`seen-cells.ts`). */
  readonly seen: Uint8Array;
  /** 1 where a cell is free table, for each of `SIGHTS`. */
  readonly open: readonly Uint8Array[];
  /** 1 where nothing's border runs through a cell. */
  readonly calm: Uint8Array;
}

/** Null without millimetres, or where nothing stands on the table that the image shows. */
export function plainTable(scene: Scene, image: ImageGradient): PlainTable | null {
  const cells = tableCells(scene, image);
  if (cells === null) return null;
  const { grid, seen, visible, features, height, border } = cells;
  const score = freeScore(features, visible, grid.columns, grid.rows);
  const { likeNear, tint } = features;
  const isStrange = (i: number) => likeNear[i]! < STRANGE.like && tint[i]! > STRANGE.tint;
  const open = SIGHTS.map(({ leastLogOdds, edge, anyColour }) =>
    Uint8Array.from(score, (s, i) =>
      Number(visible[i]! && s >= leastLogOdds && features.beyond[i]! < edge && (anyColour || !isStrange(i))),
    ),
  );
  const surest = carryingSurface(grid, open[0]!, (i) => height[i]! >= OUTLINE, onTable(scene).map(standingOf));
  return { grid, seen, open: [surest, ...open.slice(1)], calm: Uint8Array.from(border, (b) => Number(b < BORDERED)) };
}

/** Borders so high above the table's grain are outlines of something. */
const OUTLINE = 60;

/** With this share of its pixels on borders something lies in a cell. */
const BORDERED = 0.2;

/** Around where a thing stands the table is known that far, mm: it stands on it, and its box hides little there. */
const OWN_MM = 60;
/** A surface goes on so far beyond its outline, mm: its own border is nothing that lies there. */
const RIM_MM = 12;

/** Lengths in mm. */
export interface FreeGround {
  /** From a point to the nearest place that is not free; not above 0 there. */
  free(x: number, y: number): number;
  /** From a point to the nearest place where the table may end: what a detected thing hides does not count. */
  edge(x: number, y: number): number;
}

/**
 * The free ground for one thing that moves: where it stands is table, and so is what the given surfaces (coasters, mats)
 * cover unless something stands on them. `level`: which of `SIGHTS` is good enough.
 */
export function freeGround(
  { grid, open, seen, calm }: PlainTable,
  level: number,
  moved: SceneObject,
  surfaces: readonly Footprint[],
): FreeGround {
  const taken = Uint8Array.from(open[level]!, (o) => 1 - o);
  const { columns, rows } = grid;
  for (const surface of surfaces) {
    eachCellNear(grid, centreOf(surface), reachOf(surface) + RIM_MM, (i, distance, middle) => {
      if (seen[i] === COVERED || seen[i] === UNSEEN) return;
      const outside = beyond(surface, middle, distance);
      if (Math.abs(outside) <= RIM_MM || (outside <= 0 && calm[i])) taken[i] = 0;
    });
  }
  eachCellNear(grid, centreOf(moved.footprint!), reachOf(moved.footprint!) + OWN_MM, (i) => {
    if (seen[i] === COVERED) taken[i] = 0;
  });
  // Beyond the grid nothing is known.
  for (let c = 0; c < columns; c++) taken[c] = taken[(rows - 1) * columns + c] = 1;
  for (let r = 0; r < rows; r++) taken[r * columns] = taken[(r + 1) * columns - 1] = 1;
  let edges: Float32Array | null = null;
  const free = distanceField(taken, columns, rows);
  return {
    free: (x, y) => between(grid, free, x, y) - SIGHTS[level]!.keptOffMm,
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
