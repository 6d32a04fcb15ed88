import type { BoxNoise } from '../../contract/box-noise.ts';
import type { Calibration, Point } from '../types.ts';
import { calibrateObjects } from './calibrate-objects.ts';
import type { ImageGeometry } from './calibrate-points.ts';
import type { Reference } from './camera-posterior.ts';
import { scaleAt } from './plane.ts';

/** One object alone may be no usual one of its kind. */
const LEAST_OBJECTS = 2;
/** Standard errors of both scales together, and a factor, within which they agree. */
const AGREE_SIGMAS = 3;
const AGREE_FACTOR = 1.3;

/**
 * A calibration that somebody gave, against the scale that the objects of known size in the image agree on: where the two differ by
 * more than the errors of both (inches for centimetres, half a height), its errors take in the other, and it is said.
 */
export function heldAgainstObjects(
  given: Calibration,
  image: ImageGeometry,
  references: readonly Reference[],
  noise: BoxNoise,
): Calibration {
  if (given.homography === null || given.scaleSigma === null) return given;
  // One scale everywhere is not that of a tilted view: only where the things look seen from the side (side-view.ts) is it asked.
  if (given.method === 'scale' && !given.contradicted) return given;
  const own = calibrateObjects(image, references, noise);
  if (own === null || own.references.length < LEAST_OBJECTS) return given;
  const used = references.filter(({ id }) => own.references.includes(id));
  const logs = used.flatMap(({ bbox: [x1, y1, x2, y2] }) => {
    const at: Point = { x: (x1 + x2) / 2, y: y1 + 0.8 * (y2 - y1) };
    const [mine, theirs] = [scaleAt(given.homography!, at), scaleAt(own.homography!, at)];
    return mine === null || theirs === null ? [] : [Math.log(mine / theirs)];
  });
  if (logs.length < LEAST_OBJECTS) return given;
  const off = median(logs);
  const allowed = Math.max(AGREE_SIGMAS * Math.hypot(given.scaleSigma, own.scaleSigma!), Math.log(AGREE_FACTOR));
  if (Math.abs(off) <= allowed) return given;
  const factor = Math.exp(off);
  const said = `By this calibration the ${used.length} things of known size in the image are about ${Number(factor.toPrecision(2))} times as large as such things are: check its numbers and their unit. The errors allow for that.`;
  return {
    ...given,
    scaleSigma: Math.hypot(given.scaleSigma, 1 / factor - 1, own.scaleSigma! / factor),
    reason: given.reason === null ? said : `${said} ${given.reason}`,
    contradicted: true,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
