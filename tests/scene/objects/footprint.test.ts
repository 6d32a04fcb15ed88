import { describe, expect, it } from 'vitest';
import { edgeSigma } from '../../../src/contract/box-noise.ts';
import { centreOf, edgeDistancePx, insideZone, onProbability } from '../../../src/scene/measure.ts';
import { moveObject } from '../../../src/scene/move.ts';
import { projectToPx } from '../../../src/scene/objects/project.ts';
import type { Footprint } from '../../../src/scene/types.ts';
import { distanceBetween } from '../distance-between.ts';
import { byId, sceneOf, seen } from '../helpers.ts';

/** 600 mm over the table, tilted 45 degrees: things farther up in the image are farther away. */
const CAMERA = { camera_height_mm: 600, tilt_deg: 45, focal_35mm: 28 };

const width = (f: Footprint) =>
  f.kind === 'disk' ? 2 * f.radius : Math.max(...f.points.map((p) => p.x)) - Math.min(...f.points.map((p) => p.x));

describe('footprints', () => {
  it('are disks under cups and bottles, polygons under flat things, laptops and monitors', () => {
    const kinds = Object.fromEntries(
      [
        'mug',
        'glass',
        'bottle',
        'bowl',
        'laptop',
        'keyboard',
        'mouse',
        'phone',
        'book',
        'coaster',
        'desk_mat',
        'monitor',
      ].map((name) => [
        name,
        sceneOf([seen(name, [300, 300, 420, 420])], { calibration: CAMERA }).objects[0]!.footprint?.kind,
      ]),
    );
    expect(kinds).toEqual({
      mug: 'disk',
      glass: 'disk',
      bottle: 'disk',
      bowl: 'disk',
      laptop: 'polygon',
      keyboard: 'polygon',
      mouse: 'polygon',
      phone: 'polygon',
      book: 'polygon',
      coaster: 'polygon',
      desk_mat: 'polygon',
      monitor: 'polygon',
    });
  });

  it('lie under the lower end of an upright thing’s box, not under its middle', () => {
    const scene = sceneOf([seen('bottle', [450, 200, 530, 470])], { calibration: CAMERA });
    const at = projectToPx(scene.calibration, centreOf(scene.objects[0]!.footprint!));
    expect(at.y).toBeGreaterThan(420);
    expect(at.y).toBeLessThan(470);
    expect(at.x).toBeGreaterThan(470);
    expect(at.x).toBeLessThan(510);
  });

  it('leave the handle out: a mug’s base is smaller than its box', () => {
    const scene = sceneOf([seen('mug', [450, 300, 575, 420])], { calibration: { mm_per_pixel: 1, sigma: 0.01 } });
    expect(width(scene.objects[0]!.footprint!)).toBeLessThan(95);
  });

  it('of an open laptop are its base, not its screen', () => {
    const scene = sceneOf([seen('laptop', [350, 250, 650, 520])], { calibration: CAMERA });
    const { footprint } = byId(scene, 'laptop-1');
    if (footprint?.kind !== 'polygon') throw new Error('no polygon');
    const rows = footprint.points.map((p) => projectToPx(scene.calibration, p).y);
    expect(Math.min(...rows)).toBeGreaterThan(260);
    expect(Math.max(...rows)).toBeGreaterThan(490);
  });

  it('grow in uncertainty with the box noise and with the distance', () => {
    const sigma = (noise: number, y: number) => {
      const scene = sceneOf([seen('mug', [450, y, 530, y + 90])], {
        calibration: CAMERA,
        boxNoise: { sigma: noise },
      });
      return Math.sqrt(scene.objects[0]!.covariance!.yy);
    };
    expect(sigma(0.08, 500)).toBeGreaterThan(1.2 * sigma(0.01, 500));
    expect(sigma(0.05, 60)).toBeGreaterThan(1.5 * sigma(0.05, 600));
  });

  it('use the noise of the class where it is known', () => {
    const [plain, noisy] = [{ sigma: 0.02 }, { sigma: 0.02, classes: { mug: { sigma: 0.1 } } }].map(
      (boxNoise) => sceneOf([seen('mug', [450, 500, 530, 590])], { calibration: CAMERA, boxNoise }).objects[0]!,
    );
    expect(noisy!.covariance!.yy).toBeGreaterThan(2 * plain!.covariance!.yy);
  });

  it('use the noise at the confidence of the detection where it is known', () => {
    const law = { at: 0.6, fall: 2, from: 0.4, to: 0.9 };
    const boxNoise = {
      sigma: 0.05,
      byScore: law,
      classes: { mug: { sigma: 0.04, byScore: law }, bowl: { sigma: 0.03 } },
    };
    const sigma = (name: string, confidence: number) => edgeSigma(boxNoise, { class: name, confidence });
    expect([sigma('mug', 0.6), sigma('glass', 0.6), sigma('bowl', 0.9)]).toEqual([0.04, 0.05, 0.03]);
    expect(sigma('mug', 0.9)).toBeCloseTo(0.04 * Math.exp(-0.6), 10);
    expect([sigma('mug', 0.1), sigma('mug', 1)]).toEqual([sigma('mug', 0.4), sigma('mug', 0.9)]);
    const [sure, doubtful] = [0.9, 0.4].map((confidence) => {
      const mug = { ...seen('mug', [450, 500, 530, 590]), confidence };
      return sceneOf([mug], { calibration: CAMERA, boxNoise }).objects[0]!.covariance!.yy;
    });
    expect(doubtful!).toBeGreaterThan(1.5 * sure!);
  });

  it('are missing for what cannot stand on the table: above the horizon, people, the table itself', () => {
    const scene = sceneOf(
      [seen('mug', [400, 5, 440, 40]), seen('person', [100, 100, 300, 700]), seen('table', [0, 300, 1000, 800])],
      { calibration: { ...CAMERA, tilt_deg: 80 } },
    );
    for (const o of scene.objects) expect(o.footprint, o.id).toBeNull();
    expect(distanceBetween(scene, scene.objects[0]!, scene.objects[1]!, 'edge')).toBeNull();
  });

  it('of a mug cut off by the image’s border are less certain', () => {
    const whole = sceneOf([seen('mug', [10, 400, 110, 520])], { calibration: CAMERA }).objects[0]!;
    const cut = sceneOf([seen('mug', [0, 400, 60, 520])], { calibration: CAMERA }).objects[0]!;
    expect(cut.covariance!.xx).toBeGreaterThan(whole.covariance!.xx);
  });

  it('are the same every time', () => {
    const make = () =>
      sceneOf([seen('mug', [450, 300, 575, 420]), seen('laptop', [100, 200, 400, 500])], { calibration: null });
    expect(make()).toEqual(make());
  });
});

