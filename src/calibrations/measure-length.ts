import type { MeasuredLength, MeasureRequest } from '../contract/measured-length.ts';
import { Z90 } from '../contract/verdict.ts';
import { AppError } from '../errors.ts';
import type { StoredCalibration } from '../ports/records.ts';
import { onPlane } from '../scene/calibration/plane.ts';
import { apply } from '../scene/math/mat3.ts';
import { pointsApart } from '../scene/measure.ts';

const tenth = (value: number) => Math.round(value * 10) / 10;

/** The table between two pixels, mm ± (90 %), beside what a ruler says. Throws VALIDATION_002 above the horizon and outside of the photo. */
export function measureLength(
  { calibration, width, height, calibration_id }: StoredCalibration,
  { from_px, to_px, known_mm }: MeasureRequest,
): MeasuredLength {
  const known = known_mm ?? null;
  const { homography, scaleSigma } = calibration;
  // The lower edge of the image shows the table, where anything does.
  const seen = { x: width / 2, y: height };
  const [from, to] = [from_px, to_px].map(([x, y]) => {
    // Beyond it no calibration was checked by anything.
    if (x < 0 || y < 0 || x > width || y > height) {
      throw new AppError('VALIDATION_002', {
        message: `[${x}, ${y}] is outside of the photo, which is ${width} × ${height} pixels.`,
        advice: 'Give two points of the photo that the calibration is of.',
        details: { calibration_id },
      });
    }
    if (homography !== null && onPlane(homography, { x, y }, seen)) return apply(homography, { x, y });
    throw new AppError('VALIDATION_002', {
      message: `[${x}, ${y}] is not on the table's plane.`,
      details: { calibration_id },
    });
  }) as [ReturnType<typeof apply>, ReturnType<typeof apply>];
  const { value, sigma } = pointsApart(calibration, from, to);
  const uncertainty = scaleSigma === null ? null : Z90 * sigma;
  const difference = known === null ? null : value - known;
  return {
    length_mm: tenth(value),
    uncertainty_mm: uncertainty === null ? null : tenth(uncertainty),
    known_mm: known,
    difference_mm: difference === null ? null : tenth(difference),
    agrees: difference === null || uncertainty === null ? null : Math.abs(difference) <= uncertainty,
  };
}
