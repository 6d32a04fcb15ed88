import type { CalibrationInput, ZoneInput } from '../contract/calibration.ts';
import { AppError } from '../errors.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

type Points = readonly (readonly [number, number])[];

interface Given {
  readonly calibration?: CalibrationInput | undefined;
  readonly zones?: readonly ZoneInput[] | undefined;
  readonly table_corners?: Points | null | undefined;
}

/** Points may lie outside the image, as the corner of a table does; but none is drawn inside a single pixel. */
export function checkPoints(given: Given, { width, height }: Size): void {
  if (Math.min(width, height) <= 8) return;
  for (const [field, points] of lists(given)) {
    if (!points.flat().every((v) => v >= 0 && v <= 1)) continue;
    throw new AppError('VALIDATION_002', {
      message: `${field} looks like fractions of the image: all its points lie in the first pixel. The image has ${width} x ${height} pixels.`,
      advice: 'Give points as [x, y] in pixels of the upright image.',
      details: { field, seen: points, image: { width, height } },
    });
  }
}

function* lists({ calibration, zones = [], table_corners }: Given): Generator<readonly [string, Points]> {
  if (calibration && 'points_px' in calibration) yield ['calibration.points_px', calibration.points_px];
  if (calibration && 'rectangle_px' in calibration) yield ['calibration.rectangle_px', calibration.rectangle_px];
  for (const [index, zone] of zones.entries()) yield [`zones.${index}.polygon_px`, zone.polygon_px];
  if (table_corners) yield ['table_corners', table_corners];
}
