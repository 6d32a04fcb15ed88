import type { BoxNoise } from '../../contract/box-noise.ts';
import { AppError } from '../../errors.ts';
import type { Calibration, Mat3 } from '../types.ts';
import type { ImageGeometry } from './calibrate-points.ts';
import { focalOf } from './camera.ts';
import { type Reference, tiltOf } from './camera-posterior.ts';

/** Relative standard error of a scale that the caller gives without one. */
export const SCALE_SIGMA = 0.03;
/** Less than this many mm per pixel is no photo of a desk. */
const MIN_SCALE = 1e-4;
/** A tilt that is larger than this, radians, by two standard errors contradicts "straight down". */
const NOTICED_TILT = 0.35;

/**
 * One scale everywhere: the camera looks straight down. The table's origin is the image's upper left corner. When the
 * objects' boxes show another view, the answer says so and lengths along the image's y get the error that it makes.
 */
export function calibrateScale(
  image: ImageGeometry,
  mmPerPixel: number,
  sigma: number | undefined,
  references: readonly Reference[],
  noise: BoxNoise,
): Calibration {
  if (!(mmPerPixel >= MIN_SCALE && mmPerPixel <= 1000)) {
    throw new AppError('CALIBRATION_001', {
      message: `mm_per_pixel must lie between ${MIN_SCALE} and 1000.`,
      details: { field: 'mm_per_pixel' },
    });
  }
  const { focalPx, focalSigma } = focalOf(image.focal35mm, image.width, image.height);
  const seen = tiltOf(image, references, noise);
  const oblique = seen !== null && seen.tilt - 2 * seen.sigma > NOTICED_TILT ? seen.tilt : null;
  return {
    method: 'scale',
    source: 'request',
    homography: [mmPerPixel, 0, 0, 0, mmPerPixel, 0, 0, 0, 1],
    mmPerPixel,
    scaleSigma: sigma ?? SCALE_SIGMA,
    residualMm: null,
    references: ['mm_per_pixel'],
    assumptions: [
      'the camera looks straight down: one scale everywhere',
      ...(sigma === undefined ? [`mm_per_pixel is right to ${SCALE_SIGMA * 100} % (one sigma)`] : []),
    ],
    reason:
      oblique === null
        ? null
        : `The objects look seen from the side (camera tilted about ${Math.round((oblique * 180) / Math.PI)} degrees), but mm_per_pixel holds only when the camera looks straight down: give a rectangle or the camera's tilt instead.`,
    view: {
      width: image.width,
      height: image.height,
      focalPx,
      focalSigma,
      modes: oblique === null ? [] : [stretched(oblique, (mmPerPixel * image.height) / 2)],
    },
  };
}

/** Depth is foreshortened by the cosine of the tilt: the table as it would be with y stretched about the middle. */
function stretched(tilt: number, middle: number): Mat3 {
  const k = 1 / Math.max(0.2, Math.cos(tilt));
  return [1, 0, 0, 0, k, middle * (1 - k), 0, 0, 1];
}
