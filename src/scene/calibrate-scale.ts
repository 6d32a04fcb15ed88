import type { Picture } from './calibrate-points.ts';
import { focalOf } from './camera.ts';
import type { Calibration } from './types.ts';

/** Relative standard error of a scale that the caller gives without one. */
export const SCALE_SIGMA = 0.03;

/** One scale everywhere: the camera looks straight down. The table's origin is the picture's upper left corner. */
export function calibrateScale(picture: Picture, mmPerPixel: number, sigma: number | undefined): Calibration {
  const { focalPx, focalSigma } = focalOf(picture.focal35mm, picture.width, picture.height);
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
    reason: null,
    view: { width: picture.width, height: picture.height, focalPx, focalSigma, modes: [] },
  };
}
