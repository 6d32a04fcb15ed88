import { MM_PER_INCH, type UnitSystem } from '../contract/length-unit.ts';
import type { VerdictKind } from '../contract/verdict.ts';

/** Lengths this close are equal: far below any measurement, far above rounding noise. mm. */
export const EPSILON_MM = 1e-9;

/** Verdict of "the value is at least `threshold`" for a value known to lie between `low` and `high` (90 %). */
export function atLeast(low: number, high: number, threshold: number): VerdictKind {
  if (low >= threshold - EPSILON_MM) return 'satisfied';
  return high < threshold - EPSILON_MM ? 'violated' : 'uncertain';
}

/** Verdict of "the value is at most `threshold`". */
export function atMost(low: number, high: number, threshold: number): VerdictKind {
  if (high <= threshold + EPSILON_MM) return 'satisfied';
  return low > threshold + EPSILON_MM ? 'violated' : 'uncertain';
}

/** Beyond the other at all: at exactly 0 mm neither of two objects lies to the left of the other. mm. */
export const BEYOND = 2 * EPSILON_MM;

/** Below: it does not stand there; above the other: it does; between: the image cannot tell. */
export const NOT_ON = 0.2;
export const SURELY_ON = 0.8;

export function byProbability(p: number): VerdictKind {
  if (p >= SURELY_ON) return 'satisfied';
  return p <= NOT_ON ? 'violated' : 'uncertain';
}

/** A length (mm) that must be met as it is said, a rule's or a move's: `152.4 mm`, `100 mm`, `6 in`. */
export function requiredLength(mm: number, units: UnitSystem = 'metric'): string {
  if (units === 'imperial') return `${rounded(mm / MM_PER_INCH, 2)} in`;
  return `${Number.isInteger(mm) ? mm + 0 : rounded(mm, 1)} mm`;
}

/** Without trailing zeros and without a negative zero. */
const rounded = (value: number, digits: number) => Number(value.toFixed(digits)) + 0;
