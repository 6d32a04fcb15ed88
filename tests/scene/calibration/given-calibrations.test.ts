import { describe, expect, it } from 'vitest';
import type { CalibrationInput } from '../../../src/contract/calibration.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import type { Scene } from '../../../src/scene/types.ts';
import { minDistance } from '../../placement/desk.ts';
import { random } from '../truth/random.ts';
import { noisyDetections, pixelOf, renderedScenes, sceneFor, type TruthFile } from '../truth/rendered.ts';

/** Desks with at least four whole things. */
const desks = renderedScenes()
  .map((truth) => ({ truth, whole: wholeThings(truth) }))
  .filter(({ whole }) => whole.length >= 4)
  .slice(0, 40);

function wholeThings(t: TruthFile) {
  return t.objects.filter((o) => o.class !== 'table' && o.bbox !== null && o.visible >= 0.9 && !o.truncated);
}

function sceneBy(truth: TruthFile, calibration: CalibrationInput) {
  const detections = noisyDetections(wholeThings(truth), 0.03, random(truth.seed));
  return sceneFor(truth, calibration, { detections, boxNoise: { sigma: 0.03 } });
}

/** `unit`: what the caller's millimetres are in truth. */
function camera(t: TruthFile, unit: number): CalibrationInput {
  const { R, fx, position_mm } = t.camera;
  return {
    camera_height_mm: position_mm[2]! * unit,
    tilt_deg: (Math.acos(-R[2]![2]!) * 180) / Math.PI,
    focal_35mm: (fx * Math.hypot(36, 24)) / Math.hypot(t.width, t.height),
  };
}

function points(t: TruthFile, unit: number): CalibrationInput | null {
  const [o] = wholeThings(t);
  const [x, y] = o!.base_mm;
  const mm = [
    [x! - 200, y! + 150],
    [x! + 200, y! + 150],
    [x! + 200, y! - 150],
    [x! - 200, y! - 150],
  ] as const;
  const px = mm.map(([a, b]) => pixelOf(t, a, b));
  if (px.some(([u, v]) => u < 0 || v < 0 || u > t.width || v > t.height)) return null;
  return {
    points_px: px as never,
    points_mm: mm.map(([a, b]) => [a * unit, -b * unit]) as never,
  };
}

/** Told with errors that take in both, or not believed at all. */
const isDoubted = ({ calibration }: Scene) => calibration.contradicted === true || calibration.homography === null;
const DECIDED = new Set(['satisfiedviolated', 'violatedsatisfied']);
const GIVEN = { camera, points } as const;
const contradicted = (kind: keyof typeof GIVEN, unit: number) => {
  const scenes = desks.flatMap(({ truth }) => {
    const calibration = GIVEN[kind](truth, unit);
    return calibration === null ? [] : [sceneBy(truth, calibration)];
  });
  expect(scenes.length).toBeGreaterThan(8);
  return { scenes, share: scenes.filter(isDoubted).length / scenes.length };
};

describe.skipIf(desks.length === 0)('a calibration that somebody gave, held against the things of known size', () => {
  it.each(['camera', 'points'] as const)('is believed where it is right: %s', (kind) => {
    expect(contradicted(kind, 1).share).toBeLessThan(0.06);
  });

  it.each([
    ['camera', 2],
    ['camera', 0.5],
    ['points', 25.4],
    ['points', 0.5],
  ] as const)('is doubted, said so and decides next to nothing where its unit is wrong: %s times %s', (kind, unit) => {
    const { scenes, share } = contradicted(kind, unit);
    expect(share).toBeGreaterThan(0.85);
    for (const { calibration } of scenes.filter(isDoubted)) expect(calibration.reason).not.toBeNull();
    // What the right calibration decides is not decided the other way round.
    const rule = minDistance('mug', 'object', 150);
    const right = contradicted(kind, 1).scenes.map((s) => evaluateAll([rule], s).map((v) => v.verdict));
    const turned = scenes.flatMap((s, i) =>
      evaluateAll([rule], s).filter(({ verdict }, k) => isDoubted(s) && DECIDED.has(verdict + right[i]![k])),
    );
    expect(turned.length).toBeLessThanOrEqual(0.02 * right.flat().length);
  });

  it('is not doubted for one thing alone, which may be no usual one', () => {
    const scenes = desks.slice(0, 10).map(({ truth, whole }) => {
      const one = noisyDetections(whole.slice(0, 1), 0.03, random(truth.seed));
      return sceneFor(truth, camera(truth, 2), { detections: one, boxNoise: { sigma: 0.03 } });
    });
    expect(scenes.filter(isDoubted)).toEqual([]);
  });
});

describe.skipIf(desks.length === 0)('mm_per_pixel of a view from the side', () => {
  it('decides next to nothing where it is several times too large', () => {
    const scenes = desks.map(({ truth }) =>
      sceneBy(truth, { mm_per_pixel: (5 * truth.camera.t[2]!) / truth.camera.fx }),
    );
    const doubted = scenes.filter(isDoubted);
    expect(doubted.length).toBeGreaterThan(10);
    const decided = doubted.flatMap((s) =>
      evaluateAll([minDistance('mug', 'object', 150)], s).map((v) => v.verdict === 'satisfied'),
    );
    expect(decided.filter(Boolean).length).toBeLessThan(0.1 * decided.length);
  });
});
