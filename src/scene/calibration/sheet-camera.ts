import { inverse, multiply } from '../math/mat3.ts';
import type { Mat3, Point } from '../types.ts';
import type { ImageGeometry } from './camera.ts';
import { axes, focalOf, inverseSquareFocal } from './camera.ts';
import { homographyOf, solve } from './dlt.ts';

/** A point of the sheet and where the image shows it. */
export interface Sighting {
  /** mm, y down as on the sheet. */
  readonly mm: Point;
  readonly px: Point;
  /** Standard error of its place in the image, pixels. */
  readonly sigma: number;
}

/** The camera that took a picture of a flat sheet, with what is not known of it. */
export interface SheetCamera {
  /** Pixels to the sheet's mm. */
  readonly homography: Mat3;
  /** The same map under errors that are independent of each other, each one sigma large. */
  readonly alternatives: readonly Mat3[];
  readonly focalPx: number;
  readonly focalSigma: number;
  /** Twice the negative logarithm of its probability, up to a constant. */
  readonly energy: number;
  /** Root mean square distance of the points from where this camera shows them, in standard errors. */
  readonly misfit: number;
  /** Camera over the sheet's plane, mm. */
  readonly heightMm: number;
  /** Angle between the optical axis and the plane's normal, radians. */
  readonly tilt: number;
  /** Angle between the image's up and the plane's, as the image shows it, radians, 0 to pi. */
  readonly lean: number;
}

/** Principal points lie near the middle of uncropped images: one sigma, as a share of the longer side. */
const CENTRE_SIGMA = 0.03;
/** What is supposed of the corners' errors counts as much as so many measured ones. */
const SUPPOSED = 8;
/** People hold cameras level, and the table's far side is up in the image: one sigma of the sine of the lean. */
const LEVEL = 0.25;
const ROUNDS = 25;
/** Cameras whose tilt and lean differ by less are one, radians. */
const SAME = 0.02;

/** Rotation row by row, translation (mm), log focal length, principal point. */
interface State {
  readonly R: Mat3;
  readonly t: readonly number[];
  readonly logFocal: number;
  readonly cx: number;
  readonly cy: number;
}
const UNKNOWNS = 9;

/**
 * Most probable pinhole camera with square pixels for four sightings or more: reprojection errors, usual or EXIF focal length,
 * principal point near the middle, held about level (Levenberg-Marquardt; Gauss's covariance, the corners' errors from their
 * misfit as far as it tells). A small square looks nearly alike from two sides (Schweighofer and Pinz 2006): both are tried.
 * Null when no camera before the sheet shows it so.
 */
export function sheetCamera(sightings: readonly Sighting[], image: ImageGeometry): SheetCamera | null {
  return sheetCameras(sightings, image)[0] ?? null;
}

/** The same with the other side where that may be, too: the most probable one first. */
export function sheetCameras(sightings: readonly Sighting[], image: ImageGeometry): SheetCamera[] {
  const prior = focalOf(image);
  const supposed: State = { ...UPRIGHT, logFocal: Math.log(prior.focalPx), cx: image.width / 2, cy: image.height / 2 };
  const beliefs = {
    state: supposed,
    focalSigma: prior.focalSigma,
    centreSigma: CENTRE_SIGMA * Math.max(image.width, image.height),
  };
  const first = start(sightings, image, prior.focalPx);
  if (first === null) return [];
  const errors = (s: State) => residuals(s, sightings, beliefs);
  const found = [first, fromOtherSide(first, sightings)]
    .map((from) => settle(from, errors))
    .filter((end) => end !== null)
    .sort((a, b) => energy(a.now) - energy(b.now));
  const [best, other] = found.map(({ state, now }) => describe(state, now, sightings.length, errors));
  if (!best) return other ? [other] : [];
  // Both searches mostly end at the same camera.
  return other && Math.abs(other.tilt - best.tilt) + Math.abs(other.lean - best.lean) > SAME ? [best, other] : [best];
}

function settle(from: State, errors: Errors): { state: State; now: readonly number[] } | null {
  let state = from;
  let now = errors(state);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS && now !== null; round++) {
    const step = descend(jacobian(state, errors, now), now, damping);
    const next = step && moved(state, step);
    const then = next && errors(next);
    if (next && then && energy(then) < energy(now)) {
      const gain = energy(now) - energy(then);
      [state, now, damping] = [next, then, damping / 5];
      if (gain < 1e-6) break;
    } else damping *= 5;
  }
  return now === null ? null : { state, now };
}

const UPRIGHT = { R: [1, 0, 0, 0, 1, 0, 0, 0, 1] as Mat3, t: [0, 0, 1] };

