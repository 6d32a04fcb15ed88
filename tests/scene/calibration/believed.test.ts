import { describe, expect, it } from 'vitest';
import type { CalibrationInput } from '../../../src/contract/calibration.ts';
import type { Detection } from '../../../src/contract/detection.ts';
import { Z90 } from '../../../src/contract/verdict.ts';
import { calibrate } from '../../../src/scene/calibration/calibrate.ts';
import type { Reference } from '../../../src/scene/calibration/camera-posterior.ts';
import type { SceneInput } from '../../../src/scene/input.ts';
import type { Calibration } from '../../../src/scene/types.ts';
import { type Desk, desk, detect } from '../truth/desk.ts';
import { known, type Method, THINGS } from '../truth/methods.ts';

const NOISE = 0.02;
const GIVEN: readonly Method[] = ['A4 sheet', 'four points', 'camera', 'scale'];

interface Seen {
  readonly desk: Desk;
  readonly given: CalibrationInput;
  readonly references: readonly Reference[];
}

/** A desk with a right calibration; null where the picture does not show it, or next to nothing. */
function seen(seed: number, method: Method): Seen | null {
  const d = desk(seed, {
    elevation: method === 'scale' ? 'above' : [20, 80],
    rollSigmaDeg: 1.5,
    classes: THINGS.filter((name, i) => i < 4 || (seed + i) % 3 === 0 || name === 'mug'),
  });
  const given = known(d, method);
  if (given === 'no' || given === null || d.placed.length < 3) return null;
  const references = d.placed.map((p, i): Reference => {
    const found: Omit<Detection, 'confidence'> = detect(p, NOISE, d.random);
    return { ...found, confidence: 0.9 - i * 0.01, id: `${found.class}-${i}` };
  });
  return { desk: d, given, references };
}

function calibrated({ desk: d, given, references }: Seen, more: Partial<SceneInput> = {}): Calibration {
  const { width, height } = d.camera;
  const nothing = { focal35mm: null, zones: [], tablePx: null, context: null, detections: [] };
  return calibrate({ width, height, boxNoise: { sigma: NOISE }, calibration: given, ...nothing, ...more }, references);
}

/** The same with all lengths wrong by a factor, as of wrong units. */
function times(given: CalibrationInput, k: number): CalibrationInput {
  if ('points_mm' in given) {
    return { ...given, points_mm: given.points_mm.map(([x, y]) => [k * x, k * y]) as typeof given.points_mm };
  }
  if ('camera_height_mm' in given) return { ...given, camera_height_mm: k * given.camera_height_mm };
  if ('mm_per_pixel' in given) return { ...given, mm_per_pixel: k * given.mm_per_pixel };
  const [a, b] = typeof given.size_mm === 'string' ? [210, 297] : given.size_mm;
  return { ...given, size_mm: [k * a, k * b] };
}

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);
const desks = (method: Method) => SEEDS.flatMap((seed) => seen(seed, method) ?? []);
const isSaid = (c: Calibration) => c.contradicted === true || c.method === 'none';

describe('a calibration that the objects of known size contradict', () => {
  it('is not one that is right: at most 2 % are called so, and most keep their errors as they are', () => {
    const right = GIVEN.flatMap((method) => desks(method)).map((s) => ({
      now: calibrated(s),
      alone: calibrated({ ...s, references: [] }),
    }));
    expect(right.length).toBeGreaterThan(80);
    // What is said of a calibration without any object is not said because of them.
    const said = right.filter(({ now, alone }) => isSaid(now) && !isSaid(alone));
    expect(said.length).toBeLessThanOrEqual(0.02 * right.length);
    const wider = right.filter(({ now, alone }) => now.scaleSigma !== alone.scaleSigma);
    expect(wider.length).toBeLessThanOrEqual(0.05 * right.length);
  });

  it.each([
    [10, 0.95],
    [2.54, 0.9],
    [1 / 2.54, 0.9],
    [0.1, 0.95],
  ])(
    'is one whose lengths are %f times the true ones: mostly no millimetres, and the reason with figures',
    (k, least) => {
      const all = GIVEN.flatMap((method) => desks(method).map((s) => ({ ...s, given: times(s.given, k) })));
      const found = all.map((s) => calibrated(s));
      expect(found.filter(isSaid).length).toBeGreaterThanOrEqual(least * found.length);
      const refused = found.filter((c) => c.method === 'none');
      expect(refused.length).toBeGreaterThan(0.6 * found.length);
      const { reason, homography, scaleSigma } = refused.find((c) => c.reason?.includes(' wide'))!;
      expect(reason).toMatch(/contradicts? the objects of known size \(.*makes? \S+ about [\d.]+ (mm|cm|m) wide/);
      expect(reason).toContain(k > 1 ? 'smaller' : 'larger');
      expect({ homography, scaleSigma }).toEqual({ homography: null, scaleSigma: null });
    },
  );

  it('has errors that reach to what the objects say, where it is not beyond use', () => {
    for (const k of [1.6, 0.65]) {
      const found = desks('four points')
        .map((s) => calibrated({ ...s, given: times(s.given, k) }))
        .filter((c) => c.contradicted && c.method !== 'none');
      expect(found.length).toBeGreaterThan(5);
      const covered = found.filter((c) => Z90 * c.scaleSigma! >= 0.9 * Math.abs(1 / k - 1));
      expect(covered.length).toBeGreaterThanOrEqual(0.8 * found.length);
      expect(found[0]!.reason).toContain('The errors allow for both');
    }
  });

  it('is a stored one, too', () => {
    const s = desks('four points')[0]!;
    const { width, height } = s.desk.camera;
    const stored = (k: number) => {
      const calibration = calibrated({ ...s, given: times(s.given, k), references: [] });
      return calibrated(s, { storedCalibration: { calibration: { ...calibration, source: 'stored' }, width, height } });
    };
    expect(stored(1)).toMatchObject({ source: 'stored', reason: null });
    expect(stored(10)).toMatchObject({ method: 'none' });
    expect(stored(10).reason).toMatch(/^The stored calibration contradicts .*make a new one/);
  });

  it('is doubted more, not less, the more objects contradict it', () => {
    const all = desks('four points').filter((s) => s.references.length >= 5);
    const said = (n: number) =>
      all.filter((s) => isSaid(calibrated({ ...s, given: times(s.given, 1.5), references: s.references.slice(0, n) })))
        .length;
    const counts = [1, 2, 3, 5].map(said);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBeGreaterThan(all.length / 2);
  });

  it('is not one that a single thing with a wrong name contradicts', () => {
    for (const s of desks('four points')) {
      const before = calibrated(s);
      const [x1, y1, x2, y2] = s.references.find((r) => r.class === 'mug')!.bbox;
      const large: Reference = {
        id: 'mug-9',
        class: 'mug',
        confidence: 0.8,
        bbox: [x1 - 2 * (x2 - x1), y1 - 2 * (y2 - y1), x2 + 2 * (x2 - x1), y2 + 2 * (y2 - y1)],
      };
      if (isSaid(before)) continue;
      expect(isSaid(calibrated({ ...s, references: [...s.references, large] }))).toBe(false);
      expect(isSaid(calibrated({ ...s, references: [large] }))).toBe(false);
    }
  });
});
