import { AppError } from '../../errors.ts';
import type { SceneInput } from '../input.ts';
import { inverse, multiply } from '../math/mat3.ts';
import type { Calibration } from '../types.ts';
import { believed } from './believed.ts';
import { calibrateCamera } from './calibrate-camera.ts';
import { calibrateMarker } from './calibrate-marker.ts';
import { calibrateObjects } from './calibrate-objects.ts';
import { calibrateFourPoints, calibrateRectangle, type ImageGeometry } from './calibrate-points.ts';
import { calibrateScale } from './calibrate-scale.ts';
import type { Reference } from './camera-posterior.ts';

/**
 * Pixels to millimetres, by what is trusted most: a stored calibration, what the caller gives (points, rectangle, camera,
 * scale), the printed sheet in the picture, objects of known size, nothing; what the objects contradict is not believed. Throws CALIBRATION_001 for values that describe no camera over a table.
 */
export function calibrate(input: SceneInput, references: readonly Reference[]): Calibration {
  const { width, height, focal35mm, focalTrust } = input;
  const image: ImageGeometry = { width, height, focal35mm, ...(focalTrust && { focalTrust }) };
  const compared = (calibration: Calibration): Calibration => {
    const outcome = believed(calibration, image, references, input.boxNoise);
    return 'calibration' in outcome ? outcome.calibration : nothing(outcome.refused, outcome.advice);
  };
  if (input.storedCalibration !== undefined) return compared(restored(input.storedCalibration, image));
  const given = input.calibration;
  if (given === null) {
    const marker = input.markers ? calibrateMarker(image, input.markers, references, input.boxNoise) : null;
    if (marker !== null) {
      return 'calibration' in marker
        ? compared(marker.calibration)
        : nothing(`The printed sheet ${marker.refused}`, MEND_SHEET);
    }
    const found = calibrateObjects(image, references, input.boxNoise);
    if (found !== null && found.scaleSigma! <= WORST_SCALE) return found;
    if (found !== null) return nothing('The objects of known size say next to nothing about the scale');
    return nothing(
      references.length > 0
        ? 'No object of known size is wholly in the image and large enough'
        : 'No object of known size was found',
    );
  }
  if ('points_px' in given) return compared(calibrateFourPoints(image, given.points_px, given.points_mm));
  if ('rectangle_px' in given) return compared(calibrateRectangle(image, given.rectangle_px, given.size_mm));
  if ('camera_height_mm' in given) return compared(calibrateCamera(image, given));
  return compared(calibrateScale(image, given.mm_per_pixel, given.sigma, references));
}

/** With a larger relative error than this the scale is not known, and a number would only look like one. */
const WORST_SCALE = 0.6;

const GIVE =
  "lay the printed sheet (h200-mug marker) in the picture, or give the corners of a sheet or card, the camera's height and tilt, or mm_per_pixel.";
const MEND_SHEET = 'lay one sheet flat on the table, true to size, or take it out of the picture.';

function nothing(why: string, advice = GIVE): Calibration {
  return {
    method: 'none',
    source: 'none',
    homography: null,
    mmPerPixel: null,
    scaleSigma: null,
    residualMm: null,
    references: [],
    assumptions: [],
    reason: `${why}, so lengths are in pixels only: ${advice}`,
    view: null,
  };
}

/** A stored calibration for this image: as it is, or scaled when only the resolution differs. */
function restored(
  stored: { readonly calibration: Calibration; readonly width: number; readonly height: number },
  image: ImageGeometry,
): Calibration {
  const { calibration } = stored;
  const kx = image.width / stored.width;
  const ky = image.height / stored.height;
  if (!(Math.abs(kx / ky - 1) < 0.01)) {
    throw new AppError('CALIBRATION_001', {
      message: `The stored calibration belongs to images of ${stored.width} x ${stored.height}; this one has another shape (${image.width} x ${image.height}).`,
      advice: 'Use images of the same camera, uncropped and not turned, or make a new calibration.',
      details: { field: 'calibration_id' },
    });
  }
  const base = { ...calibration, source: 'stored' as const };
  if (calibration.homography === null || (kx === 1 && ky === 1)) return base;
  const homography = multiply(calibration.homography, [1 / kx, 0, 0, 0, 1 / ky, 0, 0, 0, 1]);
  if (inverse(homography) === null) throw new AppError('CALIBRATION_001');
  return {
    ...base,
    homography,
    mmPerPixel: calibration.mmPerPixel === null ? null : calibration.mmPerPixel / Math.sqrt(kx * ky),
    view: calibration.view
      ? {
          ...calibration.view,
          width: image.width,
          height: image.height,
          focalPx: calibration.view.focalPx * Math.sqrt(kx * ky),
        }
      : null,
  };
}
