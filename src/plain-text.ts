/** Text from callers or files on one line, at most so many characters. */
export function plainText(text: string, most = 64): string {
  return text
    .slice(0, 4 * most)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .trim()
    .slice(0, most)
    .replace(/\p{Cs}/gu, '');
}
