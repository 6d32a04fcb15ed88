import type { Point } from '../../scene/types.ts';
import { darkMask, outerBorders } from './dark-regions.ts';
import { type Grey, halved } from './grey.ts';
import { quadOf } from './quad.ts';
import { type Inside, refineQuad } from './refine.ts';

/** Cards and sheets are compared with a wide neighbourhood, so that their pattern does not tear them apart. */
const RADII = [12, 40];
const STEP = 10;
const LEAST_BORDER = 60;
const MAX_QUADS = 200;

/** Corners of all quadrilaterals that are darker or brighter than their ground, clockwise on the screen. */
export function findQuads(grey: Grey): Point[][] {
  const list: Point[][] = [];
  for (const scale of [1, 2]) {
    const at = scale === 1 ? grey : halved(grey);
    for (const inside of ['bright', 'dark'] as const) {
      const toned = inside === 'dark' ? at : negative(at);
      for (const radius of RADII) {
        const limits = { least: LEAST_BORDER / scale, most: 4 * Math.max(at.width, at.height) };
        outerBorders(darkMask(toned, radius, STEP), at.width, at.height, limits, (points, count) => {
          const quad = list.length < MAX_QUADS ? quadOf(points, count) : null;
          if (quad !== null) take(list, grey, quad, scale, inside);
        });
      }
    }
  }
  return list;
}

function take(list: Point[][], grey: Grey, quad: readonly Point[], scale: number, inside: Inside): void {
  const whole = quad.map((p) => ({ x: p.x * scale, y: p.y * scale }));
  const once = refineQuad(grey, whole, 2 * scale + 1, inside);
  const corners = once && (refineQuad(grey, once, 2, inside) ?? once);
  const known = (c: readonly Point[]) =>
    list.some((q) => q.every((p) => c.some((o) => Math.hypot(p.x - o.x, p.y - o.y) < 3)));
  if (corners && !known(corners)) list.push(corners);
}

const negative = ({ data, width, height }: Grey): Grey => ({ data: data.map((v) => 255 - v), width, height });
