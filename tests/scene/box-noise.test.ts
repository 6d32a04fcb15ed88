import { describe, expect, it, vi } from 'vitest';
import { sideView } from '../../src/scene/calibration/side-view.ts';
import { distanceBetween } from './distance-between.ts';
import { byId, sceneOf, seen } from './helpers.ts';
import { photo } from './truth/methods.ts';
import { random } from './truth/random.ts';
import { noisyDetections, renderedScenes, sceneFor, type TruthFile } from './truth/rendered.ts';

vi.setConfig({ testTimeout: 180_000 });

const NOISES = [0.005, 0.02, 0.05, 0.1];

/** Standard errors of all distances from a mug, at each stated noise of the same boxes. */
function sigmas(truth: TruthFile, calibration: Parameters<typeof sceneFor>[1]): number[][] {
  const whole = truth.objects.filter((o) => o.class !== 'table' && o.bbox && o.visible >= 0.9 && !o.truncated);
  const detections = noisyDetections(whole, 0.03, random(truth.seed));
  const scenes = NOISES.map((sigma) => sceneFor(truth, calibration, { detections, boxNoise: { sigma } }));
  const ids = scenes[0]!.objects.map((o) => o.id);
  const pairs = ids.filter((id) => id.startsWith('mug-')).flatMap((a) => ids.filter((b) => b !== a).map((b) => [a, b]));
  return pairs
    .map(([a, b]) => scenes.map((s) => distanceBetween(s, byId(s, a!), byId(s, b!), 'edge')?.sigma ?? Number.NaN))
    .filter((list) => list.every((s) => s > 0));
}

/** Share of the distances whose error gets larger by a tenth where the same boxes are said to be better. */
function falling(list: readonly number[][]): number {
  return list.filter((s) => s.some((v, i) => s.slice(i + 1).some((later) => v > 1.1 * later))).length / list.length;
}

const tiltOf = (t: TruthFile) => (Math.acos(-t.camera.R[2]![2]!) * 180) / Math.PI;
const scenes = renderedScenes().filter((_, i) => i % 2 === 0);

describe.skipIf(scenes.length === 0)('boxes that are said to be better', () => {
  const CALIBRATIONS = [
    ['known objects', 0.07, () => null],
    [
      'camera',
      0.03,
      (t: TruthFile) => ({ camera_height_mm: t.camera.position_mm[2]!, tilt_deg: Math.min(85, tiltOf(t)) }),
    ],
    // Most of these desks are seen from the side.
    ['mm_per_pixel', 0.15, (t: TruthFile) => ({ mm_per_pixel: t.camera.t[2]! / t.camera.fx })],
  ] as const;

  it.each(CALIBRATIONS)('make no error larger, with %s', (_, share, calibration) => {
    const all = scenes.flatMap((t) => sigmas(t, calibration(t)));
    expect(all.length).toBeGreaterThan(250);
    expect(falling(all)).toBeLessThan(share);
    const mean = NOISES.map((_, i) => all.reduce((sum, s) => sum + Math.log(s[i]!), 0) / all.length);
    expect(mean.at(-1)!).toBeGreaterThan(mean[0]!);
  });

  it('do not let a caller’s scale be doubted more', () => {
    const boxes = [seen('mug', [300, 450, 390, 560]), seen('keyboard', [450, 720, 850, 850])];
    const sigma = (noise: number) => {
      const scene = sceneOf(boxes, {
        width: 1280,
        height: 960,
        boxNoise: { sigma: noise },
        calibration: { mm_per_pixel: 0.7 },
      });
      return distanceBetween(scene, byId(scene, 'mug-1'), byId(scene, 'keyboard-1'), 'edge')!.sigma;
    };
    expect(sigma(0.02)).toBeLessThan(sigma(0.1));
  });
});

describe('a view from the side', () => {
  const doubted = (p: { width: number; height: number }, objects: Parameters<typeof sideView>[2]) =>
    sideView({ ...p, focal35mm: null }, [1, 0, 0, 0, 1, 0, 0, 0, 1], objects);

  it('is rarely suspected where the camera looks straight down, even with boxes worse than supposed', () => {
    for (const [noise, most] of [
      [0.03, 0.02],
      [0.1, 0.06],
    ] as const) {
      const photos = Array.from({ length: 100 }, (_, seed) => photo(30_000 + seed, 'scale', noise)!).filter(Boolean);
      const wrong = photos.filter(({ scene }) => doubted(scene, scene.objects) !== null).length;
      expect(wrong / photos.length, `noise ${noise}`).toBeLessThanOrEqual(most);
    }
  });

  it.skipIf(scenes.length === 0)('is said of most desks that are seen from low down', () => {
    const low = scenes.filter((t) => tiltOf(t) > 65);
    const noticed = low.filter((t) => {
      const whole = t.objects.filter((o) => o.class !== 'table' && o.bbox && o.visible >= 0.9 && !o.truncated);
      const boxes = noisyDetections(whole, 0.03, random(t.seed)).map((d, i) => ({ ...d, id: `${i}` }));
      return doubted(t, boxes) !== null;
    });
    expect(noticed.length / low.length).toBeGreaterThan(0.65);
  });
});
