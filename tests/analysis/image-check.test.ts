import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAgainstImage } from '../../src/analysis/image-check.ts';
import type { AppError } from '../../src/errors.ts';
import { localCall, makeRule } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

type Box = [number, number, number, number];
const frame = { width: 640, height: 480 };
const detect = (...boxes: Box[]) => boxes.map((bbox) => ({ class: 'mug', bbox, confidence: 1 }));

function refusal(boxes: Box[], size = frame): AppError | null {
  try {
    checkAgainstImage({ detections: detect(...boxes) }, size);
    return null;
  } catch (thrown) {
    return thrown as AppError;
  }
}

describe('boxes of the image', () => {
  it.each<[string, Box[]]>([
    ['in it', [[100, 260, 160, 330]]],
    ['as large as it', [[0, 0, 640, 480]]],
    ['a little over the edge', [[-12, -9, 652, 489]]],
    ['a pixel large', [[5, 5, 6, 6]]],
    ['at the corner', [[0, 0, 1.5, 1.5]]],
    ['none', []],
  ])('%s pass', (_name, boxes) => {
    expect(refusal(boxes)).toBeNull();
  });

  it('an image of a few pixels may have boxes of one', () => {
    expect(refusal([[0, 0, 1, 1]], { width: 8, height: 8 })).toBeNull();
    expect(refusal([[0, 0, 1, 1]], { width: 9, height: 9 })).not.toBeNull();
  });
});

describe('boxes of another form', () => {
  const good: Box = [100, 260, 160, 330];

  it.each<[string, Box[], number, RegExp]>([
    [
      '[x, y, w, h]',
      [[300, 260, 60, 70]],
      0,
      /looks like \[x, y, width, height\]; .* here \[300, 260, 360, 330\]\. The/,
    ],
    [
      '[x, y, w, h], seen at the second',
      [
        [20, 30, 60, 70],
        [300, 160, 300, 180],
      ],
      1,
      /bbox \[300, 160, 300, 180\] looks/,
    ],
    ['turned corners', [[600, 330, 100, 260]], 0, /does not have x1 < x2 and y1 < y2/],
    ['one of them turned', [good, [160, 330, 100, 260], [100, 100, 630, 470]], 1, /does not have x1 < x2/],
    ['no width', [good, [500, 260, 500, 470]], 1, /has no area/],
    ['no height', [[500, 260, 600, 260]], 0, /has no area/],
    ['fractions', [[0.1, 0.2, 0.3, 0.5]], 0, /fractions of the image; .* give \[64, 96, 192, 240\]/],
    ['fractions as sides', [[0.5, 0.5, 0.2, 0.3]], 0, /looks like fractions of the image\. The/],
    ['the whole as a fraction', [[0, 0, 1, 1]], 0, /fractions/],
    ['one among pixels', [good, [0, 0, 1, 1]], 1, /not larger than one pixel/],
    ['outside', [good, [600, 260, 660, 330]], 1, /lies outside the image\. The image has 640 x 480 pixels/],
    ['far to the left', [[-300, 260, 160, 330]], 0, /outside/],
    ['below', [[100, 260, 160, 491]], 0, /outside/],
    ['an image on its side', [[100, 400, 160, 630]], 0, /would lie in one of 480 x 640 pixels: .* EXIF/],
  ])('%s', (_name, boxes, index, message) => {
    const error = refusal(boxes);
    expect(error?.code).toBe('VALIDATION_002');
    expect(error?.message).toMatch(message);
    expect(error?.message).toContain(`detections.${index}.bbox [`);
    expect(error?.details).toEqual({ field: `detections.${index}.bbox`, index, seen: boxes[index], image: frame });
    expect(error?.advice).toContain('[x1, y1, x2, y2]');
  });
});

const UNIT: [number, number][] = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.8],
  [0.1, 0.8],
];

describe('in the journey', () => {
  let journey: ReturnType<typeof openJourney>;
  beforeAll(async () => {
    journey = openJourney();
    await makeRule(journey.rules, { text: 'Keep mugs at least 6 inches away from laptops' }, { user: 'tester' });
  });
  afterAll(() => journey.close());
  const scale = { mm_per_pixel: 1 };

  it('no verdict comes of boxes that are none', async () => {
    const detections = [
      { class: 'mug', bbox: [100, 260, 60, 70] as Box },
      { class: 'laptop', bbox: [220, 160, 300, 180] as Box },
    ];
    const asked = journey.service.analyze(localCall, { detections, size: frame, calibration: scale });
    await expect(asked).rejects.toMatchObject({ code: 'VALIDATION_002', details: { field: 'detections.0.bbox' } });
  });

  it('refuses numbers that are none, whatever the surface', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const detections = [{ class: 'mug', bbox: [100, 260, value, 330] as Box }];
      await expect(journey.service.analyze(localCall, { detections, size: frame })).rejects.toMatchObject({
        code: 'VALIDATION_002',
        details: { field: 'detections.0.bbox.2' },
      });
    }
  });

  it.each<[string, object]>([
    ['calibration.points_px', { calibration: { points_px: UNIT, points_mm: UNIT } }],
    ['calibration.rectangle_px', { calibration: { rectangle_px: UNIT, size_mm: 'a4' } }],
    ['zones.0.polygon_px', { zones: [{ name: 'mat', polygon_px: UNIT }] }],
    ['table_corners', { table_corners: UNIT }],
  ])('refuses fractions as points: %s', async (field, given) => {
    const refused = {
      code: 'VALIDATION_002',
      message: expect.stringContaining('fractions'),
      details: { field, image: frame },
    };
    const asked = journey.service.analyze(localCall, { detections: [], size: frame, ...given });
    await expect(asked).rejects.toMatchObject(refused);
    const { table_corners: tablePx, ...rest } = given as { table_corners?: typeof UNIT };
    const stored = journey.calibrations.create(localCall, {
      name: 'desk',
      calibration: scale,
      ...frame,
      ...rest,
      ...(tablePx && { tablePx }),
    });
    await expect(stored).rejects.toMatchObject(refused);
  });

  it('refuses a size that is not that of the image, and knows an image that lay on its side', async () => {
    const ask = (bytes: Buffer, size: typeof frame) => journey.service.analyze(localCall, { bytes, size });
    const plain = await plainPhoto();
    expect((await ask(plain, frame)).image).toMatchObject(frame);
    const turned = { width: 480, height: 640 };
    await expect(ask(plain, { width: 1280, height: 960 })).rejects.toMatchObject({
      code: 'VALIDATION_002',
      message: expect.stringContaining('"size" says 1280 x 960 pixels, but the image has 640 x 480 pixels.'),
      details: { field: 'size', seen: { width: 1280, height: 960 }, image: frame },
    });
    const onItsSide = await sharp(plain).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await ask(onItsSide, turned)).image).toMatchObject(turned);
    await expect(ask(onItsSide, frame)).rejects.toMatchObject({
      message: expect.stringMatching(/swapped: an image is read upright, its EXIF orientation applied/),
    });
    const detections = detect([500, 100, 620, 300]);
    await expect(journey.service.analyze(localCall, { bytes: onItsSide, detections })).rejects.toMatchObject({
      message: expect.stringMatching(/outside the image; all boxes would lie in one of 640 x 480/),
    });
  });
});
