import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { doubts, realPhotos } from './truth/desk60.ts';

const root = new URL('../../', import.meta.url).pathname;
const folder = resolve(process.env.H200_TEST_ASSETS ?? resolve(root, '../shared'), 'photos/desk60');
const there = existsSync(resolve(folder, 'expected_dets.json'));

describe.skipIf(!there)('60 real photos (needs H200_TEST_ASSETS/photos/desk60)', () => {
  const photos = there ? realPhotos(folder) : [];

  it('are calibrated by objects of known size or say why not', () => {
    const methods = photos.map((p) => p.scene.calibration.method);
    expect(methods.filter((m) => m === 'known_objects').length).toBeGreaterThan(40);
    for (const { name, scene } of photos) {
      const { calibration } = scene;
      if (calibration.method === 'none') expect(calibration.reason, name).toMatch(/pixels only/);
      else expect(calibration.scaleSigma, name).toBeGreaterThan(0.02);
      if ((calibration.scaleSigma ?? 0) > 0.15) expect(calibration.reason, name).toMatch(/little about the scale/);
    }
  });

  it('hold at least five in which 6 inches can neither be confirmed nor denied', () => {
    expect(doubts(photos).length).toBeGreaterThanOrEqual(5);
  });

  it('show ordinary desks: cameras and distances that people have', () => {
    const scales = photos.flatMap((p) => p.scene.calibration.mmPerPixel ?? []).sort((a, b) => a - b);
    const median = scales[Math.floor(scales.length / 2)]!;
    expect(median).toBeGreaterThan(0.5);
    expect(median).toBeLessThan(6);
  });
});
