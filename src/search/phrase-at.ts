export const startsAt = (words: readonly string[], at: number, phrase: string): boolean =>
  phrase.split(' ').every((word, i) => words[at + i] === word);
