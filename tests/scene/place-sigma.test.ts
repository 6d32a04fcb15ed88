import { expect, it } from 'vitest';
import { placeSigma } from '../../src/scene/measure.ts';
import type { Calibration, SceneObject } from '../../src/scene/types.ts';

const calibration = (scaleSigma: number | null, modes: readonly (readonly number[])[] = []) =>
  ({ scaleSigma, view: { modes } }) as unknown as Calibration;

const at = (x: number, y: number, own: number | null): SceneObject =>
  ({
    footprint: { kind: 'disk', centre: { x, y }, radius: 40 },
    covariance: own === null ? null : { xx: own ** 2, xy: 0, yy: own ** 2 },
  }) as unknown as SceneObject;

it('is its own error at the origin, and that of the scale far from it', () => {
  expect(placeSigma(calibration(0.1), at(0, 0, 5))).toBeCloseTo(5, 9);
  expect(placeSigma(calibration(0.1), at(0, -500, 5))).toBeCloseTo(Math.hypot(5, 50), 9);
  expect(placeSigma(calibration(0.1), at(800, -500, 5))).toBeCloseTo(Math.hypot(5, 80), 9);
  expect(placeSigma(calibration(null), at(800, -500, 5))).toBeCloseTo(5, 9);
});

it('holds what the errors of the plane move it by', () => {
  const shiftBy = (x: number, y: number) => [1, 0, x, 0, 1, y, 0, 0, 1];
  expect(placeSigma(calibration(0, [shiftBy(0, 12)]), at(0, -500, 5))).toBeCloseTo(13, 9);
  expect(placeSigma(calibration(0, [shiftBy(9, 0), shiftBy(12, 0)]), at(0, -500, 20))).toBeCloseTo(25, 9);
});

it('is unknown where the place is', () => {
  expect(placeSigma(calibration(0.1), at(0, 0, null))).toBeNull();
});
