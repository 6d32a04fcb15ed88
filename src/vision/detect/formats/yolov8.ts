import { add, expectDims, floats, noCandidates, type OutputFormat, probability } from './format.ts';

/**
 * YOLOv8, YOLO11 and their like: one output [n, 4 + classes, anchors] of centre x, centre y, width, height in input
 * pixels and class scores that are probabilities already. Read row by row, which is the order in memory.
 */
export const yolov8: OutputFormat = {
  space: 'input',
  sizesInput: null,
  outputs: null,
  decode([tensor], index, { classCount }, threshold) {
    const all = floats(tensor, 'the output');
    expectDims(tensor!, [null, 4 + classCount, null], 'the output');
    const anchors = tensor!.dims[2]!;
    const rows = all.subarray(index * (4 + classCount) * anchors, (index + 1) * (4 + classCount) * anchors);
    const best = new Float32Array(anchors).fill(Number.NaN);
    const classOf = new Uint16Array(anchors);
    for (let c = 0; c < classCount; c++) {
      const row = (4 + c) * anchors;
      for (let a = 0; a < anchors; a++) {
        if (!(rows[row + a]! <= best[a]!)) {
          best[a] = rows[row + a]!;
          classOf[a] = c;
        }
      }
    }
    const candidates = noCandidates();
    for (let a = 0; a < anchors; a++) {
      if (probability(best[a]!) < threshold) continue;
      const [x, y] = [rows[a]!, rows[anchors + a]!];
      const [w, h] = [rows[2 * anchors + a]! / 2, rows[3 * anchors + a]! / 2];
      add(candidates, [x - w, y - h, x + w, y + h], best[a]!, classOf[a]!);
    }
    return candidates;
  },
};
