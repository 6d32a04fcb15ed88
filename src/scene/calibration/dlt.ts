import { apply, determinant, inverse, multiply } from '../math/mat3.ts';
import type { Mat3, Point } from '../types.ts';

/**
 * The homography that takes points to points, exactly for four, by least squares for more: direct linear transformation on
 * normalised coordinates (Hartley 1997). Null when it does not exist.
 */
export function homographyOf(from: readonly Point[], to: readonly Point[]): Mat3 | null {
  const a = normaliser(from);
  const b = normaliser(to);
  const back = b === null ? null : inverse(b);
  if (a === null || b === null || back === null) return null;
  const rows: number[][] = [];
  for (let i = 0; i < from.length; i++) {
    const p = apply(a, from[i]!);
    const q = apply(b, to[i]!);
    rows.push([p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y, q.x]);
    rows.push([0, 0, 0, p.x, p.y, 1, -q.y * p.x, -q.y * p.y, q.y]);
  }
  const h = solve(rows.length === 8 ? rows : normalEquations(rows));
  if (h === null) return null;
  const m = multiply(multiply(back, [h[0]!, h[1]!, h[2]!, h[3]!, h[4]!, h[5]!, h[6]!, h[7]!, 1]), a);
  const size = Math.hypot(...m);
  const out = m.map((v) => v / size) as unknown as Mat3;
  return out.every(Number.isFinite) && determinant(out) !== 0 ? out : null;
}

/** Of rows [coefficients…, right side]. */
function normalEquations(rows: readonly (readonly number[])[]): number[][] {
  const n = rows[0]!.length - 1;
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n + 1 }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
}

/** Moves the points' mean to the origin and their mean distance from it to sqrt(2). */
function normaliser(points: readonly Point[]): Mat3 | null {
  const x = points.reduce((s, p) => s + p.x, 0) / points.length;
  const y = points.reduce((s, p) => s + p.y, 0) / points.length;
  const spread = points.reduce((s, p) => s + Math.hypot(p.x - x, p.y - y), 0) / points.length;
  const k = Math.SQRT2 / spread;
  return Number.isFinite(k) && k > 0 ? [k, 0, -k * x, 0, k, -k * y, 0, 0, 1] : null;
}

/** Gaussian elimination with partial pivoting on rows [coefficients…, right side]; null when singular. */
export function solve(rows: number[][]): number[] | null {
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = r;
    const top = rows[pivot]!;
    if (!(Math.abs(top[c]!) > 1e-12)) return null;
    rows[pivot] = rows[c]!;
    rows[c] = top;
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const k = rows[r]![c]! / top[c]!;
      for (let j = c; j <= n; j++) rows[r]![j]! -= k * top[j]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
