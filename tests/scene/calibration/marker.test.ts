import { describe, expect, it } from 'vitest';
import type { SeenTag } from '../../../src/contract/seen-tag.ts';
import { calibrate } from '../../../src/scene/calibration/calibrate.ts';
import { PRINT_SIGMA } from '../../../src/scene/calibration/calibrate-marker.ts';
import { cameraOf } from '../../../src/scene/calibration/camera.ts';
import type { SceneInput } from '../../../src/scene/input.ts';
import { MARKER_SHEETS, type Paper, tagCorners } from '../../../src/scene/markers/sheet.ts';
import { apply } from '../../../src/scene/math/mat3.ts';
import { distanceApart, placed } from '../../../src/scene/measure.ts';
import type { Calibration, Point, SceneObject } from '../../../src/scene/types.ts';
import { random } from '../truth/random.ts';

const WIDTH = 1280;
const HEIGHT = 960;
const RADIANS = Math.PI / 180;
const SIGMA = 0.35;

interface View {
  readonly tilt: number;
  readonly roll?: number;
  readonly height?: number;
  readonly focalPx?: number;
}

/** The projection of a camera over the table (x right, y toward the viewer, z up); its origin is seen at the lower middle. */
function cameraWith({ tilt, roll = 0, height = 700, focalPx = 1100 }: View) {
  const pose = { width: WIDTH, height: HEIGHT, focalPx, tilt: tilt * RADIANS, roll: roll * RADIANS, heightMm: height };
  const P = cameraOf(pose)!.projection;
  return (x: number, y: number, z = 0): Point => {
    const row = (i: number) => P[4 * i]! * x + P[4 * i + 1]! * y + P[4 * i + 2]! * z + P[4 * i + 3]!;
    return { x: row(0) / row(2), y: row(1) / row(2) };
  };
}

type Place = (sheet: Point) => readonly [number, number, number];

/** A sheet that lies on the table: its middle at (x, y), turned, printed at a scale. */
const lying =
  (paper: Paper, x: number, y: number, turn = 0, scale = 1): Place =>
  (p) => {
    const { width, height } = MARKER_SHEETS[paper];
    const [u, v] = [(p.x - width / 2) * scale, (p.y - height / 2) * scale];
    const [c, s] = [Math.cos(turn * RADIANS), Math.sin(turn * RADIANS)];
    return [x + c * u - s * v, y + s * u + c * v, 0];
  };

function tagsOf(
  paper: Paper,
  place: Place,
  see: ReturnType<typeof cameraWith>,
  noise: () => number = () => 0,
  ids?: readonly number[],
): SeenTag[] {
  return MARKER_SHEETS[paper].tags
    .filter((t) => ids === undefined || ids.includes(t.id))
    .map((tag) => ({
      id: tag.id,
      mirrored: false,
      corners: tagCorners(tag).map((p) => {
        const at = see(...place(p));
        return { x: at.x + noise(), y: at.y + noise() };
      }),
    }));
}

const input = (tags: readonly SeenTag[], more: Partial<SceneInput> = {}): SceneInput => ({
  width: WIDTH,
  height: HEIGHT,
  detections: [],
  boxNoise: { sigma: 0.03 },
  focal35mm: null,
  calibration: null,
  zones: [],
  tablePx: null,
  context: null,
  markers: { tags, sigmaPx: SIGMA },
  ...more,
});

const found = (tags: readonly SeenTag[], more: Partial<SceneInput> = {}): Calibration =>
  calibrate(input(tags, more), []);

/** True and measured distance of two table points, with its standard error. */
function between(calibration: Calibration, see: ReturnType<typeof cameraWith>, a: Point, b: Point) {
  const disk = (at: Point): SceneObject => ({
    id: '',
    class: 'mug',
    confidence: 1,
    bbox: [0, 0, 1, 1],
    footprint: { kind: 'disk', centre: at, radius: 0.01 },
    covariance: { xx: 0, xy: 0, yy: 0 },
    outlineSigma: 0,
    on: [],
    attributes: {},
  });
  const H = calibration.homography!;
  const [p, q] = [a, b].map((at) => placed(disk(apply(H, see(at.x, at.y))))) as [
    ReturnType<typeof placed>,
    ReturnType<typeof placed>,
  ];
  return { ...distanceApart(calibration, p, q, 'centre', 0, 0)!, truth: Math.hypot(a.x - b.x, a.y - b.y) };
}

