import { describe, expect, it } from 'vitest';
import { lineSegments } from '../../../src/scene/table/line-segments.ts';
import { linesOf } from '../../../src/scene/table/lines.ts';
import { painted, rectangle } from '../objects/painted.ts';
import { random } from '../truth/random.ts';

const plain = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;

describe('straight pieces of edges', () => {
  it.each([0, 0.3, 0.785, 1.2])('are the sides of a rectangle turned by %s, to half a pixel', (turn) => {
    const middle = { x: 200, y: 150 };
    const { gradient } = painted(400, 300, plain, rectangle(middle, 220, 120, turn));
    const found = linesOf(lineSegments(gradient), gradient);
    expect(found).toHaveLength(4);
    for (const line of found) {
      // From the middle of the rectangle to the line: half of its depth or width.
      const off = Math.abs((middle.x - line.x) * line.uy - (middle.y - line.y) * line.ux);
      expect(Math.min(Math.abs(off - 60), Math.abs(off - 110))).toBeLessThan(0.6);
      expect(line.to - line.from).toBeGreaterThan(100);
    }
  });

  it('have their brighter side on the left', () => {
    const { gradient } = painted(400, 300, plain, rectangle({ x: 200, y: 150 }, 220, 120, 0));
    for (const { x1, y1, x2, y2 } of lineSegments(gradient)) {
      // Dark inside: the middle lies on the right.
      expect((200 - x1) * (y2 - y1) - (150 - y1) * (x2 - x1)).toBeLessThan(0);
    }
  });

  it('are none in a flat image or one too small for any', () => {
    for (const [w, h] of [
      [300, 200],
      [2, 2],
      [1, 500],
      [0, 0],
    ] as const) {
      const flat = { width: w, height: h, scaleX: 1, scaleY: 1, x: new Int16Array(w * h), y: new Int16Array(w * h) };
      expect(lineSegments(flat)).toEqual([]);
    }
  });

  it('are joined over gaps', () => {
    const side = rectangle({ x: 200, y: 150 }, 300, 100, 0.2);
    const { gradient } = painted(400, 300, plain, (p) => side(p) && !(p.x > 180 && p.x < 200));
    const [longest] = linesOf(lineSegments(gradient), gradient).sort((a, b) => b.to - b.from - (a.to - a.from));
    expect(longest!.parts.length).toBeGreaterThan(1);
    expect(longest!.to - longest!.from).toBeGreaterThan(280);
  });

  it('stay few in an image of noise and of the strongest steps', () => {
    const [width, height] = [640, 640];
    const r = random(3);
    for (const most of [200, 32_767]) {
      const noise = () => Int16Array.from({ length: width * height }, () => r.uniform(-most, most));
      const gradient = { width, height, scaleX: 1, scaleY: 1, x: noise(), y: noise() };
      const found = lineSegments(gradient);
      expect(found.length).toBeLessThanOrEqual(240);
      expect(linesOf(found, gradient).length).toBeLessThanOrEqual(80);
      for (const s of found) expect([s.x1, s.y1, s.x2, s.y2, s.length, s.bend].every(Number.isFinite)).toBe(true);
    }
  });
});
