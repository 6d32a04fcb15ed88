import { SCALE_LIMITS } from '../../contract/calibration.ts';
import { AppError } from '../../errors.ts';
import type { Calibration, Mat3 } from '../types.ts';
import type { ImageGeometry } from './calibrate-points.ts';
import { focalOf } from './camera.ts';
import type { Reference } from './camera-posterior.ts';
import { sideView } from './side-view.ts';

/** Relative standard error of a scale that the caller gives without one. */
export const SCALE_SIGMA = 0.03;
/**
 * One scale everywhere: the camera looks straight down. The table's origin is the image's upper left corner. When the
 * objects' boxes speak for another view, the answer says so and lengths get the error that it makes.
 */
export function calibrateScale(
  image: ImageGeometry,
  mmPerPixel: number,
  sigma: number | undefined,
  references: readonly Reference[],
): Calibration {
  if (!(mmPerPixel >= SCALE_LIMITS.min && mmPerPixel <= SCALE_LIMITS.max)) {
    throw new AppError('CALIBRATION_001', {
      message: `mm_per_pixel must lie between ${SCALE_LIMITS.min} and ${SCALE_LIMITS.max}.`,
      details: { field: 'mm_per_pixel' },
    });
  }
  const { focalPx, focalSigma } = focalOf(image);
  const homography: Mat3 = [mmPerPixel, 0, 0, 0, mmPerPixel, 0, 0, 0, 1];
  const side = sideView(image, homography, references);
  return {
    method: 'scale',
    source: 'request',
    homography,
    mmPerPixel,
    scaleSigma: sigma ?? SCALE_SIGMA,
    residualMm: null,
    references: ['mm_per_pixel'],
    assumptions: [
      'the camera looks straight down: one scale everywhere',
      ...(side === null ? [] : ['the objects look more as from the side: the errors allow for that']),
      ...(sigma === undefined ? [`mm_per_pixel is right to ${SCALE_SIGMA * 100} % (one sigma)`] : []),
    ],
    reason: side?.reason ?? null,
    ...(side !== null && side.reason !== null && { contradicted: true }),
    view: {
      width: image.width,
      height: image.height,
      focalPx,
      focalSigma,
      modes: side === null ? [] : [side.mode],
    },
  };
}
