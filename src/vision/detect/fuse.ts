import type { Box } from '../../contract/detection.ts';
import { iou, topKByScore } from './nms.ts';
import type { RawDetection } from './postprocess.ts';

/** What one tile of an image showed: `window` and boxes in pixels of the whole image. */
export interface TileDetections {
  readonly window: Box;
  readonly rawDetections: readonly RawDetection[];
}

/** Boxes of different tiles that overlap by more are one object. */
const FUSION_IOU = 0.55;
/** A box that ends so near to a tile's inner border is cut off there: a share of the image's longer side. */
const CUT_MARGIN = 0.01;

/**
 * What several tiles of one image show together. Each object is seen by the tiles that hold it whole: its box is the
 * mean of theirs, weighted by score, and its score the mean over all of them, so a tile that saw nothing there counts
 * against it. After weighted boxes fusion (Solovyev et al. 2021, arXiv:1910.13302), with the tiles counted per place.
 */
export function weightedBoxFusion(perTile: readonly TileDetections[], width: number, height: number): RawDetection[] {
  const margin = CUT_MARGIN * Math.max(width, height);
  const whole = (box: Box, [left, top, right, bottom]: Box) =>
    (left === 0 || box[0] >= left + margin) &&
    (top === 0 || box[1] >= top + margin) &&
    (right === width || box[2] <= right - margin) &&
    (bottom === height || box[3] <= bottom - margin);

  const all = perTile.flatMap(({ window, rawDetections }, tile) =>
    rawDetections.filter(({ box }) => whole(box, window)).map((one) => ({ ...one, tile })),
  );
  const boxes = all.flatMap(({ box }) => box);
  const scores = all.map(({ score }) => score);
  const taken = new Set<number>();
  const fused: RawDetection[] = [];
  for (const first of topKByScore(scores, all.length)) {
    if (taken.has(first)) continue;
    const { classIndex } = all[first]!;
    const best = new Map([[all[first]!.tile, first]]);
    taken.add(first);
    for (const [i, other] of all.entries()) {
      if (taken.has(i) || other.classIndex !== classIndex || iou(boxes, first, i) <= FUSION_IOU) continue;
      taken.add(i);
      const rival = best.get(other.tile);
      if (rival === undefined || scores[i]! > scores[rival]!) best.set(other.tile, i);
    }
    const group = [...best.values()].map((i) => all[i]!);
    const box = meanBox(group);
    const holders = perTile.filter(({ window }) => whole(box, window)).length;
    const score = sum(group.map((g) => g.score)) / Math.max(holders, group.length);
    fused.push({ classIndex, score, box });
  }
  return fused.sort((a, b) => b.score - a.score);
}

const sum = (values: readonly number[]) => values.reduce((total, v) => total + v, 0);

/** Weighted by score; plain where all scores are 0. */
function meanBox(group: readonly RawDetection[]): Box {
  const total = sum(group.map((g) => g.score));
  const weight = (g: RawDetection) => (total > 0 ? g.score / total : 1 / group.length);
  const edge = (i: 0 | 1 | 2 | 3) => sum(group.map((g) => g.box[i] * weight(g)));
  return [edge(0), edge(1), edge(2), edge(3)];
}
