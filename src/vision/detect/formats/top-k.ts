import { ShapeError } from '../../runtime/shape-error.ts';
import type { Candidates } from '../nms.ts';
import { add, expectDims, floats, noCandidates, type OutputTensor, probability } from './format.ts';

/** Reads labels int64 [n, k], boxes float32 [n, k, 4] as x1, y1, x2, y2 and scores float32 [n, k]. */
export function decodeTopK(
  [labels, boxes, scores]: readonly OutputTensor[],
  index: number,
  classCount: number,
  threshold: number,
): Candidates {
  const score = floats(scores, '"scores"');
  const box = floats(boxes, '"boxes"');
  if (!(labels?.data instanceof BigInt64Array)) throw new ShapeError('"labels" is not int64');
  const [n, k] = scores!.dims;
  expectDims(scores!, [null, null], '"scores"');
  expectDims(boxes!, [n!, k!, 4], '"boxes"');
  expectDims(labels, [n!, k!], '"labels"');
  const candidates = noCandidates();
  for (let i = index * k!; i < (index + 1) * k!; i++) {
    if (probability(score[i]!) < threshold) continue;
    const label = Number(labels.data[i]);
    if (label < 0 || label >= classCount) throw new ShapeError(`a label is ${label}, of ${classCount} classes`);
    add(candidates, [box[4 * i]!, box[4 * i + 1]!, box[4 * i + 2]!, box[4 * i + 3]!], score[i]!, label);
  }
  return candidates;
}
