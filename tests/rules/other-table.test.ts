import { expect, it } from 'vitest';
import type { Detection } from '../../src/contract/detection.ts';
import { evaluateAll } from '../../src/rules/evaluate.ts';
import { buildScene } from '../../src/scene/build.ts';
import { sampleRule } from '../support/samples.ts';

const rule = sampleRule({
  conditions: [{ object1: 'mug', object2: 'table', operator: 'min_edge_distance', value: 50, unit: 'mm' }],
});
const table: Detection = { class: 'table', confidence: 0.8, bbox: [200, 200, 500, 460] };
const mug = (x: number, y: number): Detection => ({ class: 'mug', confidence: 0.9, bbox: [x, y, x + 60, y + 60] });

const judged = (...detections: Detection[]) =>
  evaluateAll(
    [rule],
    buildScene({
      width: 640,
      height: 480,
      detections: [table, ...detections],
      boxNoise: { sigma: 0.02 },
      focal35mm: null,
      calibration: { mm_per_pixel: 1.5, sigma: 0.02 },
      zones: [],
      tablePx: null,
      context: null,
    }),
  )[0];

it('judges a mug on the detected table, and one that sticks out over its edge', () => {
  expect(judged(mug(320, 300))?.verdict).toBe('satisfied');
  expect(judged(mug(176, 300))?.verdict).not.toBe('satisfied');
});

it('does not accuse a mug that cannot be standing on the table where the others stand', () => {
  const verdict = judged(mug(20, 20), mug(300, 300), mug(400, 300));
  expect(verdict).toMatchObject({ verdict: 'uncertain', measured: null, objects: ['mug-1'] });
  expect(verdict?.reason).toContain('does not stand on the table that was detected');
});

it('takes no detected table for the edge when nothing stands on it', () => {
  const verdict = judged(mug(20, 20));
  expect(verdict?.verdict).toBe('uncertain');
  expect(verdict?.reason).toContain('from the border of the image');
});
