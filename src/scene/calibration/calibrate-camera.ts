import { AppError } from '../../errors.ts';
import type { Calibration, Mat3, Point } from '../types.ts';
import type { ImageGeometry } from './calibrate-points.ts';
import { cameraOf, focalInPixels, focalOf, type Pose } from './camera.ts';
import { focalWords } from './focal-words.ts';
import { errorModes, onPlane, scaleAt } from './plane.ts';

/** Standard errors of what people know about their camera. */
export const CAMERA_ERRORS = { heightRelative: 0.03, tiltDeg: 2, rollDeg: 1.5, focalGiven: 0.03 } as const;

const RADIANS = Math.PI / 180;

export interface CameraFacts {
  readonly camera_height_mm: number;
  readonly tilt_deg: number;
  readonly focal_35mm?: number | undefined;
}

/** Height, tilt and focal length of a camera that is held level. Throws CALIBRATION_001 when it cannot see a table. */
export function calibrateCamera(image: ImageGeometry, facts: CameraFacts): Calibration {
  const { width, height } = image;
  const given = facts.focal_35mm;
  const known = focalOf(image);
  const focalPx = given === undefined ? known.focalPx : focalInPixels(given, width, height);
  const focalSigma = given === undefined ? known.focalSigma : CAMERA_ERRORS.focalGiven;
  const pose: Pose = {
    width,
    height,
    focalPx,
    tilt: facts.tilt_deg * RADIANS,
    roll: 0,
    heightMm: facts.camera_height_mm,
  };
  const camera = cameraOf(pose);
  if (camera === null || facts.camera_height_mm < 10) {
    throw new AppError('CALIBRATION_001', {
      message: 'A camera with this height and tilt sees no table.',
      details: { field: 'tilt_deg' },
    });
  }
  const alternatives = [
    { ...pose, tilt: pose.tilt + CAMERA_ERRORS.tiltDeg * RADIANS },
    { ...pose, roll: CAMERA_ERRORS.rollDeg * RADIANS },
    { ...pose, focalPx: focalPx * (1 + focalSigma) },
  ].map((other) => cameraOf(other)?.homography ?? null);
  const middle = tableMiddle(camera.homography, width, height);
  const { modes, scaleSigma } = errorModes(camera.homography, alternatives, middle);
  return {
    method: 'camera',
    source: 'request',
    homography: camera.homography,
    mmPerPixel: scaleAt(camera.homography, middle),
    scaleSigma: Math.hypot(scaleSigma, CAMERA_ERRORS.heightRelative),
    residualMm: null,
    references: ['camera height and tilt'],
    assumptions: [
      `height right to ${CAMERA_ERRORS.heightRelative * 100} %, tilt to ${CAMERA_ERRORS.tiltDeg} degrees, held level to ${CAMERA_ERRORS.rollDeg} degrees (one sigma)`,
      'the image is not cropped',
      ...(given === undefined ? [focalWords(image)] : []),
    ],
    reason:
      given === undefined && !known.known
        ? `The image tells no focal length to trust: ${focalWords(image)}. Give focal_35mm for smaller errors.`
        : null,
    view: { width, height, focalPx, focalSigma, modes },
  };
}

/** The image's centre, or the nearest point below it that safely shows the table. */
export function tableMiddle(homography: Mat3, width: number, height: number): Point {
  const bottom = { x: width / 2, y: height };
  for (let k = 0.5; k < 1; k += 0.05) {
    const at = { x: width / 2, y: height * k };
    if (onPlane(homography, at, bottom, 0.15)) return at;
  }
  return bottom;
}
