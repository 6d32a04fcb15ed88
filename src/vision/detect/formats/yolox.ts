import { add, expectDims, floats, noCandidates, type OutputFormat, probability } from './format.ts';

const STRIDES = [8, 16, 32];

/** Cells of all three grids of a square input. */
export function yoloxCells(size: number): number {
  return STRIDES.reduce((sum, stride) => sum + Math.floor(size / stride) ** 2, 0);
}

/**
 * YOLOX without its decoding step: one output [n, cells, 5 + classes] of x, y, log w, log h relative to the cell,
 * objectness and class scores (both probabilities). Grids of stride 8, 16, 32 follow each other, row by row;
 * score = objectness * class.
 */
export const yolox: OutputFormat = {
  space: 'input',
  sizesInput: null,
  outputs: null,
  decode([tensor], index, { input, classCount }, threshold) {
    const all = floats(tensor, 'the output');
    const width = 5 + classCount;
    const cells = yoloxCells(input.size);
    expectDims(tensor!, [null, cells, width], 'the output');
    const candidates = noCandidates();
    let at = index * cells * width;
    for (const stride of STRIDES) {
      const grid = Math.floor(input.size / stride);
      for (let cell = 0; cell < grid * grid; cell++, at += width) {
        const objectness = probability(all[at + 4]!);
        if (objectness < threshold) continue;
        let classIndex = 0;
        let best = Number.NaN;
        for (let c = 0; c < classCount; c++) {
          if (!(all[at + 5 + c]! <= best)) {
            best = all[at + 5 + c]!;
            classIndex = c;
          }
        }
        const score = objectness * probability(best);
        if (score < threshold) continue;
        const x = (all[at]! + (cell % grid)) * stride;
        const y = (all[at + 1]! + Math.floor(cell / grid)) * stride;
        const w = (Math.exp(all[at + 2]!) * stride) / 2;
        const h = (Math.exp(all[at + 3]!) * stride) / 2;
        add(candidates, [x - w, y - h, x + w, y + h], score, classIndex);
      }
    }
    return candidates;
  },
};