describe('a sheet on the table', () => {
  it.each([
    [5, 0],
    [40, 30],
    [65, 200],
  ])('measures the table from %d degrees, lying turned by %d', (tilt, turn) => {
    for (const paper of ['a4', 'letter'] as const) {
      const see = cameraWith({ tilt });
      const c = found(tagsOf(paper, lying(paper, 60, -250, turn), see));
      expect(c).toMatchObject({ method: 'marker', source: 'reference_object', reason: null });
      const d = between(c, see, { x: -200, y: -400 }, { x: 150, y: -150 });
      expect(d.value).toBeCloseTo(d.truth, 0);
      expect(c.references[0]).toContain(paper === 'a4' ? 'A4' : 'Letter');
      // The whole paper, for who draws it.
      const corner = see(...lying(paper, 60, -250, turn)({ x: 0, y: 0 }));
      expect(c.sheetPx).toHaveLength(4);
      expect(Math.hypot(c.sheetPx![0]!.x - corner.x, c.sheetPx![0]!.y - corner.y)).toBeLessThan(1);
    }
  });

  it('grows to the right of the image and toward the viewer, however the sheet is turned', () => {
    for (const turn of [0, 90, 180, 300]) {
      const see = cameraWith({ tilt: 40 });
      const c = found(tagsOf('a4', lying('a4', 0, -200, turn), see));
      const [left, right, near] = [see(-50, -200), see(50, -200), see(0, -100)].map((p) => apply(c.homography!, p)) as [
        Point,
        Point,
        Point,
      ];
      expect(right.x - left.x).toBeCloseTo(100, 0);
      expect(near.y - left.y).toBeCloseTo(100, 0);
    }
  });

  it('states errors that hold, with six tags, two and one, near and far from the sheet', () => {
    const outcomes = { six: [] as boolean[], two: [] as boolean[], one: [] as boolean[] };
    for (let seed = 0; seed < 60; seed++) {
      const r = random(seed);
      const see = cameraWith({
        tilt: r.uniform(5, 62),
        roll: r.normal(0, 3),
        height: r.uniform(450, 1100),
        focalPx: 0.7166 * 1600 * Math.exp(r.normal(0, 0.2)),
      });
      const scale = 1 + r.normal(0, PRINT_SIGMA);
      const place = lying('a4', r.uniform(-150, 150), r.uniform(-350, -150), r.uniform(0, 360), scale);
      for (const [name, ids] of [
        ['six', [0, 1, 2, 3, 4, 5]],
        ['two', [0, 3]],
        ['one', [2]],
      ] as const) {
        const c = found(tagsOf('a4', place, see, () => r.normal(0, SIGMA), ids));
        expect(c.method).toBe('marker');
        for (let k = 0; k < 4; k++) {
          const at = () => ({ x: r.uniform(-350, 350), y: r.uniform(-500, -50) });
          const d = between(c, see, at(), at());
          outcomes[name].push(Math.abs(d.value - d.truth) <= 1.6449 * d.sigma);
        }
      }
    }
    for (const list of Object.values(outcomes)) {
      const share = list.filter(Boolean).length / list.length;
      expect(share).toBeGreaterThan(0.84);
      expect(share).toBeLessThan(0.985);
    }
  });

  it('says larger errors where it saw less', () => {
    const see = cameraWith({ tilt: 45 });
    const place = lying('a4', 0, -250);
    const sigma = (ids: readonly number[]) =>
      between(found(tagsOf('a4', place, see, undefined, ids)), see, { x: -200, y: -900 }, { x: 200, y: -700 }).sigma;
    expect(sigma([4])).toBeGreaterThan(1.3 * sigma([0, 1, 2, 3, 4, 5]));
    expect(found(tagsOf('a4', place, see, undefined, [4])).assumptions.join()).toContain('one tag alone');
  });

  it('leaves out a tag whose border is hidden in part', () => {
    const see = cameraWith({ tilt: 40 });
    const tags = tagsOf('a4', lying('a4', 0, -250), see).map((tag) =>
      tag.id === 3
        ? { ...tag, corners: tag.corners.map((p, i) => (i === 0 || i === 3 ? { x: p.x + 6, y: p.y } : p)) }
        : tag,
    );
    const c = found(tags);
    expect(c.references).toEqual(['the printed sheet (A4), 5 of 6 tags']);
    const d = between(c, see, { x: -200, y: -400 }, { x: 150, y: -150 });
    expect(Math.abs(d.value - d.truth)).toBeLessThan(1);
  });

  it('gives way to what the caller gives', () => {
    const tags = tagsOf('a4', lying('a4', 0, -250), cameraWith({ tilt: 40 }));
    expect(found(tags, { calibration: { mm_per_pixel: 0.5 } }).method).toBe('scale');
    const stored = { ...found(tags), method: 'homography' as const, source: 'request' as const };
    const again = found(tags, { storedCalibration: { calibration: stored, width: WIDTH, height: HEIGHT } });
    expect(again).toMatchObject({ method: 'homography', source: 'stored' });
  });
});

