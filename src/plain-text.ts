/** What a terminal or a reader obeys instead of showing it; a line break is one of them. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/** Text as one line that does nothing but be read. */
export const oneLine = (text: string): string => text.replace(OBEYED, ' ');

/** The same for text of several lines. */
export const printableText = (text: string): string => text.split('\n').map(oneLine).join('\n');

/** Text from callers or files on one line, at most so many characters. */
export function plainText(text: string, most = 64): string {
  return oneLine(text.slice(0, 4 * most))
    .trim()
    .slice(0, most)
    .replace(/\p{Cs}/gu, '');
}

/** Longest sentence of a rule as it is quoted in another text, characters. */
export const MAX_SENTENCE = 1000;

/** The same in double quotes, which it cannot leave. */
export const quotedText = (text: string, most?: number): string => JSON.stringify(plainText(text, most));

/** JSON in which whatever a terminal or a reader would obey instead of showing it is escaped: the same value when parsed. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (hidden) =>
    [...Array(hidden.length).keys()].map((i) => `\\u${hidden.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
