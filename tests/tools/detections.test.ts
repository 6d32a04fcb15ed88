import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readArguments } from '../../src/gateway/lenient/read-arguments.ts';
import { analyzeImage } from '../../tools/analyze-image.ts';

/** Detections as detectors and people write them. */
const read = (detections: unknown) =>
  (readArguments(analyzeImage, { detections }) as { detections: { bbox: number[] }[] }).detections;

describe('boxes with names', () => {
  const box = (bbox: unknown) => read([{ class: 'mug', bbox }])[0]!.bbox;

  it.each([
    [{ x1: 10, y1: 20, x2: 40, y2: 60 }],
    [{ y2: 60, x2: 40, y1: 20, x1: 10 }],
    [{ xmin: 10, ymin: 20, xmax: 40, ymax: 60 }],
    [{ x: 10, y: 20, width: 30, height: 40 }],
    [{ x: '10', y: '20', w: '30', h: '40' }],
    [{ left: 10, top: 20, right: 40, bottom: 60 }],
    ['{"x1":10,"y1":20,"x2":40,"y2":60}'],
    ['[10, 20, 40, 60]'],
  ])('%j', (bbox) => {
    expect(box(bbox)).toEqual([10, 20, 40, 60]);
  });

  it.each([
    [{ x1: 10, y1: 20, x2: 40 }],
    [{ x1: 10, y1: 20, x2: 40, y2: 60, width: 5 }],
    [{ x: 10, y: 20, width: 'wide', height: 40 }],
    [{ cx: 10, cy: 20, w: 30, h: 40 }],
    [[10, 20, 40]],
    [[10, 20, 40, 60, 0.9]],
    [[10, 20, null, 60]],
    [[10, 20, Number.NaN, 60]],
    [['10', '20', 'NaN', '60']],
  ])('%j is refused', (bbox) => {
    expect(() => box(bbox)).toThrow('detections.0.bbox');
  });

  it('reads what detectors write, and no field twice', () => {
    const hugging = { label: 'cup', score: 0.9, box: { xmin: 10, ymin: 20, xmax: 40, ymax: 60 } };
    expect(read(hugging)).toEqual([{ class: 'cup', confidence: 0.9, bbox: [10, 20, 40, 60] }]);
    const twice = { class: 'mug', label: 'laptop', bbox: [10, 20, 40, 60] };
    expect(() => read([twice])).toThrow('"label"');
  });
});

it('advertises one form', () => {
  expect(JSON.stringify(z.toJSONSchema(analyzeImage.input, { io: 'input' }))).not.toMatch(/xmin|"label"/);
});
