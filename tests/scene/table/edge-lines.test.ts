import { describe, expect, it } from 'vitest';
import { apply } from '../../../src/scene/math/mat3.ts';
import { distanceToEdge, edgeMeasured, edgeRange, WIDE_EDGE } from '../../../src/scene/measure.ts';
import { byId, sceneOf, seen } from '../helpers.ts';
import { painted, rectangle } from '../objects/painted.ts';
import { random } from '../truth/random.ts';

const size = { width: 640, height: 480 };
const calibration = { mm_per_pixel: 2, sigma: 0.02 };
const plane = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;
/** Around a point of the image. */
const mug = (x: number, y: number) => seen('mug', [x - 22, y - 22, x + 22, y + 22]);
const phone = (x: number, y: number) => seen('phone', [x - 18, y - 38, x + 18, y + 38]);

/** A dark table top, 100 px from the image's left border and out of it on the right, 80 px from the top, on a light floor. */
const top = rectangle({ x: 600, y: 230 }, 1000, 300, 0);
const table = painted(size.width, size.height, plane, top).gradient;

describe('the edge of the table in the image', () => {
  const things = [mug(180, 230), phone(320, 250), mug(420, 200), phone(520, 160)];

  it('is among the lines, with the way towards what stands on the table', () => {
    const { table: edge } = sceneOf(things, { ...size, calibration, gradient: table });
    const left = edge.lines!.find((l) => Math.abs(l.fromPx.x - 100) < 1 && Math.abs(l.toPx.x - 100) < 1)!;
    expect(left.probability).toBeGreaterThan(0.2);
    expect(left.inward.x).toBeGreaterThan(0.99);
    expect(left.sigma).toBeGreaterThan(0);
  });

  it('bounds how far the table goes on', () => {
    const scene = sceneOf(things, { ...size, calibration, gradient: table });
    const near = scene.objects.find((o) => o.class === 'mug' && o.bbox[0] < 200)!;
    const range = edgeRange(scene, near)!;
    // Its middle is (180 - 100) px of 2 mm from the left side.
    expect(range.low).toBeLessThan(160 - 15);
    expect(range.low).toBeGreaterThan(40);
  });

  it('is given as one distance only where it is known to some centimetres', () => {
    const scene = sceneOf(things, { ...size, calibration, gradient: table });
    for (const o of scene.objects) {
      const [whole, said] = [distanceToEdge(scene, o), edgeMeasured(scene, o)];
      expect(said).toEqual(whole !== null && 1.6449 * whole.sigma <= WIDE_EDGE ? whole : null);
    }
    // Only the far side is surely an edge, and far away: the middle of what lies between is no distance.
    const sure = {
      ...scene.table.lines![0]!,
      from: { x: 0, y: -900 },
      to: { x: 900, y: -900 },
      inward: { x: 0, y: 1 },
    };
    const far = { ...scene, table: { ...scene.table, lines: [{ ...sure, sigma: 2, probability: 0.95 }] } };
    const first = far.objects.find((o) => o.class === 'mug')!;
    expect(distanceToEdge(far, first)!.value).toBeGreaterThan(300);
    expect(edgeMeasured(far, first)).toBeNull();
  });

  it('is not known where the image shows none: the table goes on at least to the border', () => {
    const flat = painted(size.width, size.height, plane, () => true).gradient;
    const scene = sceneOf([mug(320, 240)], { ...size, calibration, gradient: flat });
    expect(scene.table).toMatchObject({ reference: 'image', lines: [] });
    const range = edgeRange(scene, byId(scene, 'mug-1'))!;
    expect(range.low).toBeGreaterThan(300);
    expect(range.low).toBeLessThan(2 * (240 - 22) + 15);
    expect(range.high).toBe(Number.POSITIVE_INFINITY);
    expect(distanceToEdge(scene, byId(scene, 'mug-1'))).toBeNull();
  });

  it('is no line that has things on both sides', () => {
    const scene = sceneOf([mug(50, 60), phone(50, 400), ...things], { ...size, calibration, gradient: table });
    for (const { fromPx, toPx, probability } of scene.table.lines!) {
      if (Math.abs(fromPx.x - 100) < 2 && Math.abs(toPx.x - 100) < 2) expect(probability).toBeLessThanOrEqual(0.5);
    }
    expect(scene.table.reference).toBe('image');
  });

  it('is no frame around the picture', () => {
    const framed = painted(size.width, size.height, plane, ({ x, y }) => x > 4 && y > 4 && x < 636 && y < 476).gradient;
    const scene = sceneOf([mug(320, 240)], { ...size, calibration, gradient: framed });
    expect(scene.table.lines).toEqual([]);
  });

  it('bounds what stands on a round table, and is never farther than it is', () => {
    const round = painted(size.width, size.height, plane, ({ x, y }) => Math.hypot(x - 320, y - 240) < 200).gradient;
    const scene = sceneOf([mug(320, 240), mug(420, 200), mug(200, 300)], { ...size, calibration, gradient: round });
    const centre = apply(scene.calibration.homography!, { x: 320, y: 240 });
    for (const o of scene.objects) {
      const foot = o.footprint as Extract<typeof o.footprint, { kind: 'disk' }>;
      const off = { x: foot.centre.x - centre.x, y: foot.centre.y - centre.y };
      const real = 400 - Math.hypot(off.x, off.y) - foot.radius;
      const range = edgeRange(scene, o)!;
      expect(range.low).toBeLessThan(real + 12);
      expect(range.high).toBeGreaterThan(real - 12);
    }
  });

  it('gives way to marked corners, and is not looked for without millimetres, grey values or things', () => {
    const marked = {
      tablePx: [
        [100, 80],
        [640, 80],
        [640, 380],
        [100, 380],
      ] as const,
    };
    expect(sceneOf(things, { ...size, calibration, gradient: table, ...marked }).table.lines).toBeUndefined();
    expect(sceneOf([], { ...size, calibration, gradient: table }).table.lines).toBeUndefined();
    const { grey: _, ...noGrey } = table;
    expect(sceneOf(things, { ...size, calibration, gradient: noGrey }).table.lines).toBeUndefined();
    const bare = sceneOf([seen('vase', [300, 200, 340, 280])], { ...size, calibration: null, gradient: table });
    expect(bare.table).toMatchObject({ reference: 'image', polygon: null });
  });

  it('survives noise, boxes beyond the border and calibrations near the horizon', () => {
    const r = random(9);
    const noise = () => Int16Array.from({ length: size.width * size.height }, () => r.uniform(-400, 400));
    const grey = Uint8Array.from({ length: size.width * size.height }, () => r.uniform(0, 255));
    const gradient = { ...size, scaleX: 1, scaleY: 1, x: noise(), y: noise(), grey };
    for (const c of [calibration, { camera_height_mm: 400, tilt_deg: 3 }, null]) {
      const scene = sceneOf([mug(-30, 470), phone(650, 5), mug(320, 240)], { ...size, calibration: c, gradient });
      for (const o of scene.objects) {
        const range = edgeRange(scene, o);
        if (range !== null) expect(range.low).toBeLessThanOrEqual(range.high);
      }
    }
  });
});
