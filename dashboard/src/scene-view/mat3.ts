import type { Px } from './types.ts';

/** Row-major 3x3 matrices of the plane. */
export type Mat3 = readonly number[];

const at = (m: Mat3, i: number): number => m[i] ?? Number.NaN;

/** Null on the horizon. */
export function mapped(m: Mat3, [x, y]: Px): Px | null {
  const w = at(m, 6) * x + at(m, 7) * y + at(m, 8);
  const to: Px = [(at(m, 0) * x + at(m, 1) * y + at(m, 2)) / w, (at(m, 3) * x + at(m, 4) * y + at(m, 5)) / w];
  return Number.isFinite(to[0]) && Number.isFinite(to[1]) ? to : null;
}

/** On which side of the horizon a pixel lies: its sign. */
export const sideOf = (m: Mat3, [x, y]: Px): number => Math.sign(at(m, 6) * x + at(m, 7) * y + at(m, 8));

/** Null: it has none. */
export function inverse(m: Mat3): Mat3 | null {
  const [a, b, c, d, e, f, g, h, i] = m as [number, number, number, number, number, number, number, number, number];
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!Number.isFinite(1 / det)) return null;
  const adjugate = [e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f];
  return [...adjugate, d * h - e * g, b * g - a * h, a * e - b * d].map((value) => value / det);
}
