import { shortText } from '../plain-text.ts';

/** Names come from models and callers: one printable line of limited length, nothing else. */
export const cleanText = (text: string, max = 28): string => shortText(text, max);

const round = (value: number, decimals: 0 | 1): string => {
  const text = Math.abs(value).toFixed(decimals).replace(/\.0$/, '');
  return value < 0 && text !== '0' ? `−${text}` : text;
};

/** A length for people: whole mm, one decimal below 10 mm. */
export function formatMm(value: number): string {
  return round(value, Math.abs(value) < 9.95 ? 1 : 0);
}

/** `83 ± 21 mm`; one decimal only where value and error are both below 10 mm. */
export function formatMeasure(value: number, uncertainty: number | null): string {
  if (uncertainty === null) return `${formatMm(value)} mm`;
  const decimals = Math.abs(value) < 9.95 && uncertainty < 9.95 ? 1 : 0;
  return `${round(value, decimals)} ± ${round(uncertainty, decimals)} mm`;
}
