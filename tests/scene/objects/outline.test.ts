import { describe, expect, it } from 'vitest';
import { cameraOf } from '../../../src/scene/calibration/camera.ts';
import { apply } from '../../../src/scene/math/mat3.ts';
import { centreOf } from '../../../src/scene/measure.ts';
import type { Body } from '../../../src/scene/objects/body.ts';
import { fitOutline } from '../../../src/scene/objects/outline.ts';
import { byId, sceneOf, seen } from '../helpers.ts';
import { painted, pixelsOf, rectangle } from './painted.ts';

const size = { width: 480, height: 360 };
const homography = cameraOf({ ...size, focalPx: 420, tilt: 0.7, roll: 0, heightMm: 600 })!.homography;
const middle = apply(homography, { x: 240, y: 190 });
const corners = [
  { x: middle.x - 150, y: middle.y - 100 },
  { x: middle.x + 150, y: middle.y - 100 },
  { x: middle.x + 150, y: middle.y + 100 },
  { x: middle.x - 150, y: middle.y + 100 },
];
const calibration = {
  points_px: pixelsOf(homography, corners) as never,
  points_mm: corners.map(({ x, y }) => [x, y]) as never,
};

/** A book that lies there, whose box is off by this share of it on each side. */
function bookScene(turn: number, off: readonly [number, number, number, number], withImage: boolean) {
  const { gradient, box } = painted(size.width, size.height, homography, rectangle(middle, 150, 210, turn));
  const [w, h] = [box[2] - box[0], box[3] - box[1]];
  const bbox = [box[0] + off[0] * w, box[1] + off[1] * h, box[2] + off[2] * w, box[3] + off[3] * h] as const;
  return sceneOf([seen('book', bbox)], {
    ...size,
    calibration,
    boxNoise: { sigma: 0.08 },
    ...(withImage && { gradient }),
  });
}

/** A flat plate drawn with this turn and this depth as a share of its width. */
function plate(turn: number, ratio: number): Body {
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const base = (p: number, deeper = 1) => {
    const [w, d] = [Math.exp(p) / 2, (Math.exp(p) * ratio * deeper) / 2];
    return [
      [w, d],
      [w, -d],
      [-w, -d],
      [-w, d],
    ].map(([x, y]) => ({ x: c * x! - s * y!, y: s * x! + c * y! }));
  };
  return {
    kind: 'plate',
    aspect: 0,
    share: 1,
    p: { mean: Math.log(200), sd: 0.1 },
    q: { mean: 0, sd: 0.001 },
    qIsLength: false,
    noise: [],
    top: 0,
    deepness: 0.06,
    base: (p, _, deeper) => base(p, deeper),
    hull(p, _, out, deeper) {
      const corners = base(p, deeper);
      for (const [i, { x, y }] of corners.entries()) out.set([x, y, 0], 3 * i);
      return 3 * corners.length;
    },
  };
}

const OFF = [
  [0.08, -0.08, 0.1, -0.06],
  [-0.1, 0.07, 0.05, 0.1],
  [0.12, 0.1, 0.1, 0.12],
] as const;

describe('outlines fitted to the image', () => {
  it.each([0, 0.4, 1.1, -0.7])('find a book turned by %d rad nearer than a bad box does', (turn) => {
    const miss = (withImage: boolean) =>
      OFF.map((off) => {
        const book = byId(bookScene(turn, off, withImage), 'book-1');
        const c = centreOf(book.footprint!);
        return {
          off: Math.hypot(c.x - middle.x, c.y - middle.y),
          sigma: Math.sqrt(book.covariance!.xx + book.covariance!.yy),
          book,
        };
      });
    const boxes = miss(false);
    const images = miss(true);
    const mean = (list: typeof boxes) => list.reduce((s, m) => s + m.off / list.length, 0);
    expect(mean(images)).toBeLessThan(0.6 * mean(boxes));
    for (const [i, m] of images.entries()) {
      expect(m.off).toBeLessThan(2.5 * m.sigma);
      expect(m.sigma).toBeLessThan(boxes[i]!.sigma);
      expect(m.book.measuredFrom).toBe('outline');
      expect(boxes[i]!.book.measuredFrom).toBeUndefined();
    }
  });

  it('turn a body as the image shows it, and make its base as deep', () => {
    const camera = cameraOf({ ...size, focalPx: 420, tilt: 0.7, roll: 0, heightMm: 600 })!;
    const { gradient, box } = painted(size.width, size.height, homography, rectangle(middle, 200, 150, 0.38));
    const start = { p: Math.log(200), q: 0, at: middle, turn: 0, deeper: 1 };
    const fit = fitOutline(plate(0.3, 0.7), camera, start, {
      gradient,
      sides: box.map((at) => ({ at, sigma: 8 })),
      prior: { p: Math.log(200), q: 0, pp: 1 / 0.1 ** 2, pq: 0, qq: 1e6, turn: 0, deep: 0 },
      errors: [0, 0, 0, 0, 0],
    })!;
    expect(Math.abs(fit.turn - 0.08)).toBeLessThan(0.025);
    expect(Math.abs(0.7 * fit.deeper - 0.75)).toBeLessThan(0.02);
    expect(Math.abs(Math.exp(fit.p) - 200)).toBeLessThan(5);
    expect(fit.support).toBeGreaterThan(0.5);
  });

  it('give the same answer every time', () => {
    expect(bookScene(0.4, OFF[0], true)).toEqual(bookScene(0.4, OFF[0], true));
  });

  it('leave what has no edges to its box', () => {
    const blank = { ...size, scaleX: 1, scaleY: 1, x: new Int16Array(480 * 360), y: new Int16Array(480 * 360) };
    const scene = (gradient?: typeof blank) =>
      sceneOf([seen('mug', [200, 150, 260, 220])], { ...size, calibration, ...(gradient && { gradient }) });
    const [with_, without] = [byId(scene(blank), 'mug-1'), byId(scene(), 'mug-1')];
    expect(with_.measuredFrom).toBeUndefined();
    const [a, b] = [centreOf(with_.footprint!), centreOf(without.footprint!)];
    expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeLessThan(3 * Math.sqrt(without.covariance!.xx));
    expect(Math.sqrt(with_.covariance!.xx)).toBeGreaterThan(0.6 * Math.sqrt(without.covariance!.xx));
  });

  it('survive gradients of noise and boxes at and beyond the border', () => {
    const noise = () => Int16Array.from({ length: 480 * 360 }, (_, i) => ((i * 7919) % 2041) - 1020);
    const gradient = { ...size, scaleX: 1, scaleY: 1, x: noise(), y: noise().reverse() };
    const boxes = [
      [-40, -40, 30, 30],
      [440, 320, 520, 400],
      [0, 0, 480, 360],
      [5, 355, 475, 360],
      [240, 190, 241.5, 192],
    ] as const;
    for (const name of ['mug', 'laptop', 'monitor', 'keyboard', 'mouse', 'plant']) {
      const scene = sceneOf(
        boxes.map((bbox) => seen(name, bbox)),
        { ...size, calibration, gradient },
      );
      for (const { footprint, edgeSigma } of scene.objects) {
        if (footprint === null) continue;
        expect([centreOf(footprint).x, centreOf(footprint).y, ...edgeSigma!].every(Number.isFinite)).toBe(true);
      }
    }
  });
});
