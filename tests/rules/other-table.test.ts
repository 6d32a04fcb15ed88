import { expect, it } from 'vitest';
import type { Detection } from '../../src/contract/detection.ts';
import { evaluateAll } from '../../src/rules/evaluate.ts';
import { evaluateSummary } from '../../src/rules/evaluate-summary.ts';
import { buildScene } from '../../src/scene/build.ts';
import { sampleRule } from '../support/samples.ts';

const rule = sampleRule({
  conditions: [{ object1: 'mug', object2: 'table', operator: 'min_edge_distance', value: 50, unit: 'mm' }],
});
const table: Detection = { class: 'table', confidence: 0.8, bbox: [200, 200, 500, 460] };
const mug = (x: number, y: number): Detection => ({ class: 'mug', confidence: 0.9, bbox: [x, y, x + 60, y + 60] });

const scene = (...detections: Detection[]) =>
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
  });
const judged = (...detections: Detection[]) => evaluateAll([rule], scene(...detections))[0];

it('judges a mug on the detected table, and one that sticks out over its edge', () => {
  expect(judged(mug(320, 300))?.verdict).toBe('satisfied');
  expect(judged(mug(176, 300))?.verdict).not.toBe('satisfied');
});

it('does not accuse a mug that cannot be standing on the table where the others stand', () => {
  const verdict = judged(mug(20, 20), mug(300, 300), mug(400, 300));
  expect(verdict).toMatchObject({ verdict: 'uncertain', measured: null, objects: ['mug-1'] });
  expect(verdict?.reason).toContain('may stand on another');
});

it('takes no detected table for the edge when nothing stands on it', () => {
  const verdict = judged(mug(20, 20));
  expect(verdict?.verdict).toBe('uncertain');
  expect(verdict?.reason).toContain('the distance of mug-1 from the edge of the table is unknown');
});

it('accuses nothing by the box of a detected table alone: it holds legs and cloth and ends anywhere', () => {
  // The middles of all are on it, so that it is their table; the outline of the first reaches over its left side.
  for (const x of [172, 176, 180]) {
    const verdict = judged(mug(x, 300), mug(320, 300), mug(400, 300));
    expect(verdict, `${x}`).toMatchObject({ verdict: 'uncertain', objects: ['mug-1'] });
  }
  const sure = evaluateAll([{ ...rule, conditions: [{ ...rule.conditions[0]!, value: 400 }] }], scene(mug(320, 300)));
  expect(sure[0]).toMatchObject({ verdict: 'uncertain', measured: null, uncertainty: null, margin: null });
  expect(sure[0]?.reason).toBe(
    'the distance of mug-1 from the edge of the table is unknown; needs at least 400 mm; the box in which the table was detected is no edge of it: give the corners of the table',
  );
});

it('counts what the list of findings says', () => {
  const far = { ...rule, conditions: [{ ...rule.conditions[0]!, value: 400 }] };
  const on = scene(mug(320, 300), mug(400, 300));
  expect(evaluateSummary([far], on).tallies[0]).toMatchObject({ violated: 0, uncertain: 2 });
});
