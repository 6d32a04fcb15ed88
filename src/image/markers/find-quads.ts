import type { Point } from '../../scene/types.ts';
import { sobel } from '../gradient.ts';
import { darkMask, outerBorders } from './dark-regions.ts';
import { type Grey, halved } from './grey.ts';
import { quadOf } from './quad.ts';
import { type Inside, refineQuad } from './refine.ts';

/** Cards and sheets are compared with a wide neighbourhood, so that their pattern does not tear them apart. */
const RADII = [12, 40];
const STEP = 10;
const LEAST_BORDER = 60;
const MAX_QUADS = 200;
/** Sobel's operator, both directions together, at a weak edge. */
const EDGE = 60;

/** Corners of all quadrilaterals that stand out from their ground, clockwise on the screen: darker, brighter, or by their edges alone. */
export function findQuads(grey: Grey): Point[][] {
  const list: Point[][] = [];
  for (const scale of [1, 2]) {
    const at = scale === 1 ? grey : halved(grey);
    const limits = { least: LEAST_BORDER / scale, most: 4 * Math.max(at.width, at.height) };
    const look = (mask: Uint8Array, inside: Inside) =>
      outerBorders(mask, at.width, at.height, limits, (points, count) => {
        const quad = list.length < MAX_QUADS ? quadOf(points, count) : null;
        if (quad !== null) take(list, grey, quad, scale, inside);
      });
    look(edgeMask(at), 'either');
    for (const radius of RADII) {
      look(darkMask(negative(at), radius, STEP), 'bright');
      look(darkMask(at, radius, STEP), 'dark');
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

/** Pixels on edges and beside them, so that small gaps close, in the frame that `outerBorders` wants. */
function edgeMask({ data, width, height }: Grey): Uint8Array {
  const { x, y } = sobel(data, width, height);
  const stride = width + 2;
  const mask = new Uint8Array(stride * (height + 2));
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      const i = row * width + column;
      if (Math.abs(x[i]!) + Math.abs(y[i]!) < EDGE) continue;
      const at = (row + 1) * stride + column + 1;
      for (const next of [at, at - 1, at + 1, at - stride, at + stride]) mask[next] = 1;
    }
  }
  return mask;
}

const negative = ({ data, width, height }: Grey): Grey => ({ data: data.map((v) => 255 - v), width, height });
