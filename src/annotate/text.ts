import { MM_PER_INCH, type UnitSystem } from '../contract/length-unit.ts';
import { shortText } from '../plain-text.ts';

/** Names come from models and callers: one printable line of limited length, nothing else. */
export const cleanText = (text: string, max = 28): string => shortText(text, max);

const round = (value: number, decimals: 0 | 1 | 2): string => {
  const text = String(Number(Math.abs(value).toFixed(decimals)));
  return value < 0 && text !== '0' ? `−${text}` : text;
};

/** A length (mm) for people: whole mm, one decimal below 10 mm; or inches, one decimal, two below 1 in. */
export function formatLength(mm: number, units: UnitSystem): string {
  if (units === 'imperial') return `${round(mm / MM_PER_INCH, Math.abs(mm) < 0.995 * MM_PER_INCH ? 2 : 1)} in`;
  return `${round(mm, Math.abs(mm) < 9.95 ? 1 : 0)} mm`;
}

/** `83 ± 21 mm`, `3.3 ± 0.8 in`; one decimal of mm only where value and error are both below 10 mm. */
export function formatMeasure(mm: number, uncertainty: number | null, units: UnitSystem): string {
  if (uncertainty === null) return formatLength(mm, units);
  if (units === 'imperial') return `${round(mm / MM_PER_INCH, 1)} ± ${round(uncertainty / MM_PER_INCH, 1)} in`;
  const decimals = Math.abs(mm) < 9.95 && uncertainty < 9.95 ? 1 : 0;
  return `${round(mm, decimals)} ± ${round(uncertainty, decimals)} mm`;
}
