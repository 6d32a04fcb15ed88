import type { ImageGradient } from '../../contract/image-gradient.ts';
import { edgeReaches, nearnessOf, tableBoxDepth } from '../measure.ts';
import type { MarginEvidence } from '../table/margin-features.ts';
import { marginsOf } from '../table/table-margin.ts';
import { SURE_SIDE } from '../table.ts';
import type { Scene, SceneObject } from '../types.ts';
import { freeScore } from './free-score.ts';
import { onTable } from './standing.ts';
import { tableAround } from './table-around.ts';
import { tableCells } from './table-cells.ts';

/** What the image tells of the table around each thing on it; empty where it cannot be asked. */
export function marginEvidence(scene: Scene, image: ImageGradient): Map<string, MarginEvidence> {
  const cells = scene.table.lines === undefined ? null : tableCells(scene, image);
  if (cells === null) return new Map();
  const { grid, visible, features } = cells;
  const score = freeScore(features, visible, grid.columns, grid.rows);
  const probability = score.map((s) => 1 / (1 + Math.exp(-s)));
  return new Map(
    onTable(scene).flatMap((o) => {
      const reaches = edgeReaches(scene, o);
      if (reaches === null) return [];
      const evidence: MarginEvidence = {
        around: tableAround(grid, visible, probability, o.footprint),
        sigma: placeSigma(o),
        border: reaches.border,
        lines: reaches.lines.map((l) => ({ ...l, sure: l.probability >= SURE_SIDE })),
        nearness: nearnessOf(scene, o),
        box: tableBoxDepth(scene, o),
      };
      return [[o.id, evidence] as const];
    }),
  );
}

const placeSigma = ({ covariance }: SceneObject) =>
  covariance === null ? 0 : Math.sqrt(Math.max(covariance.xx, covariance.yy));

/** The scene with how much table the image shows around each thing on it and how far it goes on there; as it is where the image cannot be asked. */
export function withTableSeen(scene: Scene, image: ImageGradient): Scene {
  if (scene.table.lines === undefined || image.grey === undefined) return scene;
  const evidence = marginEvidence(scene, image);
  const seenAround = Object.fromEntries([...evidence].map(([id, { around }]) => [id, around.close]));
  const goesOn = Object.fromEntries([...evidence].map(([id, e]) => [id, marginsOf(e)]));
  return { ...scene, table: { ...scene.table, seenAround, goesOn } };
}
