/**
 * What a terminal or a reader obeys instead of showing it, and what nobody sees: controls, line separators, marks that turn
 * the direction of writing, tag characters, lone surrogates, invisible letters and selectors. One U+FE0E or U+FE0F behind a
 * character chooses how that looks, and stays.
 */
export const OBEYED = /(?:(?![\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]|[\uFE0E\uFE0F]{2,})+/gu;
const ESCAPED = /(?!\n|\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]|[\uFE0E\uFE0F]{2,}/gu;

/** Text as one line that does nothing but be read. */
export const oneLine = (text: string): string => text.replace(OBEYED, ' ');

/** The same for text of several lines. */
export const printableText = (text: string): string => text.split('\n').map(oneLine).join('\n');

/** Text from callers or files on one line, at most so many UTF-16 units. */
export function plainText(text: string, most = 64): string {
  return oneLine(text.slice(0, 4 * most))
    .trim()
    .slice(0, most)
    .replace(/\p{Cs}/gu, '');
}

/** The same, and what was cut off shows as "…". */
export function shortText(text: string, most: number): string {
  const whole = plainText(text, 4 * most).replace(/\s+/g, ' ');
  const letters = Array.from(whole.slice(0, 2 * most + 2));
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : whole;
}

/** Longest sentence of a rule as it is quoted in another text, characters. */
export const MAX_SENTENCE = 1000;

/** The same in double quotes, which it cannot leave. */
export const quotedText = (text: string, most?: number): string => JSON.stringify(plainText(text, most));

/** Entries of a list or an object of which `plainValue` keeps the first. */
const MAX_ENTRIES = 1000;
const MAX_DEPTH = 10;

/** Plain data in which every text, keys too, is one line of at most so many characters; for what others read or log. */
export function plainValue(value: unknown, most: number, depth = MAX_DEPTH): unknown {
  if (typeof value === 'string') return plainText(value, most);
  if (value === null || typeof value !== 'object') return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((one) => plainValue(one, most, depth - 1));
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(entries.map(([key, one]) => [plainText(key, most), plainValue(one, most, depth - 1)]));
}

/** JSON in which whatever a terminal or a reader would obey instead of showing it is escaped: the same value when parsed. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(ESCAPED, (hidden) =>
    [...Array(hidden.length).keys()].map((i) => `\\u${hidden.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
