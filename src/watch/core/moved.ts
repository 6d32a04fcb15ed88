import { Z90 } from '../../contract/verdict.ts';
import { pointsApart } from '../../scene/measure.ts';
import type { Calibration, SceneObject } from '../../scene/types.ts';
import { isPart } from './match.ts';
import type { Stay, Track } from './state.ts';
import { independent } from './stay.ts';

/** A shorter way is told by nobody. */
const LEAST_MM = 10;
/** Without millimetres: as a share of the box. */
const LEAST_SHARE = 0.25;
/** Standard errors. */
const SURE = 3;
/**
 * How much the middle of a box errs at one place and otherwise at another, as a share of the thing's width: the detector
 * draws it a little differently there. docs/watch-accuracy.md measures what comes of it.
 */
const OTHER_PLACE = 0.04;

export interface Move {
  /** Null: there are no millimetres. */
  readonly mm: { readonly value: number; readonly uncertainty: number } | null;
}

/** How far it was moved since that was last told; null: not surely. */
export function moveOf(track: Track, to: Stay, calibration: Calibration): Move | null {
  const { anchor, stay } = track;
  if (isPart(to.px, stay.px) || isPart(stay.px, to.px)) return null;
  const px = Math.hypot(to.px[0] - anchor.px[0], to.px[1] - anchor.px[1]);
  const size = Math.sqrt(to.px[2] * to.px[3]);
  if (anchor.mm === null || to.mm === null || calibration.homography === null) {
    return px > LEAST_SHARE * size ? { mm: null } : null;
  }
  const [from, there] = [anchor.mm, to.mm].map(([x, y]) => ({ x, y }));
  const apart = pointsApart(calibration, from!, there!);
  const place = OTHER_PLACE * widthOf(track.object);
  const sigma = Math.sqrt(apart.sigma ** 2 + 2 * place ** 2 + meanVariance(stay) + meanVariance(to));
  return apart.value > Math.max(LEAST_MM, SURE * sigma)
    ? { mm: { value: apart.value, uncertainty: Z90 * sigma } }
    : null;
}

/** Of the mean place, from what varies between frames; along the axis where it is larger, mm². */
const meanVariance = (stay: Stay): number =>
  stay.n < 2 ? 0 : Math.max(...stay.scatter) / (stay.n - 1) / independent(stay);

function widthOf({ footprint }: SceneObject): number {
  if (footprint === null) return 0;
  if (footprint.kind === 'disk') return 2 * footprint.radius;
  const along = (of: 'x' | 'y') => {
    const values = footprint.points.map((p) => p[of]);
    return Math.max(...values) - Math.min(...values);
  };
  return Math.min(along('x'), along('y'));
}
