import { apply, inverse } from '../math/mat3.ts';
import type { Calibration, Mat3, Point } from '../types.ts';

const inverses = new WeakMap<Mat3, Mat3 | null>();

function toPixels(homography: Mat3): Mat3 | null {
  let found = inverses.get(homography);
  if (found === undefined) {
    found = inverse(homography);
    inverses.set(homography, found);
  }
  return found;
}

const NOWHERE: Point = { x: Number.NaN, y: Number.NaN };

/** Table mm to pixels of the upright image. Without calibration the point is already in pixels. May be not finite. */
export function projectToPx(calibration: Calibration, p: Point): Point {
  if (calibration.homography === null) return p;
  const m = toPixels(calibration.homography);
  return m === null ? NOWHERE : apply(m, p);
}

/** Pixels to table mm; not finite on the horizon. Without calibration the point stays in pixels. */
export function projectToTable(calibration: Calibration, px: Point): Point {
  return calibration.homography === null ? px : apply(calibration.homography, px);
}
