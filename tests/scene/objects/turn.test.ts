import { describe, expect, it } from 'vitest';
import { cameraOf } from '../../../src/scene/calibration/camera.ts';
import { apply } from '../../../src/scene/math/mat3.ts';
import { turnLikelihood, turnQuantile } from '../../../src/scene/objects/turn.ts';
import { painted, rectangle } from './painted.ts';

const size = { width: 480, height: 360 };
const oblique = cameraOf({ ...size, focalPx: 420, tilt: 0.95, roll: 0.06, heightMm: 550 })!.homography;
const middle = apply(oblique, { x: 240, y: 200 });

function best(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

describe('turnLikelihood', () => {
  it.each([0, 7, 23, 45, 61, 88])('finds a rectangle turned by %d degrees, seen aslant', (degrees) => {
    const turned = rectangle(middle, 300, 200, (degrees * Math.PI) / 180);
    const { gradient, box } = painted(size.width, size.height, oblique, turned);
    const found = turnLikelihood(gradient, box, oblique, 0)!;
    const off = Math.abs(best(found) - degrees);
    expect(Math.min(off, 90 - off)).toBeLessThanOrEqual(1);
    expect(found.reduce((s, v) => s + v, 0) / 90).toBeCloseTo(1, 6);
  });

  it('is as wide as the directions of the table are unsure', () => {
    const { gradient, box } = painted(size.width, size.height, oblique, rectangle(middle, 300, 200, 0.4));
    const sure = turnLikelihood(gradient, box, oblique, 0)!;
    const unsure = turnLikelihood(gradient, box, oblique, 12)!;
    expect(Math.max(...unsure)).toBeLessThan(0.5 * Math.max(...sure));
    expect(Math.min(...unsure)).toBeGreaterThan(0);
  });

  it('says nothing of a place without edges', () => {
    const { gradient } = painted(size.width, size.height, oblique, () => false);
    expect(turnLikelihood(gradient, [100, 100, 300, 300], oblique, 0)).toBeNull();
  });

  it('survives boxes outside the image and at the horizon', () => {
    const { gradient } = painted(size.width, size.height, oblique, rectangle(middle, 300, 200, 0));
    for (const box of [
      [-500, -500, -400, -400],
      [600, 600, 900, 900],
      [0, 0, 480, 360],
      [10, 10, 10, 10],
    ] as const) {
      const found = turnLikelihood(gradient, box, oblique, 0);
      if (found !== null) expect(found.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('turnQuantile', () => {
  it('is the prior where the image says nothing', () => {
    const quantile = turnQuantile(
      () => 1,
      Array.from({ length: 90 }, () => 1),
    );
    for (const u of [0.01, 0.25, 0.5, 0.99]) expect(quantile(u)).toBeCloseTo((u - 0.5) * 2 * Math.PI, 1);
  });

  it('draws only turns that the image allows, in all four quarters', () => {
    const only = Array.from({ length: 90 }, (_, d) => (d === 30 ? 1 : 0));
    const quantile = turnQuantile(() => 1, only);
    const drawn = Array.from({ length: 40 }, (_, i) => (quantile((i + 0.5) / 40) * 180) / Math.PI);
    for (const d of drawn) expect(Math.abs((((d % 90) + 90) % 90) - 30)).toBeLessThanOrEqual(0.51);
    expect(new Set(drawn.map((d) => Math.floor((d + 180) / 90))).size).toBe(4);
  });
});
