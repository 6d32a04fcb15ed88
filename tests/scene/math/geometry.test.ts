import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centroid, closest, depthInside, footprintDepth } from '../../../src/scene/math/geometry.ts';
import { distanceToEdge, gapPx, offsetBetween } from '../../../src/scene/measure.ts';
import type { Footprint, Point, Scene, SceneObject } from '../../../src/scene/types.ts';
import { distanceBetween } from '../distance-between.ts';
import { block, disk, sceneOf } from '../helpers.ts';
import { outlineDistance } from '../truth/desk.ts';

const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const size = fc.double({ min: 1, max: 300, noNaN: true });
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const anObject = (id: string) =>
  fc.oneof(
    fc.tuple(number(500), number(500), size).map(([x, y, r]) => disk(id, x, y, r)),
    fc.tuple(number(500), number(500), size, size, angle).map(([x, y, w, d, t]) => block(id, x, y, w, d, t)),
  );
const pair = fc.tuple(anObject('mug-1'), anObject('laptop-1'));

function map(f: Footprint, to: (p: Point) => Point, grow = 1): Footprint {
  return f.kind === 'disk'
    ? { kind: 'disk', centre: to(f.centre), radius: f.radius * grow }
    : { kind: 'polygon', points: f.points.map(to) };
}

const outline = (f: Footprint): [number, number][] =>
  f.kind === 'polygon'
    ? f.points.map((p) => [p.x, p.y])
    : Array.from({ length: 90 }, (_, i) => [
        f.centre.x + f.radius * Math.cos((i * Math.PI) / 45),
        f.centre.y + f.radius * Math.sin((i * Math.PI) / 45),
      ]);

describe('the gap of two footprints', () => {
  it('does not depend on where the table lies or how it is turned (2,000 pairs)', () => {
    fc.assert(
      fc.property(pair, number(1000), number(1000), angle, ([a, b], dx, dy, t) => {
        const before = closest(a.footprint!, b.footprint!).gap;
        const to = (p: Point) => ({
          x: dx + Math.cos(t) * p.x - Math.sin(t) * p.y,
          y: dy + Math.sin(t) * p.x + Math.cos(t) * p.y,
        });
        const after = closest(map(a.footprint!, to), map(b.footprint!, to)).gap;
        expect(after).toBeCloseTo(before, 5);
      }),
      { numRuns: 2000 },
    );
  });

  it('grows with the scale, so that inches and millimetres agree (2,000 pairs)', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const inch = (p: Point) => ({ x: p.x / 25.4, y: p.y / 25.4 });
        const mm = closest(a.footprint!, b.footprint!).gap;
        const inches = closest(map(a.footprint!, inch, 1 / 25.4), map(b.footprint!, inch, 1 / 25.4)).gap;
        expect(inches * 25.4).toBeCloseTo(mm, 6);
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same both ways, and its end points are that far apart (2,000 pairs)', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const there = closest(a.footprint!, b.footprint!);
        const back = closest(b.footprint!, a.footprint!);
        expect(back.gap).toBeCloseTo(there.gap, 6);
        expect(Math.hypot(there.direction.x, there.direction.y)).toBeCloseTo(1, 9);
        if (there.gap > 0) {
          expect(Math.hypot(there.onB.x - there.onA.x, there.onB.y - there.onA.y)).toBeCloseTo(there.gap, 6);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is what brute force over dense outlines finds (500 pairs)', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const exact = closest(a.footprint!, b.footprint!).gap;
        const dense = outlineDistance(outline(a.footprint!), outline(b.footprint!));
        // A circle of 90 corners lies up to 0.2 mm inside the true one.
        expect(Math.abs(exact - dense)).toBeLessThan(0.5);
      }),
      { numRuns: 500 },
    );
  });

  it('obeys a hand-made table', () => {
    const cases: [SceneObject, SceneObject, number][] = [
      [disk('mug-1', 0, 0, 40), disk('mug-2', 200, 0, 50), 110],
      [disk('mug-1', 0, 0, 40), block('laptop-1', 300, 0, 400, 200), 60],
      [disk('mug-1', 0, 0, 40), block('laptop-1', 100, 0, 400, 200), 0],
      [block('book-1', 0, 0, 100, 100), block('laptop-1', 200, 200, 100, 100), Math.hypot(100, 100)],
      [block('book-1', 0, 0, 10, 10), block('laptop-1', 0, 0, 400, 200), 0],
    ];
    for (const [a, b, gap] of cases) expect(closest(a.footprint!, b.footprint!).gap).toBeCloseTo(gap, 9);
  });
});

