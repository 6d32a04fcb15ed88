import { apply, inverse, multiply, weight } from '../math/mat3.ts';
import type { Calibration, Mat3, Point } from '../types.ts';

/** Facts of a plane homography that several calibration methods share. */

/** mm per pixel at a pixel: the root of the area scale. Null on the horizon and behind it. */
export function scaleAt(homography: Mat3, px: Point): number | null {
  const d = 0.5;
  const x1 = apply(homography, { x: px.x - d, y: px.y });
  const x2 = apply(homography, { x: px.x + d, y: px.y });
  const y1 = apply(homography, { x: px.x, y: px.y - d });
  const y2 = apply(homography, { x: px.x, y: px.y + d });
  const area = (x2.x - x1.x) * (y2.y - y1.y) - (x2.y - x1.y) * (y2.x - y1.x);
  const scale = Math.sqrt(Math.abs(area)) / (2 * d);
  return Number.isFinite(scale) && scale > 0 ? scale : null;
}

/** How much the area scale of a map of the table onto itself differs from 1 at a point, as a length ratio. */
function growth(map: Mat3, p: Point): number {
  const d = 1;
  const x1 = apply(map, { x: p.x - d, y: p.y });
  const x2 = apply(map, { x: p.x + d, y: p.y });
  const y1 = apply(map, { x: p.x, y: p.y - d });
  const y2 = apply(map, { x: p.x, y: p.y + d });
  const area = (x2.x - x1.x) * (y2.y - y1.y) - (x2.y - x1.y) * (y2.x - y1.x);
  return Math.sqrt(Math.abs(area)) / (2 * d);
}

export interface ErrorModes {
  readonly modes: readonly Mat3[];
  /** Relative standard error of the scale at the reference point that the alternatives imply together. */
  readonly scaleSigma: number;
}

/**
 * Splits homographies that are one sigma off in independent directions into a common scale error at the reference point
 * and what remains (tilt, shear, perspective), as maps of the table onto itself.
 */
export function errorModes(homography: Mat3, alternatives: readonly (Mat3 | null)[], referencePx: Point): ErrorModes {
  const back = inverse(homography);
  const p = apply(homography, referencePx);
  let variance = 0;
  const modes: Mat3[] = [];
  for (const other of alternatives) {
    if (other === null || back === null) continue;
    const map = multiply(other, back);
    const k = growth(map, p);
    const to = apply(map, p);
    if (!Number.isFinite(k) || k <= 0 || !Number.isFinite(to.x) || !Number.isFinite(to.y)) continue;
    variance += Math.log(k) ** 2;
    const shrink: Mat3 = [1 / k, 0, p.x - to.x / k, 0, 1 / k, p.y - to.y / k, 0, 0, 1];
    const mode = multiply(shrink, map);
    if (mode.every(Number.isFinite)) modes.push(mode);
  }
  return { modes, scaleSigma: Math.sqrt(variance) };
}

/** True when the pixel shows the table: it lies on the same side of the horizon as a pixel that does, and not near it. */
export function onPlane(homography: Mat3, px: Point, seen: Point, margin = 0.04): boolean {
  const at = homography[6] * px.x + homography[7] * px.y + homography[8];
  const reference = homography[6] * seen.x + homography[7] * seen.y + homography[8];
  return at / reference > margin;
}

/** Pixel corners in mm; null when one of them does not show the table. */
export function polygonOnTable(calibration: Calibration, px: readonly Point[]): Point[] | null {
  const H = calibration.homography;
  if (H === null) return null;
  const points = px.map((p) => apply(H, p));
  const signs = px.map((p) => Math.sign(H[6] * p.x + H[7] * p.y + H[8]));
  const sound = points.every((p) => Number.isFinite(p.x) && Number.isFinite(p.y));
  return sound && signs.every((s) => s === signs[0]) ? points : null;
}

/** Turns the table's frame so that x grows to the right of the image at a pixel. */
export function upright(homography: Mat3, at: Point): Mat3 {
  const p = apply(homography, { x: at.x - 0.5, y: at.y });
  const q = apply(homography, { x: at.x + 0.5, y: at.y });
  const length = Math.hypot(q.x - p.x, q.y - p.y);
  const c = (q.x - p.x) / length;
  const s = (q.y - p.y) / length;
  return [c, s, 0, -s, c, 0, 0, 0, 1];
}

/** So far on the way from one plane to another, which show the same at a pixel. */
export function between(from: Mat3, to: Mat3, share: number, at: Point): Mat3 {
  const unit = (m: Mat3) => m.map((v) => v / weight(m, at));
  const [a, b] = [unit(from), unit(to)];
  return a.map((v, i) => v + share * (b[i]! - v)) as unknown as Mat3;
}
