import { centreOf } from '../../scene/math/geometry.ts';
import type { Cov2, SceneObject } from '../../scene/types.ts';
import type { Stay } from './state.ts';

type Px = Stay['px'];

/** Later frames count as if these were all: a slow change of light is followed at last. */
const MOST_FRAMES = 400;
/** How far a box's middle errs from frame to frame before that is known, as a share of the box. */
const USUAL_ERROR = 0.03;
/** And at least, however still it seems. */
const LEAST_ERROR = 0.008;
/** The usual error counts as much as so many frames. */
const USUAL_FRAMES = 4;

export function boxOf({ bbox: [x1, y1, x2, y2] }: Pick<SceneObject, 'bbox'>): Px {
  return [(x1 + x2) / 2, (y1 + y2) / 2, Math.max(1, x2 - x1), Math.max(1, y2 - y1)];
}

export function newStay(o: SceneObject, since: string): Stay {
  const mm = middleOf(o);
  return {
    since,
    n: 1,
    seen_ms: 0,
    px: boxOf(o),
    mm,
    scatter_px: 0,
    scatter: [0, 0],
    steps: 0,
    last_mm: mm,
    stated: o.covariance,
    radius: o.footprint?.kind === 'disk' ? o.footprint.radius : null,
  };
}

/** One more frame that saw it at this place. */
export function withFrame(stay: Stay, o: SceneObject): Stay {
  const mm = middleOf(o);
  // A calibration came or went: millimetres begin anew.
  if ((mm === null) !== (stay.mm === null)) return { ...newStay(o, stay.since), seen_ms: stay.seen_ms };
  const n = Math.min(stay.n + 1, MOST_FRAMES);
  const keep = n <= stay.n ? (n - 1) / n : 1;
  const px = boxOf(o);
  const mean = (a: number, b: number) => a + (b - a) / n;
  const deviation = (a: number, b: number) => ((n - 1) / n) * (b - a) ** 2;
  const next = {
    ...stay,
    n,
    px: stay.px.map((a, i) => mean(a, px[i]!)) as Px,
    scatter_px: keep * stay.scatter_px + deviation(stay.px[0], px[0]) + deviation(stay.px[1], px[1]),
  };
  if (mm === null || stay.mm === null) return next;
  const radius = o.footprint?.kind === 'disk' ? o.footprint.radius : null;
  const step = stay.last_mm === null ? 0 : (mm[0] - stay.last_mm[0]) ** 2 + (mm[1] - stay.last_mm[1]) ** 2;
  return {
    ...next,
    mm: [mean(stay.mm[0], mm[0]), mean(stay.mm[1], mm[1])],
    scatter: [
      keep * stay.scatter[0] + deviation(stay.mm[0], mm[0]),
      keep * stay.scatter[1] + deviation(stay.mm[1], mm[1]),
    ],
    steps: keep * stay.steps + step,
    last_mm: mm,
    stated: meanCovariance(stay.stated, o.covariance, n),
    radius: radius === null || stay.radius === null ? radius : mean(stay.radius, radius),
  };
}

function middleOf({ footprint }: SceneObject): [number, number] | null {
  if (footprint === null) return null;
  const { x, y } = centreOf(footprint);
  return [x, y];
}

function meanCovariance(a: Cov2 | null, b: Cov2 | null, n: number): Cov2 | null {
  if (a === null || b === null) return b;
  return { xx: a.xx + (b.xx - a.xx) / n, xy: a.xy + (b.xy - a.xy) / n, yy: a.yy + (b.yy - a.yy) / n };
}

/** How far its box's middle errs from frame to frame, pixels along one axis. */
export function boxError(stay: Stay): number {
  const size = Math.sqrt(stay.px[2] * stay.px[3]);
  const usual = USUAL_FRAMES * (USUAL_ERROR * size) ** 2;
  return Math.max(LEAST_ERROR * size + 0.5, Math.sqrt((usual + stay.scatter_px / 2) / (USUAL_FRAMES + stay.n - 1)));
}

/**
 * Covariance of the mean place. What varies from frame to frame averages out, as fast as the frames err independently of
 * each other; the rest of what one frame states (the detector's bias, the size that was supposed) is the same in all of
 * them and stays. Without three frames nobody knows which is which.
 */
export function meanError(stay: Stay): Cov2 | null {
  const { stated } = stay;
  if (stated === null || stay.n < 3) return stated;
  const fx = shrinking(stay, 0, stated.xx);
  const fy = shrinking(stay, 1, stated.yy);
  return { xx: stated.xx * fx, xy: stated.xy * Math.sqrt(fx * fy), yy: stated.yy * fy };
}

function shrinking(stay: Stay, axis: 0 | 1, stated: number): number {
  if (!(stated > 0)) return 1;
  const { n } = stay;
  const varying = stay.scatter[axis] / (n - 1);
  // As much as surely varies: the scatter of few frames is itself a guess.
  const surely = Math.min(stated, varying * Math.max(0, 1 - Math.sqrt(2 / (n - 1))));
  return Math.min(1, (stated - surely + Math.min(varying, stated) / independent(stay)) / stated);
}

/** As many frames as would tell as much if they erred independently (von Neumann's ratio gives their correlation). */
export function independent(stay: Stay): number {
  const { n } = stay;
  const squares = stay.scatter[0] + stay.scatter[1];
  if (n < 3 || squares === 0) return n;
  const alike = Math.min(0.98, Math.max(0, 1 - stay.steps / (2 * squares)));
  return Math.max(1, (n * (1 - alike)) / (1 + alike));
}
