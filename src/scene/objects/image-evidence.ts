import type { Box } from '../../contract/detection.ts';
import type { ImageGradient } from '../../contract/image-gradient.ts';
import { apply } from '../math/mat3.ts';
import type { Calibration, Point, SceneObject } from '../types.ts';
import { SIZE_PRIORS, type SizePrior } from './size-priors.ts';
import { type TurnLikelihood, turnLikelihood } from './turn.ts';

/** What the image tells of one object besides its box. */
export interface ImageEvidence {
  readonly gradient: ImageGradient;
  /** How the object lies; null where the image does not show it. */
  readonly turns: TurnLikelihood | null;
}

/** The evidence of each object, found once; null for objects whose shape nobody knows. */
export function imageEvidence(gradient: ImageGradient, calibration: Calibration) {
  const known = new Map<string, ImageEvidence>();
  return (o: SceneObject): ImageEvidence | null => {
    if (!Object.hasOwn(SIZE_PRIORS, o.class)) return null;
    let found = known.get(o.id);
    if (found === undefined) {
      found = { gradient, turns: turnOf(o, gradient, calibration) };
      known.set(o.id, found);
    }
    return found;
  };
}

const isRectangular = (p: SizePrior) =>
  p.shape === 'laptop' || p.shape === 'block' || (p.shape === 'slab' && !p.dome && p.outline === 'rectangle');

/** Only this much of an open laptop's box, from below, shows its base. */
const BASE_OF_LAPTOP = 0.45;

/** Null for what is round, and where the image does not say. */
function turnOf(o: SceneObject, gradient: ImageGradient, calibration: Calibration): TurnLikelihood | null {
  const { homography } = calibration;
  const priors = Object.hasOwn(SIZE_PRIORS, o.class) ? SIZE_PRIORS[o.class]! : [];
  if (homography === null || priors.length === 0 || !priors.every(isRectangular)) return null;
  const [x1, y1, x2, y2] = o.bbox;
  const upright = priors.some((p) => p.shape === 'laptop');
  const shown: Box = upright ? [x1, y2 - BASE_OF_LAPTOP * (y2 - y1), x2, y2] : o.bbox;
  const middle = { x: (shown[0] + shown[2]) / 2, y: (shown[1] + shown[3]) / 2 };
  return turnLikelihood(gradient, shown, homography, directionSpread(calibration, apply(homography, middle)));
}

/** Standard error of a direction on the table that the calibration's errors make, degrees. */
function directionSpread({ view }: Calibration, at: Point): number {
  const step = 10;
  const variance = (view?.modes ?? []).reduce((sum, mode) => {
    const from = apply(mode, at);
    const along = apply(mode, { x: at.x + step, y: at.y });
    const across = apply(mode, { x: at.x, y: at.y + step });
    const a = Math.atan2(along.y - from.y, along.x - from.x);
    const b = Math.atan2(from.x - across.x, across.y - from.y);
    return sum + (a * a + b * b) / 2;
  }, 0);
  return Math.min(30, (Math.sqrt(variance) * 180) / Math.PI);
}
