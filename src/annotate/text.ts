/** Control characters, zero-width ones and bidirectional overrides. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g;

/** Names come from models and callers: one printable line of limited length, nothing else. */
export function cleanText(text: string, max = 28): string {
  const letters = [...text.replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim()];
  return letters.length > max ? `${letters.slice(0, max - 1).join('')}…` : letters.join('');
}

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