/** From the plain homography and a focal length that it or usual cameras suggest. */
function start(sightings: readonly Sighting[], image: ImageGeometry, usual: number): State | null {
  const H = homographyOf(
    sightings.map((s) => s.px),
    sightings.map((s) => s.mm),
  );
  const m = H && inverse(H);
  if (H === null || !m) return null;
  const seen = inverseSquareFocal(H, image.width, image.height);
  const told = seen !== null && seen > 0 ? 1 / Math.sqrt(seen) : usual;
  const focal = Math.min(2 * usual, Math.max(usual / 2, told));
  const { width, height } = image;
  const { b1, b2 } = axes(m, focal, width, height);
  const size = (Math.hypot(...b1) + Math.hypot(...b2)) / 2;
  const b3 = [(m[2] - (width / 2) * m[8]) / focal, (m[5] - (height / 2) * m[8]) / focal, m[8]];
  // The sheet lies before the camera.
  const middle = sightings[0]!.mm;
  const depth = b1[2] * middle.x + b2[2] * middle.y + b3[2]!;
  const k = Math.sign(depth) / size;
  const r1 = unit(b1.map((v) => v * k));
  const along = b2.map((v) => v * k);
  const dot = r1[0]! * along[0]! + r1[1]! * along[1]! + r1[2]! * along[2]!;
  const r2 = unit(along.map((v, i) => v - dot * r1[i]!));
  const r3 = cross(r1, r2);
  const R: Mat3 = [r1[0]!, r2[0]!, r3[0]!, r1[1]!, r2[1]!, r3[1]!, r1[2]!, r2[2]!, r3[2]!];
  const state = { R, t: b3.map((v) => v * k), logFocal: Math.log(focal), cx: width / 2, cy: height / 2 };
  return [...R, ...state.t].every(Number.isFinite) ? state : null;
}

/** The plane's normal mirrored at the line of sight. */
function fromOtherSide(state: State, sightings: readonly Sighting[]): State {
  const { R, t } = state;
  const n = sightings.length;
  const [x, y] = [sightings.reduce((s, p) => s + p.mm.x / n, 0), sightings.reduce((s, p) => s + p.mm.y / n, 0)];
  const middle = [0, 1, 2].map((i) => R[3 * i]! * x + R[3 * i + 1]! * y + t[i]!);
  const sight = unit(middle);
  const normal = [R[2], R[5], R[8]];
  const axis = cross(normal, sight);
  const size = Math.hypot(...axis);
  const angle = 2 * Math.asin(Math.min(1, size));
  const turned = moved(state, [...axis.map((v) => (size > 0 ? (v / size) * angle : 0)), 0, 0, 0, 0, 0, 0]);
  // The middle stays where it is.
  const R2 = turned.R;
  const shift = middle.map((v, i) => v - R2[3 * i]! * x - R2[3 * i + 1]! * y);
  return { ...turned, t: shift };
}

const unit = (v: readonly number[]) => v.map((x) => x / Math.hypot(...v));
const cross = (a: readonly number[], b: readonly number[]) => [
  a[1]! * b[2]! - a[2]! * b[1]!,
  a[2]! * b[0]! - a[0]! * b[2]!,
  a[0]! * b[1]! - a[1]! * b[0]!,
];

/**
 * A turn, a shift and another lens. Lengths of the shift are shares of the distance, away from the camera logarithms of it, as
 * those of the focal length are: so a lens of unknown length with the distance that fits it leaves the sheet's size as it is.
 */
function moved({ R, t, logFocal, cx, cy }: State, d: readonly number[]): State {
  const angle = Math.hypot(d[0]!, d[1]!, d[2]!);
  const [x, y, z] = angle > 0 ? [d[0]! / angle, d[1]! / angle, d[2]! / angle] : [0, 0, 0];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const k = 1 - c;
  const turn: Mat3 = [
    c + x * x * k,
    x * y * k - z * s,
    x * z * k + y * s,
    y * x * k + z * s,
    c + y * y * k,
    y * z * k - x * s,
    z * x * k - y * s,
    z * y * k + x * s,
    c + z * z * k,
  ];
  const far = Math.hypot(...t);
  const away = t.reduce((sum, v, i) => sum + (v / far) * d[3 + i]!, 0);
  const farther = Math.expm1(away) - away;
  const focal = Math.exp(logFocal);
  return {
    R: multiply(turn, R),
    t: t.map((v, i) => v * (1 + farther) + far * d[3 + i]!),
    logFocal: logFocal + d[6]!,
    cx: cx + focal * d[7]!,
    cy: cy + focal * d[8]!,
  };
}

/** The sheet's mm to pixels. */
function projection({ R, t, logFocal, cx, cy }: State): Mat3 {
  const f = Math.exp(logFocal);
  const row = (i: 0 | 1 | 2) => [R[3 * i]!, R[3 * i + 1]!, t[i]!];
  const [x, y, z] = [row(0), row(1), row(2)];
  return [...x.map((v, i) => f * v + cx * z[i]!), ...y.map((v, i) => f * v + cy * z[i]!), ...z] as unknown as Mat3;
}

