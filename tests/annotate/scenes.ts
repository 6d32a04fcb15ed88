import type { Verdict } from '../../src/contract/verdict.ts';
import type { Move } from '../../src/placement/types.ts';
import type { Calibration, Mat3, Scene, SceneObject, Zone } from '../../src/scene/types.ts';

/** Hand-made scenes with known geometry: 800 x 600 pixels. */
export const SCALED: Calibration = {
  method: 'scale',
  source: 'request',
  homography: [0.5, 0, 0, 0, 0.5, 0, 0, 0, 1],
  mmPerPixel: 0.5,
  scaleSigma: 0.03,
  residualMm: null,
  references: [],
  assumptions: [],
  reason: null,
};

/** Seen at an angle: what is farther up in the image is farther away. */
export const TILTED: Mat3 = [0.5, 0, 0, 0, 0.7, 0, 0, 0.0008, 0.6];

export const UNCALIBRATED: Calibration = {
  ...SCALED,
  method: 'none',
  source: 'none',
  homography: null,
  mmPerPixel: null,
  scaleSigma: null,
  reason: 'nothing of known size is in the image',
};

export function object(id: string, bbox: readonly [number, number, number, number], calibrated = true): SceneObject {
  const [x1, y1, x2, y2] = bbox;
  const centre = { x: (x1 + x2) / 4, y: (y1 + y2) / 4 };
  const mug = id.startsWith('mug');
  return {
    id,
    class: id.replace(/-\d+$/, ''),
    confidence: 0.8,
    bbox,
    footprint: !calibrated
      ? null
      : mug
        ? { kind: 'disk', centre, radius: (x2 - x1) / 4 }
        : {
            kind: 'polygon',
            points: [
              { x: x1 / 2, y: y1 / 2 },
              { x: x2 / 2, y: y1 / 2 },
              { x: x2 / 2, y: y2 / 2 },
              { x: x1 / 2, y: y2 / 2 },
            ],
          },
    covariance: calibrated ? { xx: 4, xy: 0, yy: 4 } : null,
    outlineSigma: calibrated ? 2 : null,
    on: [],
    attributes: {},
  };
}

const FRAME = [
  { x: 0, y: 0 },
  { x: 800, y: 0 },
  { x: 800, y: 600 },
  { x: 0, y: 600 },
];

export function scene(
  objects: readonly SceneObject[],
  calibration: Calibration = SCALED,
  zones: readonly Zone[] = [],
): Scene {
  const polygon = calibration.homography === null ? null : FRAME.map(({ x, y }) => ({ x: x / 2, y: y / 2 }));
  return {
    width: 800,
    height: 600,
    calibration,
    objects,
    zones,
    table: { reference: 'image', polygonPx: FRAME, polygon, sigma: polygon && 5 },
    context: null,
  };
}

export function verdict(kind: Verdict['verdict'], objects: string[], rest: Partial<Verdict> = {}): Verdict {
  return {
    rule_id: 'rule_a',
    condition: 0,
    verdict: kind,
    objects,
    measured: 40,
    required: 152.4,
    uncertainty: 21,
    margin: -112.4,
    unit: 'mm',
    reason: 'because',
    ...rest,
  };
}

export function move(objectId: string, rest: Partial<Move> = {}): Move {
  return {
    objectId,
    type: 'move_left',
    distanceMm: 80,
    vectorMm: { x: -80, y: 0 },
    vectorPx: { x: -160, y: 0 },
    toPx: { x: 0, y: 0 },
    reason: '',
    ruleIds: [],
    verified: true,
    changes: [],
    ...rest,
  };
}

/** A mug 40 mm to the left of a laptop, and one far from it. */
export const DESK = scene([
  object('mug-1', [320, 300, 400, 380]),
  object('mug-2', [60, 420, 140, 500]),
  object('laptop-1', [480, 200, 760, 420]),
]);
export const DESK_VERDICTS = [
  verdict('violated', ['mug-1', 'laptop-1']),
  verdict('satisfied', ['mug-2', 'laptop-1'], { measured: 170, margin: 17.6 }),
];

/** A width for tests that need no font. */
export const plainMeasure = (text: string, size: number): number => text.length * size * 0.7;
