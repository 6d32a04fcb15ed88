import { describe, expect, it } from 'vitest';
import { apply } from '../../../src/scene/math/mat3.ts';
import { centreOf, onProbability } from '../../../src/scene/measure.ts';
import {
  camerasAtHeight,
  eyeOf,
  hiddenSupportHeights,
  mean,
  mixed,
  raised,
} from '../../../src/scene/objects/base-height.ts';
import type { Point } from '../../../src/scene/types.ts';
import { distanceBetween } from '../distance-between.ts';
import { byId, sceneOf, seen } from '../helpers.ts';
import { lookAt, type Vec3 } from '../truth/camera.ts';

/** 600 mm over the table, 45 degrees down: the eye is 600 mm before the point that the image's middle shows. */
const CAMERA = { camera_height_mm: 600, tilt_deg: 45, focal_35mm: 28 };
const eye: Vec3 = [0, -600, 600];
const truth = lookAt({ width: 1000, height: 800, focal35mm: 28, eye, target: [0, 0, 0], rollRad: 0 });

/** Box of an upright cylinder whose base is `z` over the table; world y grows away from the viewer. */
function cup(x: number, y: number, z: number, radius = 41, height = 97) {
  return boxOf(
    [0, height].flatMap((h) =>
      Array.from({ length: 48 }, (_, i): Vec3 => {
        const a = (i * Math.PI) / 24;
        return [x + radius * Math.cos(a), y + radius * Math.sin(a), z + h];
      }),
    ),
  );
}
const slab = (x: number, y: number, w: number, d: number, t: number) =>
  boxOf([0, t].flatMap((z) => [-1, 1].flatMap((i) => [-1, 1].map((j): Vec3 => [x + (i * w) / 2, y + (j * d) / 2, z]))));
function boxOf(points: readonly Vec3[]): [number, number, number, number] {
  const px = points.map((p) => truth.project(p)!);
  const [us, vs] = [px.map((p) => p[0]), px.map((p) => p[1])];
  return [Math.min(...us), Math.min(...vs), Math.max(...us), Math.max(...vs)];
}

describe('things on other things', () => {
  it('stand where they stand, not where their base would be on the table', () => {
    const scene = sceneOf(
      [
        seen('book', slab(0, 0, 170, 240, 30), 0.9),
        seen('mug', cup(0, 0, 30), 0.8),
        seen('phone', slab(-250, 0, 73, 152, 8), 0.7),
      ],
      { calibration: CAMERA },
    );
    const [mug, phone] = [byId(scene, 'mug-1'), byId(scene, 'phone-1')];
    // What is left is a book that stands on its edge before the cup.
    expect(onProbability(mug, 'book-1')).toBeGreaterThan(0.7);
    // Its base on the table would be 30 mm farther back.
    const back = centreOf(phone.footprint!).y - centreOf(mug.footprint!).y;
    expect(Math.abs(back)).toBeLessThan(15);
    const gap = distanceBetween(scene, mug, phone, 'edge')!;
    const free = 250 - 36.5 - 41;
    expect(Math.abs(gap.value - free)).toBeLessThan(1.645 * gap.sigma);
  });

  it('are told from things that stand beside or behind them', () => {
    const scene = sceneOf(
      [
        seen('book', slab(0, 0, 170, 240, 30), 0.9),
        seen('mug', cup(190, 60, 0), 0.8),
        seen('glass', cup(-190, -40, 0, 36), 0.7),
      ],
      {
        calibration: CAMERA,
      },
    );
    for (const id of ['mug-1', 'glass-1']) expect(onProbability(byId(scene, id), 'book-1'), id).toBeLessThan(0.1);
  });

  it('lie as high as all that is under them: a cup on a coaster on a mat', () => {
    const scene = (boxes: Parameters<typeof sceneOf>[0]) => byId(sceneOf(boxes, { calibration: CAMERA }), 'mug-1');
    const mat = seen('desk_mat', slab(0, 0, 700, 340, 3), 0.95);
    const coaster = seen(
      'coaster',
      boxOf([...new Array(48)].flatMap((_, i) => [3, 9].map((z): Vec3 => [50 * Math.cos(i), 50 * Math.sin(i), z]))),
      0.9,
    );
    const mug = seen('mug', cup(0, 0, 9), 0.8);
    const y = (list: Parameters<typeof sceneOf>[0]) => centreOf(scene(list).footprint!).y;
    expect(y([mat, coaster, mug])).toBeGreaterThan(y([mat, mug]));
    expect(y([mat, mug])).toBeGreaterThanOrEqual(y([mug]) - 2);
    expect(onProbability(scene([mat, coaster, mug]), 'coaster-1')).toBeGreaterThan(0.8);
    expect(onProbability(scene([mat, coaster, mug]), 'desk_mat-1')).toBeGreaterThan(0.8);
  });
});

describe('base heights', () => {
  it('of cups are mostly the table, sometimes something thin', () => {
    const heights = hiddenSupportHeights('mug');
    expect(heights.filter((h) => h === 0).length / heights.length).toBeCloseTo(0.75);
    expect(Math.max(...heights)).toBeLessThanOrEqual(12);
    expect(hiddenSupportHeights('laptop')).toEqual([0]);
    expect(
      mean(
        mixed([
          { heights: [10], probability: 0.5 },
          { heights: [0], probability: 0.5 },
        ]),
      ),
    ).toBeCloseTo(5);
  });

  it('raise the plane: what is seen there has the same place, nearer to the camera', () => {
    const { homography, view } = sceneOf([], { calibration: CAMERA }).calibration;
    const camera = camerasAtHeight(homography!, { ...view!, focalSigma: 0 })([])(0)!;
    const eye = eyeOf(camera)!;
    expect(eye.height).toBeCloseTo(600, 3);
    const pixel = { x: 610, y: 300 };
    const [low, high] = [0, 60].map((h) => apply(raised(camera, h)!.homography, pixel)) as [Point, Point];
    // A tenth of the camera's height brings the point a tenth of the way to the point under the camera.
    expect(high.x).toBeCloseTo(low.x + 0.1 * (eye.foot.x - low.x), 6);
    expect(high.y).toBeCloseTo(low.y + 0.1 * (eye.foot.y - low.y), 6);
    expect(raised(camera, 590)).toBeNull();
    expect(raised(camera, 700)).toBeNull();
  });
});
