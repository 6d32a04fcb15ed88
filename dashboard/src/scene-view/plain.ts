/**
 * Controls, line separators, marks that turn the direction of writing, tag characters, lone surrogates, invisible letters:
 * names come from strangers, and what a reader obeys instead of showing it is left out. The same as `OBEYED` of
 * src/plain-text.ts, which a test compares.
 */
export const OBEYED = /(?:(?![\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]|[\uFE0E\uFE0F]{2,})+/gu;

export const plain = (text: unknown): string => String(text).slice(0, 500).replace(OBEYED, ' ');
