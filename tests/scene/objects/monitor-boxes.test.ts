import { expect, it, vi } from 'vitest';
import { buildScene } from '../../../src/scene/build.ts';
import { distanceBetween } from '../distance-between.ts';
import { desk, detect, outlineDistance } from '../truth/desk.ts';
import { coverage, type Outcome } from '../truth/methods.ts';

vi.setConfig({ testTimeout: 120_000 });

const PHOTOS = 50;

/** Desks with a whole monitor, whose box ends at the panel in three of four. */
function distances(): Outcome[] {
  const found: Outcome[] = [];
  let photos = 0;
  for (let seed = 0; photos < PHOTOS; seed++) {
    const options = {
      elevation: [15, 50],
      rollSigmaDeg: 1.5,
      classes: ['monitor', 'keyboard', 'mug', 'mouse'],
    } as const;
    const d = desk(50_000 + seed, options);
    if (d.placed[0]?.thing.class !== 'monitor' || d.placed.length < 3) continue;
    photos++;
    const detections = d.placed.map((p, i) => ({ ...detect(p, 0.04, d.random), confidence: 0.9 - 0.001 * i }));
    const { width, height, focal35mm } = d.camera;
    const scene = buildScene({
      width,
      height,
      detections,
      boxNoise: { sigma: 0.04 },
      focal35mm,
      calibration: null,
      zones: [],
      tablePx: null,
      context: null,
    });
    const placed = scene.objects.map((o) => d.placed[detections.findIndex((x) => x.confidence === o.confidence)]!);
    const monitor = scene.objects.findIndex((o) => o.class === 'monitor');
    scene.objects.forEach((o, i) => {
      const m = i === monitor ? null : distanceBetween(scene, o, scene.objects[monitor]!, 'edge');
      const truth = outlineDistance(placed[i]!.outline, placed[monitor]!.outline);
      if (m !== null) found.push({ pair: o.class, truth, value: m.value, sigma: m.sigma });
    });
  }
  return found;
}

it('monitors stand where they stand, whether or not a box holds their stand', () => {
  const { n, covered, medianError, bias, medianSigma } = coverage(distances());
  expect(n).toBeGreaterThan(100);
  expect(covered).toBeGreaterThan(0.8);
  expect(medianError).toBeLessThan(90);
  expect(Math.abs(bias)).toBeLessThan(0.6 * medianSigma);
});
