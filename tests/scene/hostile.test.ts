import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CalibrationInput } from '../../src/contract/calibration.ts';
import { CalibrationInput as CalibrationSchema } from '../../src/contract/calibration.ts';
import { CLASSES, type Detection } from '../../src/contract/detection.ts';
import { AppError } from '../../src/errors.ts';
import { buildScene } from '../../src/scene/build.ts';
import { distanceToEdge, edgeDistancePx, insideZone, offsetBetween } from '../../src/scene/measure.ts';
import { moveObject } from '../../src/scene/move.ts';
import type { Scene } from '../../src/scene/types.ts';
import { distanceBetween } from './distance-between.ts';
import { sceneOf, seen } from './helpers.ts';

// Some seconds, but ten times that where coverage is counted on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

/** Every number in a value, wherever it sits. */
function numbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(numbers);
}

const wild = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -3000, max: 3000, noNaN: true }),
  fc.integer({ min: -50, max: 1200 }),
  fc.constantFrom(0, -0, 1e-300, 1e300, 640, 480),
);
const box = fc.tuple(wild, wild, wild, wild) as fc.Arbitrary<[number, number, number, number]>;
const detections: fc.Arbitrary<Detection[]> = fc.array(
  fc.record({
    class: fc.constantFrom(...CLASSES, 'vase', 'person', '__proto__', 'toString', ''),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    bbox: box,
  }),
  { maxLength: 6 },
);
const point = fc.tuple(wild, wild);
const four = fc.tuple(point, point, point, point);
const positive = fc.double({ min: Number.MIN_VALUE, max: 1e5, noNaN: true });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const calibration = fc.oneof(
  fc.constant(null),
  fc.record({ mm_per_pixel: between(1e-3, 10) }),
  fc.record({ mm_per_pixel: positive }),
  fc.record({ camera_height_mm: between(50, 5000), tilt_deg: between(0, 85) }),
  fc.record({ camera_height_mm: positive, tilt_deg: between(0, 85) }),
  fc
    .tuple(between(0, 600), between(0, 600), between(5, 400), between(5, 400), between(0, 40))
    .map(([x, y, w, h, k]) => ({
      rectangle_px: [
        [x + k, y],
        [x + w + 60, y + k],
        [x + w + 50, y + h + 60],
        [x, y + h + 50],
      ],
      size_mm: 'a4',
    })),
  fc.record({ points_px: four, points_mm: four }),
  fc.record({ rectangle_px: four, size_mm: fc.constantFrom('a4', 'letter', 'card') }),
) as fc.Arbitrary<CalibrationInput | null>;

function allMeasures(scene: Scene): unknown[] {
  const found: unknown[] = [];
  for (const a of scene.objects) {
    found.push(distanceToEdge(scene, a), edgeDistancePx(scene, a));
    for (const z of scene.zones) found.push(insideZone(scene, a, z));
    for (const b of scene.objects) {
      found.push(
        distanceBetween(scene, a, b, 'edge'),
        distanceBetween(scene, a, b, 'centre'),
        offsetBetween(scene, a, b),
      );
    }
  }
  return found;
}

describe('hostile input', () => {
  it('never lets a number that is none out of a scene (2,000 inputs)', () => {
    let built = 0;
    fc.assert(
      fc.property(
        detections,
        calibration,
        fc.integer({ min: 1, max: 8000 }),
        fc.integer({ min: 1, max: 8000 }),
        fc.option(fc.double({ min: -10, max: 1e6, noNaN: true })),
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.array(point, { minLength: 3, maxLength: 6 }),
        point,
        (list, given, width, height, focal35mm, noise, polygon, [dx, dy]) => {
          if (given !== null && !CalibrationSchema.safeParse(given).success) return;
          let scene: Scene;
          try {
            scene = buildScene({
              width,
              height,
              detections: list,
              boxNoise: { sigma: noise },
              focal35mm,
              calibration: given,
              zones: [{ name: 'z', kind: 'zone', polygon_px: polygon }],
              tablePx: focal35mm === null ? null : polygon,
              context: null,
            });
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(AppError);
            expect((thrown as AppError).code).toBe('CALIBRATION_001');
            return;
          }
          built++;
          for (const n of numbers([scene, allMeasures(scene)])) expect(Number.isFinite(n)).toBe(true);
          for (const o of scene.objects) {
            for (const v of numbers([moveObject(scene, o.id, { x: dx % 5000, y: dy % 5000 }).objects])) {
              expect(Number.isFinite(v)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(built).toBeGreaterThan(700);
  });

  it('drops boxes that are not numbers', () => {
    const scene = sceneOf([seen('mug', [Number.NaN, 0, 10, 10]), seen('mug', [0, 0, Number.POSITIVE_INFINITY, 10])]);
    expect(scene.objects).toEqual([]);
  });

  it('takes thousands of objects in its stride', () => {
    const many = Array.from({ length: 1500 }, (_, i) => {
      const x = (i * 37) % 950;
      const y = (i * 53) % 750;
      return seen(CLASSES[i % 12]!, [x, y, x + 20 + (i % 30), y + 20 + (i % 20)]);
    });
    for (const given of [null, { mm_per_pixel: 1 }]) {
      const scene = sceneOf(many, { calibration: given });
      expect(scene.objects).toHaveLength(1500);
      expect(numbers(scene).every(Number.isFinite)).toBe(true);
    }
  });
});
