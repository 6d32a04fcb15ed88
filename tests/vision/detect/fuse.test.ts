import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/contract/detection.ts';
import { weightedBoxFusion } from '../../../src/vision/detect/fuse.ts';
import type { RawDetection } from '../../../src/vision/detect/postprocess.ts';

const WHOLE: Box = [0, 0, 100, 100];
const LEFT: Box = [0, 0, 60, 100];
const mug = (score: number, box: Box, classIndex = 0): RawDetection => ({ classIndex, score, box });

describe('weightedBoxFusion', () => {
  it('means the boxes by score, and the score over all tiles that hold the place', () => {
    const found = weightedBoxFusion(
      [
        { window: WHOLE, rawDetections: [mug(0.6, [10, 10, 30, 30])] },
        { window: LEFT, rawDetections: [mug(0.3, [13, 10, 33, 30])] },
        { window: WHOLE, rawDetections: [] },
      ],
      100,
      100,
    );
    expect(found).toHaveLength(1);
    expect(found[0]!.score).toBeCloseTo(0.3);
    expect(found[0]!.box.map((v) => Math.round(v * 1e6) / 1e6)).toEqual([11, 10, 31, 30]);
  });

  it('asks only the tiles that can see the whole object', () => {
    const found = weightedBoxFusion(
      [
        { window: WHOLE, rawDetections: [mug(0.8, [50, 10, 90, 30])] },
        { window: LEFT, rawDetections: [mug(0.9, [50, 10, 60, 30])] },
      ],
      100,
      100,
    );
    expect(found).toEqual([mug(0.8, [50, 10, 90, 30])]);
  });

  it('keeps what ends at the border of the image itself', () => {
    expect(weightedBoxFusion([{ window: LEFT, rawDetections: [mug(0.5, [0, 80, 20, 100])] }], 100, 100)).toHaveLength(
      1,
    );
  });

  it('takes one box of each tile for an object, the surest, and leaves neighbours and other classes alone', () => {
    const found = weightedBoxFusion(
      [
        {
          window: WHOLE,
          rawDetections: [mug(0.5, [10, 10, 30, 30]), mug(0.9, [11, 10, 31, 30]), mug(0.4, [60, 10, 80, 30])],
        },
        { window: WHOLE, rawDetections: [mug(0.9, [11, 10, 31, 30], 1)] },
      ],
      100,
      100,
    );
    expect(found.map((f) => [f.classIndex, f.score, f.box[0]])).toEqual([
      [0, 0.45, 11],
      [1, 0.45, 11],
      [0, 0.2, 60],
    ]);
  });

  it('of one tile of the whole image, gives back what does not overlap', () => {
    expect(weightedBoxFusion([{ window: WHOLE, rawDetections: [] }], 100, 100)).toEqual([]);
    const apart = [mug(0.7, [0, 0, 10, 10]), mug(0.3, [40, 40, 60, 60]), mug(0, [80, 80, 90, 90])];
    const found = weightedBoxFusion([{ window: WHOLE, rawDetections: apart }], 100, 100);
    expect(found.map((f) => [f.score, ...f.box.map((v) => Math.round(v * 1e9) / 1e9)])).toEqual(
      apart.map((f) => [f.score, ...f.box]),
    );
  });

  it('never leaves the image, never raises a score, never invents a box', () => {
    const number = fc.integer({ min: 0, max: 80 });
    const one = fc
      .tuple(number, number, fc.integer({ min: 1, max: 20 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2))
      .map(([x, y, side, score, c]) => mug(score, [x, y, x + side, y + side], c));
    const tile = fc.record({ window: fc.constant(WHOLE), rawDetections: fc.array(one, { maxLength: 12 }) });
    fc.assert(
      fc.property(fc.array(tile, { minLength: 1, maxLength: 4 }), (tiles) => {
        const all = tiles.flatMap((v) => v.rawDetections);
        const fused = weightedBoxFusion(tiles, 100, 100);
        expect(fused.length).toBeLessThanOrEqual(all.length);
        for (const f of fused) {
          expect(f.score).toBeLessThanOrEqual(Math.max(...all.map((a) => a.score)) + 1e-12);
          expect(f.box.every((v) => v >= -1e-9 && v <= 100 + 1e-9)).toBe(true);
          expect(all.some((a) => a.classIndex === f.classIndex)).toBe(true);
        }
        expect(fused.map((f) => f.score)).toEqual(fused.map((f) => f.score).toSorted((a, b) => b - a));
      }),
    );
  });
});
