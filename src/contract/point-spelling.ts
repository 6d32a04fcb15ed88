import { numberText } from './number-text.ts';

/** A point whose numbers carry the names x and y as [x, y]; anything else as it came. */
export function namedPoint(given: unknown): unknown {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return given;
  if (Object.keys(given).length !== 2 || !Object.hasOwn(given, 'x') || !Object.hasOwn(given, 'y')) return given;
  const { x, y } = given as { readonly x: unknown; readonly y: unknown };
  const values = [x, y].map((value) => (typeof value === 'string' ? numberText(value) : value));
  return values.every((value) => typeof value === 'number') ? values : given;
}