describe('depth inside a polygon', () => {
  const table = [
    { x: 0, y: 0 },
    { x: 0, y: 600 },
    { x: 1200, y: 600 },
    { x: 1200, y: 0 },
  ];

  it('is positive inside, negative outside, in a hand-made table', () => {
    expect(depthInside(table, { x: 100, y: 300 }).depth).toBeCloseTo(100, 9);
    expect(depthInside(table, { x: -30, y: 300 }).depth).toBeCloseTo(-30, 9);
    expect(footprintDepth(table, { kind: 'disk', centre: { x: 100, y: 300 }, radius: 40 }).depth).toBeCloseTo(60, 9);
    expect(footprintDepth(table, { kind: 'disk', centre: { x: 20, y: 300 }, radius: 40 }).depth).toBeCloseTo(-20, 9);
  });

  it('sees the corner of an L-shaped table that pokes into a footprint', () => {
    const ell = [
      { x: 0, y: 0 },
      { x: 0, y: 600 },
      { x: 500, y: 600 },
      { x: 500, y: 300 },
      { x: 1000, y: 300 },
      { x: 1000, y: 0 },
    ];
    const mat = block('desk_mat-1', 500, 300, 200, 200).footprint!;
    expect(footprintDepth(ell, mat).depth).toBeLessThan(-90);
  });

  it('moves with the footprint: never deeper by more than it moved (1,000 moves)', () => {
    fc.assert(
      fc.property(anObject('mug-1'), number(200), number(200), (o, dx, dy) => {
        const before = footprintDepth(table, o.footprint!).depth;
        const after = footprintDepth(
          table,
          map(o.footprint!, (p) => ({ x: p.x + dx, y: p.y + dy })),
        ).depth;
        expect(Math.abs(after - before)).toBeLessThanOrEqual(Math.hypot(dx, dy) + 1e-6);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('measures of a scene', () => {
  const scene: Scene = sceneOf([], { calibration: { mm_per_pixel: 1, sigma: 0.1 } });
  const unknown: Scene = sceneOf([], { calibration: null });

  it('adds the objects’ own errors and the common scale error', () => {
    const m = distanceBetween(scene, disk('mug-1', 0, 0, 40, 3), disk('mug-2', 200, 0, 40, 4), 'edge');
    expect(m!.value).toBeCloseTo(120, 9);
    expect(m!.sigma).toBeCloseTo(Math.hypot(3, 4, 12), 9);
    const c = distanceBetween(scene, disk('mug-1', 0, 0, 40, 3), disk('mug-2', 200, 0, 40, 4), 'centre');
    expect(c!.value).toBeCloseTo(200, 9);
    expect(c!.sigma).toBeCloseTo(Math.hypot(3, 4, 20), 9);
  });

  it('takes the direction from edgeSigma when there is one', () => {
    const edgeSigma = Array.from({ length: 16 }, (_, i) => (i === 0 ? 9 : 1));
    const a = { ...disk('mug-1', 0, 0, 40), edgeSigma };
    const right = distanceBetween(scene, a, disk('mug-2', 100, 0, 40), 'edge');
    const left = distanceBetween(scene, a, disk('mug-2', -100, 0, 40), 'edge');
    expect(right!.sigma).toBeCloseTo(Math.hypot(9, 2), 6);
    expect(left!.sigma).toBeCloseTo(Math.hypot(1, 2), 6);
  });

  it('says 0 with an error for what overlaps, and null without millimetres', () => {
    const a = disk('mug-1', 0, 0, 40, 3);
    const b = block('laptop-1', 60, 0, 300, 200);
    expect(distanceBetween(scene, a, b, 'edge')).toMatchObject({ value: 0 });
    expect(distanceBetween(scene, a, b, 'edge')!.sigma).toBeGreaterThan(2);
    expect(distanceBetween(unknown, a, b, 'edge')).toBeNull();
    expect(distanceToEdge(unknown, a)).toBeNull();
    expect(offsetBetween(unknown, a, b)).toBeNull();
    expect(distanceBetween(scene, { ...a, footprint: null }, b, 'centre')).toBeNull();
  });

  it('gives offsets to the right and toward the viewer', () => {
    const m = offsetBetween(scene, disk('mug-1', 300, 100, 40, 2), disk('laptop-1', 100, 250, 40));
    expect(m!.dx.value).toBeCloseTo(200, 9);
    expect(m!.dy.value).toBeCloseTo(-150, 9);
    expect(m!.dx.sigma).toBeCloseTo(Math.hypot(2, 20), 9);
  });

  it('measures boxes in pixels when there is nothing else', () => {
    const a = { ...disk('mug-1', 0, 0, 1), bbox: [0, 0, 10, 10] as const };
    expect(gapPx(a, { ...a, bbox: [13, 14, 20, 20] })).toBe(5);
    expect(gapPx(a, { ...a, bbox: [5, 5, 20, 20] })).toBe(0);
  });

  it('finds the middle of an even and of a vanishing polygon', () => {
    const { footprint } = block('book-1', 7, -3, 40, 20, 0.4);
    const middle = centroid(footprint?.kind === 'polygon' ? footprint.points : []);
    expect(middle).toEqual({ x: expect.closeTo(7, 6), y: expect.closeTo(-3, 6) });
    const flat = centroid([
      { x: 0, y: 0 },
      { x: 2, y: 2 },
      { x: 4, y: 4 },
    ]);
    expect(flat).toEqual({ x: expect.closeTo(2, 9), y: expect.closeTo(2, 9) });
  });
});
