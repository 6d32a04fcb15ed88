import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { desk } from '../../../src/vision/detect/formats/desk.ts';
import type { OutputTensor } from '../../../src/vision/detect/formats/format.ts';
import { clampToImage, letterbox, toImage } from '../../../src/vision/detect/letterbox.ts';
import { nonMaxSuppression, topKByScore } from '../../../src/vision/detect/nms.ts';
import { pack, unpack } from '../../../src/vision/detect/packed-detections.ts';
import { postprocess } from '../../../src/vision/detect/postprocess.ts';
import { tinyDesk, tinyEntry } from '../support/tiny-desk.ts';

const candidates = (...rows: [classIndex: number, score: number, ...box: number[]][]) => ({
  boxes: rows.flatMap(([, , ...box]) => box),
  scores: rows.map((r) => r[1]),
  classes: rows.map((r) => r[0]),
});

describe('nonMaxSuppression', () => {
  it('keeps the strongest of boxes that overlap within a class', () => {
    const found = candidates(
      [0, 0.5, 0, 0, 10, 10],
      [0, 0.9, 1, 0, 11, 10],
      [1, 0.4, 0, 0, 10, 10],
      [0, 0.3, 8, 0, 18, 10],
    );
    expect(nonMaxSuppression(found, 0.6, 100)).toEqual([1, 2, 3]);
  });

  it('keeps what overlaps exactly as much as allowed', () => {
    const found = candidates([0, 0.9, 0, 0, 10, 10], [0, 0.8, 0, 0, 10, 5]);
    expect(nonMaxSuppression(found, 0.5, 100)).toEqual([0, 1]);
    expect(nonMaxSuppression(found, 0.49, 100)).toEqual([0]);
  });

  it('does not stumble over empty boxes', () => {
    expect(nonMaxSuppression(candidates([0, 0.9, 5, 5, 5, 5], [0, 0.8, 5, 5, 5, 5]), 0.6, 100)).toEqual([0, 1]);
  });

  it('returns at most what is asked for, strongest first, earlier first at equal scores', () => {
    const far = Array.from(
      { length: 5 },
      (_, i) => [0, 0.5, 20 * i, 0, 20 * i + 10, 10] as [number, number, ...number[]],
    );
    expect(nonMaxSuppression(candidates(...far), 0.6, 3)).toEqual([0, 1, 2]);
    expect(topKByScore([0.1, 0.9, 0.9, 0.5], 3)).toEqual([1, 2, 3]);
  });

  it('ends soon at threshold 0', () => {
    const many = Array.from(
      { length: 8400 },
      (_, i) => [i % 80, 1 / (i + 1), i, 0, i + 5, 5] as [number, number, ...number[]],
    );
    expect(nonMaxSuppression(candidates(...many), 0.6, 300)).toHaveLength(300);
  });
});

describe('fit', () => {
  it('letterboxes into the centre or the top left corner', () => {
    const image = { width: 200, height: 101 };
    expect(letterbox(image, { size: 100, fit: 'letterbox-centre' })).toMatchObject({
      width: 100,
      height: 51,
      padX: 0,
      padY: 24,
    });
    expect(letterbox(image, { size: 100, fit: 'letterbox-top-left' })).toMatchObject({
      width: 100,
      height: 51,
      padY: 0,
    });
    expect(letterbox(image, { size: 100, fit: 'stretch' })).toMatchObject({ width: 100, height: 100, scaleX: 0.5 });
  });

  it('keeps a pixel of an extremely narrow image', () => {
    expect(letterbox({ width: 16_000, height: 1 }, { size: 320, fit: 'letterbox-centre' })).toMatchObject({
      height: 1,
    });
  });

  it('is undone exactly', () => {
    const side = fc.integer({ min: 1, max: 4096 });
    const fits = fc.constantFrom('letterbox-centre' as const, 'letterbox-top-left' as const, 'stretch' as const);
    fc.assert(
      fc.property(side, side, fits, fc.double({ min: 0, max: 1, noNaN: true }), (width, height, kind, t) => {
        const fit = letterbox({ width, height }, { size: 416, fit: kind });
        expect(fit.padX + fit.width).toBeLessThanOrEqual(416);
        expect(fit.padY + fit.height).toBeLessThanOrEqual(416);
        const [x, y] = [t * width, t * height];
        const there = [x * fit.scaleX + fit.padX, y * fit.scaleY + fit.padY] as const;
        const back = toImage([...there, ...there], fit);
        expect(back[0]).toBeCloseTo(x, 6);
        expect(back[1]).toBeCloseTo(y, 6);
      }),
    );
  });

  it('clamps to the image', () => {
    const fit = letterbox({ width: 20, height: 10 }, { size: 100, fit: 'stretch' });
    expect(clampToImage([-5, 2, 25, 12], fit)).toEqual([0, 2, 20, 10]);
  });
});

describe('postprocess', () => {
  const entry = tinyEntry(tinyDesk(), { nms_iou: 0.6, max_detections: 2 });
  const fit = letterbox({ width: 64, height: 64 }, entry.input);
  const outputs = (boxes: number[], scores: number[]): OutputTensor[] => [
    { data: BigInt64Array.from(scores.map(() => 0n)), dims: [1, scores.length] },
    { data: Float32Array.from(boxes), dims: [1, scores.length, 4] },
    { data: Float32Array.from(scores), dims: [1, scores.length] },
  ];

  it('suppresses, scales, clamps and sorts', () => {
    const found = postprocess(
      desk,
      outputs([0, 0, 4, 4, 0, 0, 4, 4, -2, 20, 8, 40], [0.5, 0.6, 0.75]),
      0,
      entry,
      fit,
      0.3,
    );
    expect(found).toEqual([
      { classIndex: 0, score: 0.75, box: [0, 40, 16, 64] },
      { classIndex: 0, score: expect.closeTo(0.6, 6), box: [0, 0, 8, 8] },
    ]);
  });

  it('drops what lies outside the image and never exceeds the limit', () => {
    const three = [-9, -9, -1, -1, 0, 0, 4, 4, 8, 8, 12, 12, 20, 20, 24, 24];
    const found = postprocess(desk, outputs(three, [0.9, 0.8, 0.7, 0.6]), 0, { ...entry, nms_iou: null }, fit, 0.3);
    expect(found.map((f) => f.box)).toEqual([[0, 0, 8, 8]]);
  });

  it('never reports a confidence above 1', () => {
    expect(postprocess(desk, outputs([0, 0, 4, 4], [1.0001]), 0, entry, fit, 0.3)[0]!.score).toBe(1);
  });

  it('travels between threads unchanged', () => {
    const found = [{ classIndex: 79, score: 0.123456789, box: [0.1, 1e-9, 4095.5, 3] as const }];
    expect(unpack(pack(found))).toEqual(found);
    expect(unpack(pack([]))).toEqual([]);
  });
});
