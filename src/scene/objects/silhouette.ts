import { HULL_SIZE } from './body.ts';

/** Corners of the silhouette, as indices of the points, written by `silhouette`. */
export const ring = new Int32Array((2 * HULL_SIZE) / 3 + 2);
const order = new Int32Array(HULL_SIZE / 3);

/** Before the first silhouette of a body: the points of later ones are sorted from where they were. */
export function startOrder(): void {
  for (let i = 0; i < order.length; i++) order[i] = i;
}

/** Convex hull of the first `n` points (Andrew's monotone chain) into `ring`; the number of its corners. */
export function silhouette(us: Float64Array, vs: Float64Array, n: number): number {
  for (let k = 1; k < n; k++) {
    const i = order[k]!;
    const u = us[i]!;
    const v = vs[i]!;
    let j = k;
    for (; j > 0; j--) {
      const o = order[j - 1]!;
      if (us[o]! < u || (us[o]! === u && vs[o]! <= v)) break;
      order[j] = o;
    }
    order[j] = i;
  }
  let m = 0;
  for (let half = 0; half < 2; half++) {
    const from = m;
    for (let k = 0; k < n; k++) {
      const i = order[half === 0 ? k : n - 1 - k]!;
      while (m >= from + 2 && !bendsIn(us, vs, ring[m - 2]!, ring[m - 1]!, i)) m--;
      ring[m++] = i;
    }
    m--;
  }
  return m;
}

const bendsIn = (us: Float64Array, vs: Float64Array, a: number, b: number, c: number): boolean =>
  (us[b]! - us[a]!) * (vs[c]! - vs[a]!) - (vs[b]! - vs[a]!) * (us[c]! - us[a]!) > 1e-9;
