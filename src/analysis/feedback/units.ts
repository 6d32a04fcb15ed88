export type Locale = 'metric' | 'imperial';

const INCH = 25.4;

/** A length in mm as people of the locale say it: `25 mm`, `4.5 mm`, `1 in`, `0.4 in`. */
export function lengthText(mm: number, locale: Locale): string {
  if (locale === 'imperial') return `${plain(mm / INCH, 1)} in`;
  return `${plain(mm, Math.abs(mm) < 10 ? 1 : 0)} mm`;
}

/** A length that must be met as it is said: a rule's, or a move's. 152.4 mm stay 152.4 mm. */
export function exactText(mm: number, locale: Locale): string {
  return locale === 'imperial' ? `${plain(mm / INCH, 2)} in` : `${plain(mm, 1)} mm`;
}

/** Rounded, without trailing zeros and without a negative zero. */
function plain(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)) + 0);
}
