import type { BoxNoise } from '../../contract/box-noise.ts';
import type { Calibration } from '../types.ts';
import { tableMiddle } from './calibrate-camera.ts';
import type { ImageGeometry } from './calibrate-points.ts';
import { cameraOf, type Pose } from './camera.ts';
import {
  cameraPosterior,
  density,
  logSine,
  type Moments,
  type Reference,
  type ReferenceObservation,
  usable,
  votes,
} from './camera-posterior.ts';
import { focalWords } from './focal-words.ts';
import { errorModes, onPlane, scaleAt } from './plane.ts';

/** How level people hold their cameras, one sigma. */
const ROLL_SIGMA = (3 * Math.PI) / 180;

/**
 * The camera that makes objects of known size look as large as their boxes. Where the objects say little about its tilt or
 * focal length, what is usual stands in with its own spread. Null when there is no usable reference.
 */
export function calibrateObjects(
  image: ImageGeometry,
  found: readonly Reference[],
  noise: BoxNoise,
): Calibration | null {
  const observations = usable(image, found, noise);
  const best = observations.length === 0 ? null : cameraPosterior(observations, image);
  return best === null ? null : describe(image, observations, best);
}

/** Lower triangular root of a covariance; a direction without spread stays zero. */
function cholesky(m: readonly (readonly number[])[]): number[][] {
  const l = m.map((row) => row.map(() => 0));
  for (let i = 0; i < m.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = m[i]![j]!;
      for (let k = 0; k < j; k++) sum -= l[i]![k]! * l[j]![k]!;
      l[i]![j] = i === j ? Math.sqrt(Math.max(0, sum)) : l[j]![j]! > 1e-12 ? sum / l[j]![j]! : 0;
    }
  }
  return l;
}

function describe(image: ImageGeometry, observations: readonly ReferenceObservation[], m: Moments): Calibration | null {
  const { width, height } = image;
  const poseAt = (d: readonly [tilt: number, logFocal: number, logRange: number]): Pose => {
    const focalPx = Math.exp(m.logFocal + d[1]);
    const tilt = Math.min(1.55, Math.max(0, m.tilt + d[0]));
    const heightMm = Math.exp(m.logRange + d[2] + logSine(m.v, tilt, focalPx));
    return { width, height, focalPx, tilt, roll: 0, heightMm };
  };
  const pose = poseAt([0, 0, 0]);
  const logHeight = Math.log(pose.heightMm);
  const camera = cameraOf(pose);
  if (camera === null) return null;
  const { homography } = camera;
  const root = cholesky(m.cov);
  const alternatives = [0, 1, 2].map((k) => cameraOf(poseAt([root[0]![k]!, root[1]![k]!, root[2]![k]!])));
  alternatives.push(cameraOf({ ...pose, roll: ROLL_SIGMA }));

  const judged = observations.map((o) => {
    const list = votes(o, m.tilt, pose.focalPx);
    const best = list?.reduce((a, b) => (density(b, logHeight) > density(a, logHeight) ? b : a));
    const chi = best ? best.a + best.b * logHeight + best.c * logHeight ** 2 : Number.POSITIVE_INFINITY;
    return { o, best, fits: chi < 16 };
  });
  const used = judged.filter((j) => j.fits);
  if (used.length === 0) return null;
  const bottom = { x: width / 2, y: height };
  const feet = used.map(({ o }) => ({ x: (o.bbox[0] + o.bbox[2]) / 2, y: o.bbox[3] - 0.2 * o.h }));
  const middle = {
    x: feet.reduce((s, p) => s + p.x / feet.length, 0),
    y: feet.reduce((s, p) => s + p.y / feet.length, 0),
  };
  const reference = onPlane(homography, middle, bottom) ? middle : tableMiddle(homography, width, height);
  const { modes, scaleSigma } = errorModes(
    homography,
    alternatives.map((a) => a?.homography ?? null),
    reference,
  );
  const scale = scaleAt(homography, tableMiddle(homography, width, height));
  if (scale === null || !Number.isFinite(scaleSigma)) return null;
  const misfits = used.map(({ best }) => (Math.exp(logHeight - best!.x) - 1) * Math.exp(best!.appearance.w));
  return {
    method: 'known_objects',
    source: 'reference_object',
    homography,
    mmPerPixel: scale,
    scaleSigma,
    residualMm: used.length > 1 ? Math.sqrt(misfits.reduce((s, d) => s + d * d, 0) / used.length) : null,
    references: used.map(({ o }) => o.id),
    assumptions: [
      'the objects have usual sizes for their kind (docs/accuracy.md)',
      `the objects stand on one plane; the image is held level and ${image.focalTrust?.basis === 'cropped' ? "its middle is taken for the lens's axis" : 'not cropped'}`,
      focalWords(image),
      ...judged.filter((j) => !j.fits).map(({ o }) => `${o.id} was left out: its size does not fit the others`),
    ],
    reason:
      scaleSigma > 0.15
        ? 'The objects of known size say little about the scale: give a rectangle of known size for smaller errors.'
        : null,
    view: { width, height, focalPx: pose.focalPx, focalSigma: Math.sqrt(m.cov[1]![1]!), modes },
  };
}
