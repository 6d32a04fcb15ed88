import type { FocalTrust } from '../../contract/focal-length.ts';
import { inverse } from '../math/mat3.ts';
import type { Mat3, Point } from '../types.ts';

/**
 * A pinhole camera with square pixels and its principal point in the middle of the image, over the table plane.
 * Frame: x to the right of the image, y toward the viewer, z up, mm.
 */
export interface Camera {
  /** Pixels to table mm. */
  readonly homography: Mat3;
  /** Row-major 3x4: table mm (x, y, z, 1) to homogeneous pixels; the third coordinate is positive before the camera. */
  readonly projection: readonly number[];
}

/** A camera's projection, row by row, for loops that name its twelve numbers. */
export type Projection = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Objects farther away than this many mm are not on a table that anybody can measure. */
export const FARTHEST = 20_000;

export interface Pose {
  readonly width: number;
  readonly height: number;
  readonly focalPx: number;
  /** Radians from looking straight down. */
  readonly tilt: number;
  /** Radians, positive when the image's right side hangs lower. */
  readonly roll: number;
  /** Camera over the table, mm. */
  readonly heightMm: number;
}

/** Diagonal of the 36 x 24 mm frame that "35 mm equivalent" refers to (CIPA DCG-001), mm. */
const DIAGONAL_35MM = Math.hypot(36, 24);

export function focalInPixels(focal35mm: number, width: number, height: number): number {
  return (focal35mm / DIAGONAL_35MM) * Math.hypot(width, height);
}

/** Focal lengths of phones and compact cameras: median 31 mm equivalent, one sigma 25 %. Used where EXIF is silent. */
export const USUAL_FOCAL_35MM = 31;
export const USUAL_FOCAL_SIGMA = 0.25;
/** EXIF's value is rounded, and lenses breathe. */
export const EXIF_FOCAL_SIGMA = 0.03;

/** An image as far as a calibration knows it. */
export interface ImageGeometry {
  readonly width: number;
  readonly height: number;
  readonly focal35mm: number | null;
  /** Absent: right to 3 %. */
  readonly focalTrust?: FocalTrust;
}

export function focalOf({ focal35mm, focalTrust, width, height }: ImageGeometry): {
  focalPx: number;
  focalSigma: number;
  known: boolean;
} {
  const known = focal35mm !== null && Number.isFinite(focal35mm) && focal35mm >= 5 && focal35mm <= 1000;
  return {
    focalPx: focalInPixels(known ? focal35mm : USUAL_FOCAL_35MM, width, height),
    focalSigma: known ? (focalTrust?.sigma ?? EXIF_FOCAL_SIGMA) : USUAL_FOCAL_SIGMA,
    known,
  };
}

/** The camera of a pose; the table's origin is the point seen at the middle of the image's lower border. */
export function cameraOf(pose: Pose): Camera | null {
  const { width, height, focalPx: f, tilt, roll, heightMm } = pose;
  const cx = width / 2;
  const cy = height / 2;
  const right = [1, 0, 0];
  const down = [0, Math.cos(tilt), -Math.sin(tilt)];
  const ahead = [0, -Math.sin(tilt), -Math.cos(tilt)];
  const c = Math.cos(roll);
  const s = Math.sin(roll);
  const X = right.map((r, i) => c * r - s * down[i]!);
  const Y = right.map((r, i) => s * r + c * down[i]!);
  // The ray through the lower middle, followed to the table.
  const ray = ahead.map((a, i) => a * f + Y[i]! * (height - cy));
  if (ray[2]! > -1e-6 * f) return null;
  const reach = heightMm / -ray[2]!;
  const eye = [-ray[0]! * reach, -ray[1]! * reach, heightMm];
  const row = (k: readonly number[]) => [...k, -(k[0]! * eye[0]! + k[1]! * eye[1]! + k[2]! * eye[2]!)];
  const projection = [
    ...row(X.map((x, i) => f * x + cx * ahead[i]!)),
    ...row(Y.map((y, i) => f * y + cy * ahead[i]!)),
    ...row(ahead),
  ];
  const homography = planeOf(projection);
  return homography === null ? null : { homography, projection };
}

