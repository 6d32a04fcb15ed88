import type { Box } from '../../contract/detection.ts';
import { classNames } from '../models/entry.ts';
import type { ModelEntry } from '../models/manifest.ts';
import type { OutputFormat, OutputTensor } from './formats/format.ts';
import { clampToImage, type Letterbox, toImage } from './letterbox.ts';
import { nonMaxSuppression, topKByScore } from './nms.ts';

/** One object as the model sees it: classes are its own, no threshold of a class is applied yet. */
export interface RawDetection {
  readonly classIndex: number;
  /** 0..1 */
  readonly score: number;
  /** Pixels of the upright image, inside it. */
  readonly box: Box;
}

/** From raw outputs to final boxes of image `index` of the batch: decode, suppress duplicates, undo the fit, clamp. */
export function postprocess(
  format: OutputFormat,
  outputs: readonly OutputTensor[],
  index: number,
  entry: ModelEntry,
  fit: Letterbox,
  threshold: number,
): RawDetection[] {
  const classCount = classNames(entry).length;
  const candidates = format.decode(outputs, index, { input: entry.input, classCount }, threshold);
  const kept =
    entry.nms_iou === null
      ? topKByScore(candidates.scores, entry.max_detections)
      : nonMaxSuppression(candidates, entry.nms_iou, entry.max_detections);
  return kept.flatMap((i) => {
    const [x1, y1, x2, y2] = candidates.boxes.slice(4 * i, 4 * i + 4) as [number, number, number, number];
    const box = clampToImage(format.space === 'input' ? toImage([x1, y1, x2, y2], fit) : [x1, y1, x2, y2], fit);
    const empty = box[2] <= box[0] || box[3] <= box[1];
    const score = Math.min(1, candidates.scores[i]!);
    return empty ? [] : [{ classIndex: candidates.classes[i]!, score, box }];
  });
}
