import { describe, expect, it } from 'vitest';
import { beyondEdges } from '../../../src/scene/plain/beyond-edges.ts';
import type { EdgeLine, Point } from '../../../src/scene/types.ts';
import { desk } from '../../placement/desk.ts';

const { table } = desk([], { edge: 'image' });

/** A line across the table through a point, with the table to its `inward` side. */
function line(from: Point, inward: Point, probability: number, sigma = 0): EdgeLine {
  const to = { x: from.x - inward.y, y: from.y + inward.x };
  return { fromPx: from, toPx: to, from, to, inward, sigma, probability };
}
const LEFT: Point = { x: -1, y: 0 };
const UP: Point = { x: 0, y: -1 };
const beyond = (lines: readonly EdgeLine[], x: number, y = 0) => beyondEdges({ table: { ...table, lines } })(x, y);

describe('how probably a place lies beyond an edge of the table', () => {
  it('is 0 before all lines and without any, and of one line what that line says', () => {
    expect(beyond([], 500)).toBe(0);
    const one = [line({ x: 300, y: 0 }, LEFT, 0.4)];
    expect(beyond(one, 299)).toBe(0);
    expect(beyond(one, 301)).toBeCloseTo(0.4);
  });

  it('counts a place within the error of a line as beyond it', () => {
    expect(beyond([line({ x: 300, y: 0 }, LEFT, 0.4, 10)], 295)).toBeCloseTo(0.4);
  });

  it('shares one certainty among the lines of one side, of which one at most is the edge', () => {
    const lines = [line({ x: 300, y: 0 }, LEFT, 0.5), line({ x: 400, y: 0 }, LEFT, 0.5)];
    expect(beyond(lines, 350)).toBeCloseTo(1 / 3);
    expect(beyond(lines, 450)).toBeCloseTo(2 / 3);
  });

  it('leaves an unlikely line less where a surer one of its side lies farther out', () => {
    const near = line({ x: 300, y: 0 }, LEFT, 0.22);
    expect(beyond([near], 350)).toBeCloseTo(0.22);
    expect(beyond([near, line({ x: 400, y: 0 }, LEFT, 0.9)], 350)).toBeLessThan(0.05);
    expect(beyond([near, line({ x: 0, y: 400 }, UP, 0.9)], 350)).toBeCloseTo(0.22);
  });

  it('grows outward and is a probability, whatever the lines say', () => {
    const turned = (k: number) => ({ x: -Math.cos(k / 9), y: -Math.sin(k / 9) });
    const lines = Array.from({ length: 9 }, (_, k) => line({ x: 100 * k, y: 0 }, turned(k % 3), [0, 0.3, 1][k % 3]!));
    let last = 0;
    for (let x = -50; x <= 1000; x += 25) {
      const p = beyond(lines, x);
      expect(p).toBeGreaterThanOrEqual(last - 1e-9);
      expect(p).toBeLessThanOrEqual(1);
      last = p;
    }
  });
});
