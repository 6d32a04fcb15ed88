import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CalibrationInput } from '../../../src/contract/calibration.ts';
import type { FocalTrust } from '../../../src/contract/focal-length.ts';
import { AppError } from '../../../src/errors.ts';
import {
  cameraOf,
  cameraOfHomography,
  focalInPixels,
  inverseSquareFocal,
} from '../../../src/scene/calibration/camera.ts';
import { homographyOf } from '../../../src/scene/calibration/dlt.ts';
import { apply, inverse, multiply } from '../../../src/scene/math/mat3.ts';
import { projectToPx, projectToTable } from '../../../src/scene/objects/project.ts';
import type { Mat3 } from '../../../src/scene/types.ts';
import { sceneOf, seen } from '../helpers.ts';

const pose = fc.record({
  tilt: fc.double({ min: 0, max: 1.2, noNaN: true }),
  roll: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
  heightMm: fc.double({ min: 200, max: 2000, noNaN: true }),
  focalPx: fc.double({ min: 500, max: 2500, noNaN: true }),
});
const QUAD = [
  { x: -150, y: -120 },
  { x: 160, y: -110 },
  { x: 140, y: 130 },
  { x: -170, y: 100 },
];

function refusal(calibration: CalibrationInput): AppError {
  try {
    sceneOf([], { calibration });
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

describe('four points', () => {
  it('recover the plane of any camera over a table (2,000 cameras)', () => {
    fc.assert(
      fc.property(pose, (p) => {
        const camera = cameraOf({ width: 1000, height: 800, ...p })!;
        const px = QUAD.map((q) => apply(inverse(camera.homography)!, q));
        const found = homographyOf(px, QUAD)!;
        for (const probe of [
          { x: 0, y: 0 },
          { x: 90, y: -60 },
          { x: -300, y: 40 },
        ]) {
          const at = apply(found, apply(inverse(camera.homography)!, probe));
          expect(at.x).toBeCloseTo(probe.x, 4);
          expect(at.y).toBeCloseTo(probe.y, 4);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('undo themselves: millimetres to pixels and back (1,000 cameras)', () => {
    fc.assert(
      fc.property(
        pose,
        fc.double({ min: -200, max: 200, noNaN: true }),
        fc.double({ min: -200, max: 100, noNaN: true }),
        (p, x, y) => {
          const camera = cameraOf({ width: 1000, height: 800, ...p })!;
          const px = QUAD.map((q) => apply(inverse(camera.homography)!, q));
          const { calibration } = sceneOf([], {
            calibration: {
              points_px: px.map((q) => [q.x, q.y]) as never,
              points_mm: QUAD.map((q) => [q.x, q.y]) as never,
            },
          });
          const back = projectToTable(calibration, projectToPx(calibration, { x, y }));
          expect(back.x).toBeCloseTo(x, 3);
          expect(back.y).toBeCloseTo(y, 3);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('turn the frame so that x grows to the right of the image, whatever frame the points were given in', () => {
    for (const turn of [0, 0.7, 1.9, 3.1, -2.2]) {
      const c = Math.cos(turn);
      const s = Math.sin(turn);
      const mm = QUAD.map((q) => [c * q.x - s * q.y, s * q.x + c * q.y]);
      const { calibration } = sceneOf([], {
        calibration: { points_px: QUAD.map((q) => [500 + q.x, 400 + q.y]) as never, points_mm: mm as never },
      });
      const a = projectToTable(calibration, { x: 480, y: 400 });
      const b = projectToTable(calibration, { x: 520, y: 400 });
      expect(b.x - a.x).toBeCloseTo(40, 6);
      expect(b.y - a.y).toBeCloseTo(0, 6);
    }
  });

  it.each([
    [
      'three on a line',
      {
        points_px: [
          [0, 0],
          [100, 0],
          [200, 0],
          [100, 200],
        ],
        points_mm: [
          [0, 0],
          [1, 0],
          [2, 0],
          [1, 2],
        ],
      },
    ],
    [
      'a bow tie',
      {
        points_px: [
          [0, 0],
          [300, 300],
          [300, 0],
          [0, 300],
        ],
        points_mm: [
          [0, 0],
          [300, 0],
          [300, 300],
          [0, 300],
        ],
      },
    ],
    [
      'a dart',
      {
        points_px: [
          [0, 0],
          [300, 100],
          [0, 200],
          [80, 100],
        ],
        points_mm: [
          [0, 0],
          [300, 0],
          [300, 300],
          [0, 300],
        ],
      },
    ],
    [
      'one point twice',
      {
        points_px: [
          [0, 0],
          [0, 0],
          [300, 200],
          [0, 200],
        ],
        points_mm: [
          [0, 0],
          [300, 0],
          [300, 300],
          [0, 300],
        ],
      },
    ],
    [
      'a mirror image',
      {
        points_px: [
          [0, 0],
          [300, 0],
          [300, 200],
          [0, 200],
        ],
        points_mm: [
          [0, 0],
          [0, 200],
          [300, 200],
          [300, 0],
        ],
      },
    ],
    [
      'next to no area',
      {
        rectangle_px: [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1],
        ],
        size_mm: 'a4',
      },
    ],
    [
      'an absurd size',
      {
        rectangle_px: [
          [0, 0],
          [300, 0],
          [300, 200],
          [0, 200],
        ],
        size_mm: [0.001, 5],
      },
    ],
    ['a camera in the table', { camera_height_mm: 0.5, tilt_deg: 0 }],
    ['no scale at all', { mm_per_pixel: 1e-9 }],
  ] as [string, CalibrationInput][])('refuse %s with CALIBRATION_001', (_name, calibration) => {
    const error = refusal(calibration);
    expect(error.code).toBe('CALIBRATION_001');
    expect(error.details).toHaveProperty('field');
  });

  it('state a larger error for larger corner noise and for a smaller rectangle', () => {
    const rectangle = (half: number): CalibrationInput => ({
      rectangle_px: [
        [500 - half, 400 - half],
        [500 + half, 400 - half],
        [500 + half, 400 + half],
        [500 - half, 400 + half],
      ],
      size_mm: [200, 200],
    });
    const large = sceneOf([], { calibration: rectangle(300) }).calibration;
    const small = sceneOf([], { calibration: rectangle(30) }).calibration;
    expect(large.mmPerPixel).toBeCloseTo(200 / 600, 6);
    expect(small.scaleSigma!).toBeGreaterThan(4 * large.scaleSigma!);
    expect(large.residualMm!).toBeLessThan(0.01);
    // Nine unknowns of the camera, and the plane seen from the other side.
    expect(large.view!.modes).toHaveLength(10);
  });

  it('find out which side of an A4 sheet is the long one', () => {
    const lying: CalibrationInput = {
      rectangle_px: [
        [100, 100],
        [694, 100],
        [694, 520],
        [100, 520],
      ],
      size_mm: 'a4',
    };
    const standing: CalibrationInput = {
      rectangle_px: [
        [100, 100],
        [520, 100],
        [520, 694],
        [100, 694],
      ],
      size_mm: 'a4',
    };
    for (const calibration of [lying, standing]) {
      const found = sceneOf([], { calibration }).calibration;
      expect(found.mmPerPixel).toBeCloseTo(0.5, 2);
      expect(found.reason).toBeNull();
      expect(found.references).toEqual(['a4 sheet']);
    }
  });

  it('say so when the corners fit no image of that rectangle', () => {
    const found = sceneOf([], {
      calibration: {
        rectangle_px: [
          [100, 100],
          [900, 100],
          [900, 300],
          [100, 300],
        ],
        size_mm: [210, 210],
      },
    }).calibration;
    expect(found.reason).toMatch(/do not fit/);
    // What the sides contradict each other by is an error of every length.
    expect(found.scaleSigma!).toBeGreaterThan(0.05);
    expect(found.reason).toMatch(/off by \d+ %/);
    expect(found.residualMm!).toBeGreaterThan(20);
  });
});

describe('a camera', () => {
  it('is found again from its homography and focal length (1,000 cameras)', () => {
    fc.assert(
      fc.property(pose, (p) => {
        const camera = cameraOf({ width: 1000, height: 800, ...p })!;
        const again = cameraOfHomography(camera.homography, p.focalPx, 1000, 800, { x: 500, y: 800 })!;
        const unit = (m: readonly number[]) => m.map((v) => v / Math.hypot(m[8]!, m[9]!, m[10]!));
        const [a, b] = [unit(camera.projection), unit(again.projection)];
        for (let i = 0; i < 12; i++)
          expect(b[i]! / (1 + Math.abs(a[i]!))).toBeCloseTo(a[i]! / (1 + Math.abs(a[i]!)), 5);
      }),
      { numRuns: 1000 },
    );
  });

  it('shows its focal length in a tilted plane', () => {
    const camera = cameraOf({ width: 1000, height: 800, focalPx: 900, tilt: 0.8, roll: 0.05, heightMm: 700 })!;
    expect(1 / Math.sqrt(inverseSquareFocal(camera.homography, 1000, 800)!)).toBeCloseTo(900, 3);
  });

  it('reads 35 mm equivalents by the diagonal (CIPA DCG-001)', () => {
    expect(focalInPixels(50, 3600, 2400)).toBeCloseTo(5000, 6);
  });

  it('measures the table by height, tilt and focal length', () => {
    const down = sceneOf([], {
      calibration: { camera_height_mm: 1000, tilt_deg: 0, focal_35mm: 43.266615 / 1.280624847 },
    });
    // f = 1000 px, so one pixel is one millimetre straight down.
    expect(down.calibration.mmPerPixel).toBeCloseTo(1, 4);
    expect(down.calibration.scaleSigma!).toBeGreaterThan(0.04);
    const usual = sceneOf([], { calibration: { camera_height_mm: 1000, tilt_deg: 0 } }).calibration;
    expect(usual.scaleSigma!).toBeGreaterThan(0.2);
    expect(usual.reason).toMatch(/focal/);
    const exif = sceneOf([], { calibration: { camera_height_mm: 1000, tilt_deg: 0 }, focal35mm: 28 }).calibration;
    expect(exif.scaleSigma!).toBeLessThan(0.06);
    expect(exif.reason).toBeNull();
  });
});

describe('mm_per_pixel', () => {
  it('is taken at its word, with 3 % where no error is given', () => {
    const plain = sceneOf([]).calibration;
    expect(plain).toMatchObject({ method: 'scale', source: 'request', mmPerPixel: 1, scaleSigma: 0.03, reason: null });
    expect(plain.assumptions.join()).toMatch(/3 %/);
    expect(sceneOf([], { calibration: { mm_per_pixel: 0.5, sigma: 0.01 } }).calibration.scaleSigma).toBe(0.01);
    expect(projectToTable(plain, { x: 125, y: 225 })).toEqual({ x: 125, y: 225 });
  });

  it('is contradicted aloud when the boxes show a view from the side', () => {
    const bottles = [100, 300, 500, 700].map((x) => seen('bottle', [x, 300, x + 75, 560]));
    const { calibration } = sceneOf(bottles);
    expect(calibration.reason).toMatch(/straight down/);
    expect(calibration.contradicted).toBe(true);
    expect(calibration.view!.modes).toHaveLength(1);
    expect(sceneOf([]).calibration).not.toHaveProperty('contradicted');
  });
});

describe('no calibration', () => {
  it('says why, and how to get millimetres', () => {
    const nothing = sceneOf([], { calibration: null }).calibration;
    expect(nothing).toMatchObject({
      method: 'none',
      source: 'none',
      homography: null,
      mmPerPixel: null,
      scaleSigma: null,
    });
    expect(nothing.reason).toMatch(/corners|mm_per_pixel/);
    const cut = sceneOf([seen('laptop', [0, 0, 1000, 800])], { calibration: null });
    expect(cut.calibration.method).toBe('none');
    expect(cut.objects[0]!.footprint).toBeNull();
  });
});

describe('a stored calibration', () => {
  const made = sceneOf([], { calibration: { camera_height_mm: 700, tilt_deg: 40, focal_35mm: 28 } }).calibration;

  it('is used as it is, through JSON', () => {
    const calibration = JSON.parse(JSON.stringify(made)) as typeof made;
    const used = sceneOf([], {
      calibration: null,
      storedCalibration: { calibration, width: 1000, height: 800 },
    }).calibration;
    expect(used).toEqual({ ...calibration, source: 'stored' });
  });

  it('is scaled to another resolution of the same shape', () => {
    const used = sceneOf([], {
      width: 2000,
      height: 1600,
      calibration: null,
      storedCalibration: { calibration: made, width: 1000, height: 800 },
    }).calibration;
    const a = projectToTable(made, { x: 300, y: 600 });
    const b = projectToTable(used, { x: 600, y: 1200 });
    expect(b.x).toBeCloseTo(a.x, 6);
    expect(b.y).toBeCloseTo(a.y, 6);
    expect(used.mmPerPixel).toBeCloseTo(made.mmPerPixel! / 2, 9);
    expect(used.view!.focalPx).toBeCloseTo(made.view!.focalPx * 2, 6);
  });

  it('is refused for an image of another shape', () => {
    expect(() =>
      sceneOf([], {
        width: 800,
        height: 1000,
        calibration: null,
        storedCalibration: { calibration: made, width: 1000, height: 800 },
      }),
    ).toThrow(expect.objectContaining({ code: 'CALIBRATION_001' }));
  });
});

describe('matrices', () => {
  it('undo themselves (1,000 matrices)', () => {
    const cell = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 9, maxLength: 9 }), (cells) => {
        const m = cells as unknown as Mat3;
        const back = inverse(m);
        if (back === null || Math.max(...back.map(Math.abs)) > 1e4) return;
        const one = multiply(m, back);
        for (let i = 0; i < 9; i++) expect(one[i]).toBeCloseTo(i % 4 === 0 ? 1 : 0, 6);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('objects of known size', () => {
  /** A camera at 45 degrees, 700 mm over the table, f = 1000 px: boxes as they would look. */
  const desk = [
    seen('keyboard', [250, 480, 750, 640]),
    seen('mouse', [800, 500, 880, 590]),
    seen('mug', [120, 330, 235, 470]),
  ];

  it('give millimetres with the objects named, and a smaller error for more of them', () => {
    const many = sceneOf(desk, { calibration: null }).calibration;
    const one = sceneOf([desk[2]!], { calibration: null }).calibration;
    expect(many).toMatchObject({ method: 'known_objects', source: 'reference_object' });
    expect([...many.references].sort()).toEqual(['keyboard-1', 'mouse-1', 'mug-1']);
    expect(many.residualMm).not.toBeNull();
    expect(one.residualMm).toBeNull();
    expect(many.scaleSigma!).toBeLessThan(one.scaleSigma!);
    expect(many.mmPerPixel!).toBeGreaterThan(0.4);
    expect(many.mmPerPixel!).toBeLessThan(1.6);
  });

  it('leave out an object whose size cannot be right, and say so', () => {
    const giant = seen('phone', [100, 100, 900, 700], 0.95);
    const { calibration } = sceneOf([...desk, giant], { calibration: null });
    expect(calibration.references).not.toContain('phone-1');
    expect(calibration.assumptions.join()).toMatch(/phone-1 was left out/);
    const plain = sceneOf(desk, { calibration: null }).calibration;
    expect(Math.abs(Math.log(calibration.mmPerPixel! / plain.mmPerPixel!))).toBeLessThan(0.2);
  });

  it('do not count when they are cut off, tiny, doubtful or of no known size', () => {
    const useless = [
      seen('laptop', [0, 300, 300, 600]),
      seen('mug', [500, 500, 505, 505]),
      seen('keyboard', [250, 480, 750, 640], 0.2),
      seen('vase', [400, 400, 480, 560]),
    ];
    expect(sceneOf(useless, { calibration: null }).calibration.method).toBe('none');
  });

  it('are worth more with the focal length of EXIF', () => {
    const plain = sceneOf(desk, { calibration: null }).calibration;
    const exif = sceneOf(desk, { calibration: null, focal35mm: 28 }).calibration;
    expect(exif.view!.focalSigma).toBeLessThan(plain.view!.focalSigma);
    expect(plain.assumptions.join()).toMatch(/does not say its focal length: a usual one stands in/);
    expect(exif.assumptions.join()).toMatch(/the focal length is 28 mm .* right to 3 % .*, as the image states it/);
  });

  it('are worth what the focal length of EXIF is worth: of a cropped image less, and the answer says why', () => {
    const of = (focal35mm: number | null, focalTrust?: FocalTrust) =>
      sceneOf(desk, { calibration: null, focal35mm, ...(focalTrust && { focalTrust }) }).calibration;
    const whole = of(28);
    const part = of(28, { sigma: 0.15, basis: 'cropped' });
    expect(part.view!.focalSigma).toBeGreaterThan(whole.view!.focalSigma);
    expect(part.assumptions.join()).toMatch(/right to 15 % .*, though a part of it was cut away/);
    const none = of(null, { sigma: 0.2, basis: 'cropped' });
    expect(none.view!.focalSigma).toBeCloseTo(of(null).view!.focalSigma, 9);
    expect(none.assumptions.join()).toMatch(/the image was cropped, so that its stated focal length does not hold/);
  });
});