interface Beliefs {
  readonly state: State;
  readonly focalSigma: number;
  readonly centreSigma: number;
}

/** Each over its standard error; null when a point lies behind the camera. */
function residuals(
  s: State,
  sightings: readonly Sighting[],
  { state, focalSigma, centreSigma }: Beliefs,
): number[] | null {
  const P = projection(s);
  const out: number[] = [];
  for (const { mm, px, sigma } of sightings) {
    const w = P[6] * mm.x + P[7] * mm.y + P[8];
    if (!(w > 1e-3)) return null;
    out.push(
      ((P[0] * mm.x + P[1] * mm.y + P[2]) / w - px.x) / sigma,
      ((P[3] * mm.x + P[4] * mm.y + P[5]) / w - px.y) / sigma,
    );
  }
  return [
    ...out,
    (s.logFocal - state.logFocal) / focalSigma,
    (s.cx - state.cx) / centreSigma,
    (s.cy - state.cy) / centreSigma,
    s.R[2] / LEVEL,
    Math.max(0, -s.R[5]) / LEVEL,
  ];
}

const energy = (list: readonly number[]) => list.reduce((sum, v) => sum + v * v, 0);
const SMALL = 1e-6;

type Errors = (s: State) => number[] | null;

/** Column by column. */
function jacobian(state: State, errors: Errors, now: readonly number[]): number[][] {
  return Array.from({ length: UNKNOWNS }, (_, k) => {
    const step = Array.from({ length: UNKNOWNS }, (_, i) => (i === k ? SMALL : 0));
    const then = errors(moved(state, step));
    return now.map((v, i) => (then === null ? 0 : (then[i]! - v) / SMALL));
  });
}

function normal(J: readonly (readonly number[])[]): number[][] {
  return J.map((a) => J.map((b) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)));
}

function descend(J: readonly (readonly number[])[], now: readonly number[], damping: number): number[] | null {
  const rows = normal(J).map((row, i) => {
    const right = -J[i]!.reduce((sum, v, k) => sum + v * now[k]!, 0);
    return [...row.map((v, j) => (i === j ? v * (1 + damping) : v)), right];
  });
  return solve(rows);
}

function describe(state: State, now: readonly number[], points: number, errors: Errors): SheetCamera | null {
  const homography = inverse(projection(state));
  if (homography === null) return null;
  const misfit = energy(now.slice(0, 2 * points));
  const free = Math.max(0, 2 * points - 8);
  // Not less than supposed: a good fit of few points is chance.
  const worse = Math.sqrt(Math.max(1, (SUPPOSED + misfit) / (SUPPOSED + free)));
  const J = jacobian(state, errors, now).map((column) => column.map((v, i) => (i < 2 * points ? v / worse : v)));
  const root = inverseRoot(normal(J));
  if (root === null) return null;
  const alternatives = Array.from({ length: UNKNOWNS }, (_, k) => {
    return inverse(
      projection(
        moved(
          state,
          root.map((row) => row[k]!),
        ),
      ),
    );
  }).filter((m) => m !== null);
  const { R, t } = state;
  // Column 3 points from the camera's side into the plane.
  const normalUp = [-R[2], -R[5], -R[8]];
  const heightMm = Math.abs(R[2] * t[0]! + R[5] * t[1]! + R[8] * t[2]!);
  return {
    homography,
    alternatives,
    focalPx: Math.exp(state.logFocal),
    focalSigma: Math.hypot(...root[6]!),
    energy: energy(now),
    misfit: Math.sqrt(misfit / (2 * points)),
    heightMm,
    tilt: Math.acos(Math.min(1, Math.abs(normalUp[2]!))),
    lean: Math.abs(Math.atan2(normalUp[0]!, -normalUp[1]!)),
  };
}

/** A root L of the inverse, L Lt = A^-1, by A = U Ut from the last row on; null when A is singular. */
function inverseRoot(A: readonly (readonly number[])[]): number[][] | null {
  const n = A.length;
  const inverseA: number[][] = [];
  for (let k = 0; k < n; k++) {
    const column = solve(A.map((row, i) => [...row, i === k ? 1 : 0]));
    if (column === null) return null;
    inverseA.push(column);
  }
  const L = inverseA.map((row) => row.map(() => 0));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = inverseA[i]![j]!;
      for (let k = 0; k < j; k++) sum -= L[i]![k]! * L[j]![k]!;
      if (i === j && !(sum > 0)) return null;
      L[i]![j] = i === j ? Math.sqrt(sum) : sum / L[j]![j]!;
    }
  }
  return L;
}
