import { numberText } from './number-text.ts';

const CORNERS = [
  ['x1', 'y1', 'x2', 'y2'],
  ['xmin', 'ymin', 'xmax', 'ymax'],
  ['x_min', 'y_min', 'x_max', 'y_max'],
  ['left', 'top', 'right', 'bottom'],
] as const;
/** `x` and `y` are those of the corner at the top left, as in COCO and in browsers. */
const SIDES = [
  ['x', 'y', 'width', 'height'],
  ['x', 'y', 'w', 'h'],
  ['left', 'top', 'width', 'height'],
] as const;

/** A box whose numbers carry names as [x1, y1, x2, y2]; anything else as it came. */
export function namedBox(given: unknown): unknown {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return given;
  const corners = CORNERS.map((names) => numbers(given, names)).find((found) => found !== null);
  if (corners) return corners;
  const sides = SIDES.map((names) => numbers(given, names)).find((found) => found !== null);
  if (!sides) return given;
  const [x, y, width, height] = sides as [number, number, number, number];
  return [x, y, x + width, y + height];
}

/** The numbers under these names; null unless there are exactly these. */
function numbers(given: object, names: readonly string[]): number[] | null {
  if (Object.keys(given).length !== names.length || !names.every((name) => Object.hasOwn(given, name))) return null;
  const values = names.map((name) => {
    const value = (given as Record<string, unknown>)[name];
    return typeof value === 'string' ? numberText(value) : value;
  });
  return values.every((value): value is number => typeof value === 'number') ? values : null;
}
