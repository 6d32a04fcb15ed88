import type { ImageGradient } from '../../contract/image-gradient.ts';

/** Sobel steps at which an edge counts half. */
const HALF = 60;

/** What `edgeAlong` found: pixels of the gradient along the normal, and 0..1. */
export const found = { at: 0, strength: 0 };

/**
 * The strongest edge that crosses a line of the gradient's pixels through (u, v) along the normal, nearer ones first; false
 * where there is none. What runs along the line is no edge of the outline.
 */
export function edgeAlong(g: ImageGradient, u: number, v: number, nu: number, nv: number, reach: number): boolean {
  const { width, height, x: gx, y: gy } = g;
  let strength = 0;
  let at = 0;
  const far = 0.5 / ((reach + 1) * (reach + 1));
  for (let s = -reach; s <= reach; s++) {
    // Towards zero: what would be rounded otherwise lies outside all the same.
    const x = (u + s * nu) | 0;
    const y = (v + s * nv) | 0;
    if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1) continue;
    const i = y * width + x;
    const a = gx[i]!;
    const b = gy[i]!;
    const r = Math.abs(a * nu + b * nv) - Math.abs(a * nv - b * nu);
    if (r <= 0) continue;
    const near = 1 - far * s * s;
    if (r * near <= strength * (r + HALF)) continue;
    strength = (r / (r + HALF)) * near;
    at = s;
  }
  found.at = at;
  found.strength = strength;
  return strength > 0;
}
