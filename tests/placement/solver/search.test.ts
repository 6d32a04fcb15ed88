import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { search, type Term } from '../../../src/placement/solver/search.ts';

const AREA = { minX: 0, minY: 0, maxX: 200, maxY: 120 };
const OPTIONS = { tolerance: 0.2, minCell: 0.02, maxCells: 200_000 };

const awayFrom = (cx: number, cy: number, d: number): Term => ({
  slack: (x, y) => Math.hypot(x - cx, y - cy) - d,
  lipschitz: 1,
  exact: true,
});
const near = (cx: number, cy: number, d: number): Term => ({
  slack: (x, y) => d - Math.hypot(x - cx, y - cy),
  lipschitz: 1,
  exact: true,
});
const distanceFrom = (px: number, py: number) => ({
  at: (x: number, y: number) => Math.hypot(x - px, y - py),
  lipschitz: 1,
});

/** Least cost on a fine grid: at most half a cell's diagonal above the true optimum wherever the optimum is reachable. */
function bruteForce(terms: readonly Term[], px: number, py: number, step: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let x = AREA.minX; x <= AREA.maxX; x += step)
    for (let y = AREA.minY; y <= AREA.maxY; y += step)
      if (terms.every((t) => t.slack(x, y) >= 0)) best = Math.min(best, Math.hypot(x - px, y - py));
  return best;
}

describe('branch and bound', () => {
  it('finds the optimum of random scenes as brute force does, and proves when there is none', () => {
    const disk = fc.tuple(
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 5, max: 90 }),
    );
    fc.assert(
      fc.property(
        fc.array(disk, { minLength: 1, maxLength: 6 }),
        fc.option(disk, { nil: undefined }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 120 }),
        (away, close, px, py) => {
          const terms = away.map(([x, y, d]) => awayFrom(x, y, d));
          if (close !== undefined) terms.push(near(close[0], close[1], close[2]));
          const found = search(terms, distanceFrom(px, py), AREA, OPTIONS);
          const brute = bruteForce(terms, px, py, 1);
          if (found.point === null) {
            expect(found.proven, 'all areas here are thicker than the smallest cell').toBe(true);
            expect(brute).toBe(Number.POSITIVE_INFINITY);
          } else {
            const { x, y } = found.point;
            expect(terms.every((t) => t.slack(x, y) >= 0)).toBe(true);
            expect(found.cost).toBeCloseTo(Math.hypot(x - px, y - py), 9);
            expect(found.cost).toBeLessThanOrEqual(brute + OPTIONS.tolerance);
            // The grid cannot be far better than a true optimum; it may miss thin free areas altogether.
            if (Number.isFinite(brute)) expect(brute).toBeGreaterThanOrEqual(found.cost - OPTIONS.tolerance);
          }
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it('does not claim a proof when the bound of a term is an estimate or the cells ran out', () => {
    const nowhere: Term = { slack: () => -1, lipschitz: 0, exact: false };
    expect(search([nowhere], distanceFrom(0, 0), AREA, OPTIONS)).toMatchObject({ point: null, proven: false });
    const thin = [awayFrom(100, 60, 50), near(100, 60, 50 - 1e-6)];
    expect(search(thin, distanceFrom(0, 0), AREA, { ...OPTIONS, maxCells: 500 }).proven).toBe(false);
  });

  it('answers the same twice', () => {
    const terms = [awayFrom(100, 60, 50), awayFrom(60, 60, 30)];
    const once = search(terms, distanceFrom(90, 60), AREA, OPTIONS);
    expect(search(terms, distanceFrom(90, 60), AREA, OPTIONS)).toEqual(once);
    expect(once.proven).toBe(true);
  });

  it('survives an empty or broken area', () => {
    const broken = { minX: Number.NaN, minY: 0, maxX: 1, maxY: 1 };
    expect(search([], distanceFrom(0, 0), broken, OPTIONS).point).toBeNull();
  });
});
