import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Corners, gapOf } from '../../../src/scene/math/convex-gap.ts';
import { contains, nearestOnSegment } from '../../../src/scene/math/geometry.ts';
import type { Point } from '../../../src/scene/types.ts';

const coordinate = fc.double({ min: 0, max: 1000, noNaN: true });
/** Corners on an ellipse: always convex. */
const polygon = fc
  .record({
    x: coordinate,
    y: coordinate,
    size: fc.double({ min: 5, max: 300, noNaN: true }),
    flat: fc.double({ min: 0.2, max: 1, noNaN: true }),
    turns: fc.uniqueArray(fc.integer({ min: 0, max: 71 }), { minLength: 3, maxLength: 30 }),
  })
  .map(({ x, y, size, flat, turns }): Point[] =>
    turns
      .toSorted((p, q) => p - q)
      .map((t) => ({ x: x + size * Math.cos((t * Math.PI) / 36), y: y + flat * size * Math.sin((t * Math.PI) / 36) })),
  );
const shape = fc.oneof(
  { weight: 4, arbitrary: polygon },
  fc.record({ x: coordinate, y: coordinate }).map((p) => [p]),
);

const cornersOf = (points: readonly Point[]): Corners => ({ x: points.map((p) => p.x), y: points.map((p) => p.y) });

const convexGap = (a: readonly Point[], b: readonly Point[]) => gapOf(cornersOf(a), cornersOf(b), 0, 0);

/** Every corner against every side. */
function slow(a: readonly Point[], b: readonly Point[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (const [p, q] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const corner of p) {
      q.forEach((from, i) => {
        const near = nearestOnSegment(corner, from, q[(i + 1) % q.length]!);
        best = Math.min(best, Math.hypot(near.x - corner.x, near.y - corner.y));
      });
    }
  }
  return best;
}

it('finds the distance that trying every corner and side finds', () => {
  fc.assert(
    fc.property(shape, shape, (a, b) => {
      const found = convexGap(a, b);
      if (found === null) {
        const touches = a.some((p) => contains(b, p)) || b.some((p) => contains(a, p)) || crossing(a, b);
        expect(touches || slow(a, b) < 1e-6).toBe(true);
        return;
      }
      expect(Math.abs(found.gap - slow(a, b))).toBeLessThan(1e-6);
      expect(Math.abs(Math.hypot(found.onA.x - found.onB.x, found.onA.y - found.onB.y) - found.gap)).toBeLessThan(1e-9);
      expect(convexGap(b, a)?.gap).toBeCloseTo(found.gap, 9);
    }),
    { numRuns: 1000, seed: Number(process.env.H200_TEST_SEED ?? 20_260_109) },
  );
});

function crossing(a: readonly Point[], b: readonly Point[]): boolean {
  const side = (p: Point, q: Point, r: Point) => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return a.some((p, i) =>
    b.some((r, j) => {
      const [q, s] = [a[(i + 1) % a.length]!, b[(j + 1) % b.length]!];
      return side(p, q, r) * side(p, q, s) <= 0 && side(r, s, p) * side(r, s, q) <= 0;
    }),
  );
}

it('measures parallel sides, touching corners and points', () => {
  const square = (x: number, y: number): Point[] => [
    { x, y },
    { x, y: y + 10 },
    { x: x + 10, y: y + 10 },
    { x: x + 10, y },
  ];
  expect(convexGap(square(0, 0), square(25, 0))?.gap).toBe(15);
  expect(convexGap(square(0, 0), square(25, 3))?.gap).toBe(15);
  expect(convexGap(square(0, 0), square(13, 14))?.gap).toBe(5);
  expect(convexGap(square(0, 0), square(10, 10))).toBeNull();
  expect(convexGap(square(0, 0), square(5, 5))).toBeNull();
  expect(convexGap([{ x: 0, y: 0 }], [{ x: 3, y: 4 }])?.gap).toBe(5);
  expect(convexGap([{ x: 1, y: 1 }], [{ x: 1, y: 1 }])).toBeNull();
  expect(convexGap([], square(0, 0))).toBeNull();
  expect(convexGap([{ x: Number.NaN, y: 0 }], square(0, 0))).toBeNull();
});