describe('attributes', () => {
  it('are absent: boxes alone measure neither handle nor colour', () => {
    expect(sceneOf([seen('mug', [450, 300, 575, 420])]).objects[0]!.attributes).toEqual({});
  });
});

describe('names', () => {
  it('number each class by confidence, and boxes are put in order', () => {
    const scene = sceneOf([
      seen('mug', [300, 300, 400, 400], 0.4),
      seen('mug', [600, 400, 500, 300], 0.8),
      { ...seen('mug', [10, 300, 80, 400], 0.6), sourceClass: 'cup' },
      seen('hot dog', [10, 10, 80, 60], 0.6),
    ]);
    expect(scene.objects.map((o) => [o.id, o.confidence])).toEqual([
      ['mug-1', 0.8],
      ['mug-2', 0.6],
      ['hot_dog-1', 0.6],
      ['mug-3', 0.4],
    ]);
    expect(byId(scene, 'mug-1').bbox).toEqual([500, 300, 600, 400]);
    expect(byId(scene, 'mug-2').sourceClass).toBe('cup');
  });
});

describe('standing on something', () => {
  const matted = (x: number, y: number) =>
    sceneOf([seen('desk_mat', [200, 350, 800, 700]), seen('mug', [x, y, x + 80, y + 95])], { calibration: null });

  it('is seen for a mug on a mat and not for one beside it', () => {
    expect(onProbability(byId(matted(450, 450), 'mug-1'), 'desk_mat-1')).toBeGreaterThan(0.9);
    expect(onProbability(byId(matted(30, 450), 'mug-1'), 'desk_mat-1')).toBeLessThan(0.1);
  });

  it('is undecided for a mug whose base lies at the mat’s border', () => {
    const scene = sceneOf([seen('desk_mat', [200, 350, 800, 700]), seen('mug', [160, 450, 240, 545])], {
      calibration: CAMERA,
    });
    const p = onProbability(byId(scene, 'mug-1'), 'desk_mat-1');
    expect(p).toBeGreaterThan(0.1);
    expect(p).toBeLessThan(0.9);
  });

  it('works in pixels without calibration', () => {
    const boxes = [
      seen('coaster', [400, 500, 520, 560]),
      seen('mug', [415, 430, 505, 545]),
      seen('mug', [700, 430, 790, 545], 0.5),
    ];
    const scene = sceneOf(boxes, { calibration: null, boxNoise: { sigma: 0.02 } });
    const unknown = { ...scene, calibration: { ...scene.calibration, homography: null } };
    const moved = moveObject(unknown, 'mug-1', { x: 0, y: 0 });
    expect(onProbability(byId(moved, 'mug-1'), 'coaster-1')).toBeGreaterThan(0.9);
    expect(onProbability(byId(moved, 'mug-2'), 'coaster-1')).toBe(0);
  });

  it('never puts the larger thing on the smaller one', () => {
    const scene = sceneOf([seen('laptop', [300, 250, 640, 560]), seen('coaster', [420, 430, 500, 470])], {
      calibration: CAMERA,
    });
    expect(onProbability(byId(scene, 'laptop-1'), 'coaster-1')).toBe(0);
  });

  it('knows zones as surfaces', () => {
    const zone = {
      name: 'left half',
      kind: 'zone' as const,
      polygon_px: [
        [0, 0],
        [500, 0],
        [500, 800],
        [0, 800],
      ] as [number, number][],
    };
    const scene = sceneOf([seen('mug', [200, 300, 280, 390]), seen('mug', [700, 300, 780, 390], 0.5)], {
      zones: [zone],
    });
    expect(onProbability(byId(scene, 'mug-1'), 'zone:left half')).toBeGreaterThan(0.95);
    expect(onProbability(byId(scene, 'mug-2'), 'zone:left half')).toBe(0);
    expect(insideZone(scene, byId(scene, 'mug-1'), scene.zones[0]!)!.value).toBeGreaterThan(100);
    expect(insideZone(scene, byId(scene, 'mug-2'), scene.zones[0]!)!.value).toBeLessThan(-100);
  });
});