describe('no millimetres, and the reason', () => {
  const refused = (tags: readonly SeenTag[], more: Partial<SceneInput> = {}) => {
    const c = found(tags, more);
    expect(c).toMatchObject({ method: 'none', homography: null, mmPerPixel: null });
    return c.reason;
  };

  it('of a sheet in a mirror', () => {
    const tags = tagsOf('a4', lying('a4', 0, -250), cameraWith({ tilt: 40 }));
    expect(refused(tags.map((t) => ({ ...t, mirrored: true })))).toContain('mirror');
  });

  it.each([
    ['printed smaller', lying('a4', 250, -250, 20, 0.9)],
    ['that lies higher', ((p) => [p.x + 80, -350 + p.y, 60]) as Place],
    ['on a wall', ((p) => [p.x + 100, -500, 330 - p.y]) as Place],
  ])('of two sheets, one %s', (_, other) => {
    const see = cameraWith({ tilt: 40 });
    const tags = [...tagsOf('letter', lying('letter', -200, -250), see), ...tagsOf('a4', other, see)];
    expect(refused(tags)).toContain('contradict');
    // The same without the second one.
    expect(found(tagsOf('letter', lying('letter', -200, -250), see)).method).toBe('marker');
  });

  it('but two that agree are used', () => {
    const see = cameraWith({ tilt: 40 });
    const tags = [
      ...tagsOf('letter', lying('letter', -200, -250), see),
      ...tagsOf('letter', lying('letter', 150, -300, 70), see),
    ];
    const c = found(tags);
    expect(c.method).toBe('marker');
    expect(c.assumptions.join()).toContain('several printed sheets');
  });

  it.each([
    ['before a camera that looks down at it', 55, (p: Point) => [p.x - 100, -600, 350 - p.y] as const],
    ['at the side', 45, (p: Point) => [-260, -300 + p.x, 330 - p.y] as const],
  ])('of a sheet on a wall %s', (_, tilt, place) => {
    expect(refused(tagsOf('a4', place, cameraWith({ tilt })))).toContain('upright');
  });

  it('of a sheet that the objects of known size contradict', () => {
    const see = cameraWith({ tilt: 45, height: 600 });
    const boxOf = (x: number, y: number, w: number, d: number, h: number) => {
      const c = [-1, 1].flatMap((i) =>
        [-1, 1].flatMap((j) => [0, h].map((z) => see(x + (i * w) / 2, y + (j * d) / 2, z))),
      );
      const [xs, ys] = [c.map((p) => p.x), c.map((p) => p.y)];
      return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] as const;
    };
    const references = [
      { id: 'phone-1', class: 'phone', confidence: 0.9, bbox: boxOf(-150, -200, 73, 153, 8) },
      { id: 'mouse-1', class: 'mouse', confidence: 0.9, bbox: boxOf(150, -250, 63, 110, 36) },
      { id: 'keyboard-1', class: 'keyboard', confidence: 0.9, bbox: boxOf(0, -420, 435, 140, 20) },
    ];
    const sheet = (scale: number) => input(tagsOf('a4', lying('a4', 0, -250, 0, scale), see));
    expect(calibrate(sheet(1), references).method).toBe('marker');
    // Of any number of them: what is of many sizes itself (a keyboard) must not outvote the others.
    for (const scale of [0.6, 0.3]) {
      for (const n of [2, 3]) {
        const { method, reason } = calibrate(sheet(scale), references.slice(0, n));
        expect(method, `${scale}, ${n}`).toBe('none');
        expect(reason).toMatch(
          /^The printed sheet contradicts the objects of known size .* smaller, so lengths are in pixels only/,
        );
      }
    }
  });

  it('of a sheet that is bent', () => {
    const see = cameraWith({ tilt: 40 });
    const bent: Place = (p) => [p.x - 100, p.y - 400, 40 * Math.sin((Math.PI * p.y) / 297)];
    expect(refused(tagsOf('a4', bent, see))).toContain('bent');
  });

  it('is another matter than no sheet at all', () => {
    const c = found([]);
    expect(c.method).toBe('none');
    const silent = /^No object of known size/;
    expect(c.reason).toMatch(silent);
    expect(found([{ id: 99, mirrored: false, corners: [] }]).reason).toMatch(silent);
  });
});