/** Pixels to the plane z = `level`, mm. */
export function planeOf(projection: readonly number[], level = 0): Mat3 | null {
  const P = projection;
  const at = (r: number) => P[r * 4 + 3]! + P[r * 4 + 2]! * level;
  return inverse([P[0]!, P[1]!, at(0), P[4]!, P[5]!, at(1), P[8]!, P[9]!, at(2)]);
}

/**
 * The camera behind a plane homography and a focal length (Zhang 2000: H^-1 = K [r1 r2 t]). `inFront` is a pixel that
 * shows the table. Null when the homography has no inverse.
 */
export function cameraOfHomography(
  homography: Mat3,
  focalPx: number,
  width: number,
  height: number,
  inFront: Point,
): Camera | null {
  const raw = inverse(homography);
  if (raw === null) return null;
  const m = facing(raw, homography, inFront);
  const { b1, b2 } = axes(m, focalPx, width, height);
  const n1 = Math.hypot(...b1);
  const n2 = Math.hypot(...b2);
  const size = (n1 + n2) / 2;
  const cross = [b1[1] * b2[2] - b1[2] * b2[1], b1[2] * b2[0] - b1[0] * b2[2], b1[0] * b2[1] - b1[1] * b2[0]];
  const n3 = Math.hypot(...cross);
  if (!(n3 > 0) || !Number.isFinite(size)) return null;
  const up = cross.map((v) => (-v / n3) * size) as [number, number, number];
  const column = [focalPx * up[0] + (width / 2) * up[2], focalPx * up[1] + (height / 2) * up[2], up[2]];
  const projection = [m[0], m[1], column[0]!, m[2], m[3], m[4], column[1]!, m[5], m[6], m[7], column[2]!, m[8]];
  return projection.every(Number.isFinite) ? { homography, projection } : null;
}

/** The same map with the sign that makes depths positive where the table is seen. */
function facing(m: Mat3, homography: Mat3, inFront: Point): Mat3 {
  const w = homography[6] * inFront.x + homography[7] * inFront.y + homography[8];
  const x = (homography[0] * inFront.x + homography[1] * inFront.y + homography[2]) / w;
  const y = (homography[3] * inFront.x + homography[4] * inFront.y + homography[5]) / w;
  return m[6] * x + m[7] * y + m[8] < 0 ? (m.map((v) => -v) as unknown as Mat3) : m;
}

type Vector3 = readonly [number, number, number];

/** The table's x and y axes in camera coordinates, up to one common factor. */
export function axes(m: Mat3, focalPx: number, width: number, height: number): { b1: Vector3; b2: Vector3 } {
  const cx = width / 2;
  const cy = height / 2;
  return {
    b1: [(m[0] - cx * m[6]) / focalPx, (m[3] - cy * m[6]) / focalPx, m[6]],
    b2: [(m[1] - cx * m[7]) / focalPx, (m[4] - cy * m[7]) / focalPx, m[7]],
  };
}

/** 1/f² that makes the table's axes perpendicular and equally long, least squares; null when the view does not say. */
export function inverseSquareFocal(homography: Mat3, width: number, height: number): number | null {
  const m = inverse(homography);
  if (m === null) return null;
  const { b1, b2 } = axes(m, 1, width, height);
  const a = [b1[0] * b2[0] + b1[1] * b2[1], b1[0] ** 2 + b1[1] ** 2 - b2[0] ** 2 - b2[1] ** 2];
  const b = [b1[2] * b2[2], b1[2] ** 2 - b2[2] ** 2];
  // a / f² + b = 0, both rows in units of the axes' squared length
  const aa = a[0]! ** 2 + a[1]! ** 2 / 4;
  if (!(aa > 0)) return null;
  const found = -(a[0]! * b[0]! + (a[1]! * b[1]!) / 4) / aa;
  return Number.isFinite(found) ? found : null;
}