describe('the table’s edge', () => {
  it('keeps the contract’s example: 50 px from the border of a 200 px wide image', () => {
    const scene = sceneOf([seen('mug', [100, 200, 150, 250])], { width: 200, height: 400 });
    expect(scene.table.reference).toBe('image');
    expect(edgeDistancePx(scene, scene.objects[0]!)).toBe(50);
  });

  it('comes from declared corners, else from a detected table, else from the image', () => {
    const mug = seen('mug', [300, 300, 380, 390]);
    const table = seen('table', [100, 100, 900, 700]);
    const declared: [number, number][] = [
      [150, 150],
      [850, 150],
      [850, 650],
      [150, 650],
    ];
    const [a, b, c] = [
      sceneOf([mug, table], { tablePx: declared }).table,
      sceneOf([mug, table]).table,
      sceneOf([mug]).table,
    ];
    expect([a!.reference, b!.reference, c!.reference]).toEqual(['declared', 'surface', 'image']);
    expect(a!.sigma!).toBeLessThan(10);
    // A box around a table is weak evidence of where its top ends.
    expect(b!.sigma!).toBeGreaterThan(50);
    expect(edgeDistancePx(sceneOf([mug, table]), byId(sceneOf([mug, table]), 'mug-1'))).toBe(200);
  });

  it('has no millimetres without calibration, and stays finite below a horizon', () => {
    expect(sceneOf([], { calibration: null }).table.polygon).toBeNull();
    const far = sceneOf([], { calibration: { ...CAMERA, tilt_deg: 75 } }).table.polygon!;
    expect(far.length).toBeGreaterThan(2);
    for (const p of far) expect(Math.hypot(p.x, p.y)).toBeLessThan(60_000);
  });
});

describe('moving an object', () => {
  const scene = sceneOf([seen('mug', [400, 400, 480, 490]), seen('desk_mat', [500, 350, 950, 650], 0.8)], {
    calibration: CAMERA,
  });

  it('carries the footprint by exactly that much and leaves the given scene alone', () => {
    const before = centreOf(byId(scene, 'mug-1').footprint!);
    const moved = moveObject(scene, 'mug-1', { x: 120, y: -30 });
    const after = centreOf(byId(moved, 'mug-1').footprint!);
    expect(after.x - before.x).toBeCloseTo(120, 9);
    expect(after.y - before.y).toBeCloseTo(-30, 9);
    expect(centreOf(byId(scene, 'mug-1').footprint!)).toEqual(before);
    expect(byId(moved, 'desk_mat-1')).toEqual(byId(scene, 'desk_mat-1'));
  });

  it('shrinks the box of what goes farther away, and brings it back', () => {
    const away = moveObject(scene, 'mug-1', { x: 0, y: -300 });
    const a = byId(away, 'mug-1').bbox;
    expect(a[2] - a[0]).toBeLessThan(70);
    expect(a[3]).toBeLessThan(400);
    const back = byId(moveObject(away, 'mug-1', { x: 0, y: 300 }), 'mug-1').bbox;
    for (let i = 0; i < 4; i++) expect(back[i]).toBeCloseTo(byId(scene, 'mug-1').bbox[i]!, 6);
  });

  it('finds anew what it stands on', () => {
    expect(onProbability(byId(scene, 'mug-1'), 'desk_mat-1')).toBeLessThan(0.1);
    const to = centreOf(byId(scene, 'desk_mat-1').footprint!);
    const from = centreOf(byId(scene, 'mug-1').footprint!);
    const moved = moveObject(scene, 'mug-1', { x: to.x - from.x, y: to.y - from.y });
    expect(onProbability(byId(moved, 'mug-1'), 'desk_mat-1')).toBeGreaterThan(0.95);
  });

  it('moves in pixels without calibration, and does nothing for an unknown id', () => {
    const plain = sceneOf([seen('person', [400, 400, 480, 490])], { calibration: null });
    expect(moveObject(plain, 'person-1', { x: 10, y: -20 }).objects[0]!.bbox).toEqual([410, 380, 490, 470]);
    expect(moveObject(scene, 'mug-9', { x: 10, y: 0 }).objects).toEqual(scene.objects);
  });
});
