import type { ImageGradient } from '../../contract/image-gradient.ts';
import { centreOf, depthInside } from '../math/geometry.ts';
import type { Footprint, Point, Scene } from '../types.ts';
import { freeScore } from './free-score.ts';
import { onTable, reachOf } from './standing.ts';
import { tableCells } from './table-cells.ts';
import { eachCellNear } from './table-grid.ts';

/** So far around a thing's outline is looked, mm. */
const AROUND_MM = 50;

/** The scene with how much table the image shows around each thing on it; as it is where the image cannot be asked. */
export function withTableSeen(scene: Scene, image: ImageGradient): Scene {
  if (scene.table.lines === undefined) return scene;
  const cells = tableCells(scene, image);
  if (cells === null) return scene;
  const { grid, visible, features } = cells;
  const score = freeScore(features, visible, grid.columns, grid.rows);
  const seenAround = Object.fromEntries(
    onTable(scene).map(({ id, footprint }) => {
      let seen = 0;
      eachCellNear(grid, centreOf(footprint), reachOf(footprint) + AROUND_MM, (i, distance, middle) => {
        const off = beyond(footprint, middle, distance);
        if (visible[i] && off > 0 && off <= AROUND_MM) seen += grid.cell ** 2 / (1 + Math.exp(-score[i]!));
      });
      return [id, seen];
    }),
  );
  return { ...scene, table: { ...scene.table, seenAround } };
}

/** How far beyond a footprint a point lies, mm; not above 0 inside. */
export function beyond(f: Footprint, p: Point, fromCentre: number): number {
  return f.kind === 'disk' ? fromCentre - f.radius : -depthInside(f.points, p).depth;
}
