import type { CalibrationInput, ZoneInput } from '../contract/calibration.ts';
import { AppError } from '../errors.ts';
import { zoneKey } from '../rules/halves.ts';

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

/**
 * Points may lie outside the image, as the corner of a table does; but none is drawn inside a single pixel or far out, and what goes
 * around something does not cross itself.
 */
export function checkPoints(given: Given, { width, height }: Size): void {
  checkNames(given.zones);
  if (Math.min(width, height) <= 8) return;
  for (const [field, points, isOutline] of lists(given)) {
    const refuse = (message: string, advice: string) =>
      new AppError('VALIDATION_002', {
        message: `${field} ${message} The image has ${width} x ${height} pixels.`,
        advice,
        details: { field, seen: points, image: { width, height } },
      });
    if (points.flat().every((v) => v >= 0 && v <= 1))
      throw refuse(
        'looks like fractions of the image: all its points lie in the first pixel.',
        'Give points as [x, y] in pixels of the upright image.',
      );
    if (points.flat().some((v) => Math.abs(v) > MOST_SIDES * Math.max(width, height)))
      throw refuse(
        `has a point farther than ${MOST_SIDES} times the longer side from the image.`,
        'Give points as [x, y] in pixels of the upright image.',
      );
    const wrong = isOutline ? noOutline(points) : null;
    if (wrong !== null) throw refuse(wrong, 'Give the corners in turn, once around.');
  }
}

/** Rules speak of zones by their names: of two of one name they could mean either. */
function checkNames(zones: readonly ZoneInput[] = []): void {
  const known = new Set<string>();
  for (const [index, { name }] of zones.entries()) {
    const field = `zones.${index}.name`;
    if (known.has(zoneKey(name)))
      throw new AppError('VALIDATION_002', {
        message: `${field}: two zones have this name, and rules would not know which is meant.`,
        advice: 'Give each zone a name of its own, whatever its case: "tray left", "tray right".',
        details: { field },
      });
    known.add(zoneKey(name));
  }
}

/** Beyond so many times the longer side of the image no corner was meant. */
const MOST_SIDES = 100;
/** An outline with less than this share of the square of its length encloses nothing: a strip of 1 : 1000 has 0.00025. */
const LEAST_AREA = 0.0002;

/** Why the points are the outline of nothing. */
function noOutline(points: Points): string | null {
  const sides = points.map((p, i) => [p, points[(i + 1) % points.length]!] as const);
  for (const [i, [a, b]] of sides.entries()) {
    for (const [c, d] of sides.slice(i + 2, i === 0 ? -1 : undefined)) {
      if (turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0) return 'crosses itself.';
    }
  }
  const [first] = points;
  const area = Math.abs(sides.reduce((sum, [p, q]) => sum + turn(first!, p, q) / 2, 0));
  const length = sides.reduce((sum, [[x, y], [u, v]]) => sum + Math.hypot(u - x, v - y), 0);
  return area <= LEAST_AREA * length * length ? 'encloses nothing: all its points lie on one line.' : null;
}

/** Twice the area of a triangle; its sign tells the turn. */
const turn = ([ax, ay]: Points[0], [bx, by]: Points[0], [cx, cy]: Points[0]) =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

/** `true`: of what goes once around something. */
function* lists({ calibration, zones = [], table_corners }: Given): Generator<readonly [string, Points, boolean]> {
  if (calibration && 'points_px' in calibration) yield ['calibration.points_px', calibration.points_px, false];
  if (calibration && 'rectangle_px' in calibration) yield ['calibration.rectangle_px', calibration.rectangle_px, false];
  for (const [index, zone] of zones.entries()) yield [`zones.${index}.polygon_px`, zone.polygon_px, true];
  if (table_corners) yield ['table_corners', table_corners, true];
}
