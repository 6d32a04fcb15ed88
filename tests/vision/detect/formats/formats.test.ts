import { describe, expect, it } from 'vitest';
import { deim } from '../../../../src/vision/detect/formats/deim.ts';
import { desk } from '../../../../src/vision/detect/formats/desk.ts';
import type { OutputFormat, OutputTensor } from '../../../../src/vision/detect/formats/format.ts';
import { yolov8 } from '../../../../src/vision/detect/formats/yolov8.ts';
import { yolox, yoloxCells } from '../../../../src/vision/detect/formats/yolox.ts';
import { tinyDesk, tinyEntry } from '../../support/tiny-desk.ts';

const input = tinyEntry(tinyDesk()).input;
const entry = { input, classCount: 2 };
const tensor = (dims: number[], values: number[] = []): OutputTensor => {
  const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
  data.set(values);
  return { data, dims };
};

describe('yolov8', () => {
  // two anchors; rows are x, y, w, h, class 0, class 1
  const rows = [10, 20, 12, 22, 4, 8, 2, 6, 0.1, 0.9, 0.7, 0.3];

  it('takes the best class of each anchor and turns centres into corners', () => {
    expect(yolov8.decode([tensor([1, 6, 2], rows)], 0, entry, 0.5)).toEqual({
      boxes: [8, 11, 12, 13, 16, 19, 24, 25],
      scores: [expect.closeTo(0.7, 6), expect.closeTo(0.9, 6)],
      classes: [1, 0],
    });
  });

  it('reads its own image of a batch and drops what is below the threshold', () => {
    const batch = tensor([2, 6, 2], [...Array(12).fill(0), ...rows]);
    expect(yolov8.decode([batch], 0, entry, 0.5).scores).toEqual([]);
    expect(yolov8.decode([batch], 1, entry, 0.8).classes).toEqual([0]);
  });
});

describe('yolox', () => {
  // 32 x 32: grids of 4 x 4, 2 x 2 and 1 x 1 cells
  it('counts the cells of all grids', () => {
    expect(yoloxCells(32)).toBe(21);
    expect(yoloxCells(416)).toBe(3549);
  });

  it('adds the cell, scales by the stride and multiplies objectness with the class score', () => {
    const cells = tensor([1, 21, 7]);
    (cells.data as Float32Array).set([0.5, 0.25, 0, Math.log(2), 0.8, 0.1, 0.9], 7 * 6); // stride 8, cell (2, 1)
    (cells.data as Float32Array).set([0.5, 0.5, 0, 0, 0.9, 1, 0], 7 * 20); // stride 32, the only cell
    const { boxes, scores, classes } = yolox.decode([cells], 0, entry, 0.5);
    expect(boxes.map((v) => Math.round(v * 1000) / 1000)).toEqual([16, 2, 24, 18, 0, 0, 32, 32]);
    expect(scores).toEqual([expect.closeTo(0.72, 6), expect.closeTo(0.9, 6)]);
    expect(classes).toEqual([1, 0]);
  });

  it('judges the product, not the objectness', () => {
    const cells = tensor([1, 21, 7], [0, 0, 0, 0, 0.6, 0.6, 0]);
    expect(yolox.decode([cells], 0, entry, 0.5).scores).toEqual([]);
  });
});

describe.each<[string, OutputFormat, string | null]>([
  ['deim', deim, 'orig_target_sizes'],
  ['desk', desk, null],
])('%s', (_, format, sizesInput) => {
  const labels: OutputTensor = { data: BigInt64Array.from([0n, 7n, 1n, 1n, 0n, -1n]), dims: [2, 3] };
  const boxes = tensor([2, 3, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 10, 20, 30, 40]);
  const scores = tensor([2, 3], [0.9, 0.2, 0.3, 0.6, 0.5, 0]);

  it('reads labels, boxes and scores of its image; of what is below the threshold no label is asked', () => {
    expect(format.sizesInput).toBe(sizesInput);
    expect(format.decode([labels, boxes, scores], 0, entry, 0.5)).toMatchObject({ boxes: [1, 2, 3, 4], classes: [0] });
    expect(format.decode([labels, boxes, scores], 1, entry, 0.55)).toMatchObject({
      boxes: [10, 20, 30, 40],
      classes: [1],
    });
  });

  it.each([
    ['labels of another type', [scores, boxes, scores]],
    ['boxes with three corners', [labels, tensor([2, 3, 3]), scores]],
    ['fewer labels than scores', [{ ...labels, dims: [2, 2] }, boxes, scores]],
    ['no outputs', []],
    ['a label that no class has', [{ ...labels, data: BigInt64Array.from([7n, 0n, 0n, 0n, 0n, 0n]) }, boxes, scores]],
    ['a negative label', [{ ...labels, data: BigInt64Array.from([-1n, 0n, 0n, 0n, 0n, 0n]) }, boxes, scores]],
    ['a score above 1', [labels, boxes, tensor([2, 3], [0.9, 0.2, 7])]],
    ['a score below 0', [labels, boxes, tensor([2, 3], [0.9, -0.5])]],
    ['a score that is no number', [labels, boxes, tensor([2, 3], [0.9, Number.NaN])]],
    ['a box in nowhere', [labels, tensor([2, 3, 4], [1e38, 0, 1e38, 1]), scores]],
  ])('refuses %s', (_name, outputs) => {
    expect(() => format.decode(outputs, 0, entry, 0.5)).toThrow(expect.objectContaining({ name: 'ShapeError' }));
  });
});

describe('every format', () => {
  it.each([
    ['yolov8', yolov8, [1, 7, 2]],
    ['yolox', yolox, [1, 20, 7]],
    ['yolox', yolox, [1, 21, 8]],
  ])('%s refuses shape %j', (_, format, dims) => {
    expect(() => format.decode([tensor(dims as number[])], 0, entry, 0.5)).toThrow(
      expect.objectContaining({ name: 'ShapeError' }),
    );
  });

  it.each<[string, OutputFormat, OutputTensor]>([
    ['a box that is no number', yolov8, tensor([1, 6, 1], [Number.NaN, 1, 1, 1, 0.9, 0])],
    ['a score that is no number', yolov8, tensor([1, 6, 1], [1, 1, 1, 1, Number.NaN, Number.NaN])],
    ['a score above 1', yolov8, tensor([1, 6, 1], [1, 1, 1, 1, 0.2, 3.5])],
    ['scores below 0', yolov8, tensor([1, 6, 1], [1, 1, 1, 1, -4, -3])],
    ['a box without an end', yolox, tensor([1, 21, 7], [0, 0, 1000, 0, 1, 1, 0])],
    ['an objectness above 1', yolox, tensor([1, 21, 7], [0, 0, 0, 0, 2, 1, 0])],
    ['an objectness that is no number', yolox, tensor([1, 21, 7], [0, 0, 0, 0, Number.NaN, 1, 0])],
    ['class scores that are no numbers', yolox, tensor([1, 21, 7], [0, 0, 0, 0, 1, Number.NaN, Number.NaN])],
  ])('takes no %s for an empty desk', (_, format, output) => {
    expect(() => format.decode([output], 0, entry, 0.5)).toThrow(expect.objectContaining({ name: 'ShapeError' }));
  });

  it('takes what half precision rounds beside 1', () => {
    expect(yolov8.decode([tensor([1, 6, 1], [9, 9, 2, 2, 1.0005, 0])], 0, entry, 0.5).scores).toHaveLength(1);
  });
});
