import { MM_PER_INCH, type UnitSystem } from '../../contract/length-unit.ts';

/** A length in mm without its error: `25 mm`, `4.5 mm`, `1 in`, `0.4 in`. */
export function lengthText(mm: number, units: UnitSystem): string {
  if (units === 'imperial') return `${plain(mm / MM_PER_INCH, 1)} in`;
  return `${plain(mm, Math.abs(mm) < 10 ? 1 : 0)} mm`;
}

/** Rounded, without trailing zeros and without a negative zero. */
function plain(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)) + 0);
}
