/** Names come from models and callers: one printable line of limited length, nothing else. */
export function cleanText(text: string, max = 28): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed, with bidirectional overrides
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g, ' ').trim();
  const letters = [...plain];
  return letters.length > max ? `${letters.slice(0, max - 1).join('')}…` : plain;
}

/** A length or its error for people: whole mm, one decimal below 10 mm. */
export function formatMm(value: number): string {
  const rounded = Math.abs(value) < 9.95 ? Math.round(value * 10) / 10 : Math.round(value);
  return String(Object.is(rounded, -0) ? 0 : rounded);
}

/** `83 ± 21 mm`; the error has no more decimals than the value. */
export function formatMeasure(value: number, uncertainty: number | null): string {
  if (uncertainty === null) return `${formatMm(value)} mm`;
  const error = Math.abs(value) < 9.95 && uncertainty < 9.95 ? formatMm(uncertainty) : String(Math.round(uncertainty));
  return `${formatMm(value)} ± ${error} mm`;
}
