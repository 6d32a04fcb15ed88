interface Phrase<T> {
  readonly words: readonly string[];
  readonly value: T;
}

/** Fixed phrases of one kind, found by their longest match. */
export class PhraseTable<T> {
  /** Every table of the language: a word that none of them covers is unknown. */
  static readonly all: PhraseTable<unknown>[] = [];

  private readonly entries: Readonly<Record<string, T>>;
  private made: ReadonlyMap<string, readonly Phrase<T>[]> | null = null;

  /**
   * Keys are phrases; `a|b` stands for either word, `word?` may be missing: "in the center|centre|middle of".
   */
  constructor(entries: Readonly<Record<string, T>>) {
    this.entries = entries;
    PhraseTable.all.push(this);
  }

  /** Made when somebody first reads a sentence: a server starts without. */
  private get byFirst(): ReadonlyMap<string, readonly Phrase<T>[]> {
    this.made ??= byFirstWord(this.entries);
    return this.made;
  }

  /** The longest phrase that starts at `at`; `word(i)` is the i-th token's word, '' for other tokens. */
  match(word: (index: number) => string, at: number): { length: number; value: T } | undefined {
    for (const { words, value } of this.byFirst.get(word(at)) ?? []) {
      if (words.every((w, i) => word(at + i) === w)) return { length: words.length, value };
    }
    return undefined;
  }

  /** The different values, in the order of their first phrase. */
  values(): T[] {
    return [...new Set([...this.byFirst.values()].flatMap((list) => list.map((p) => p.value)))];
  }

  /** Every phrase, for spelling hints and for telling unknown words. */
  phrases(): string[][] {
    return [...this.byFirst.values()].flatMap((list) => list.map((p) => [...p.words]));
  }
}

/** Longest first. */
function byFirstWord<T>(entries: Readonly<Record<string, T>>): Map<string, Phrase<T>[]> {
  const found = new Map<string, Phrase<T>[]>();
  for (const [pattern, value] of Object.entries(entries)) {
    for (const words of expand(pattern.split(' '))) {
      const first = words[0];
      if (first === undefined) continue;
      const list = found.get(first) ?? [];
      list.push({ words, value });
      found.set(first, list);
    }
  }
  for (const list of found.values()) list.sort((a, b) => b.words.length - a.words.length);
  return found;
}

function expand(pattern: readonly string[]): string[][] {
  let all: string[][] = [[]];
  for (const part of pattern) {
    const optional = part.endsWith('?');
    const choices = (optional ? part.slice(0, -1) : part).split('|');
    all = all.flatMap((head) => [...choices.map((c) => [...head, c]), ...(optional ? [head] : [])]);
  }
  return all;
}

/** A table of phrases that all mean the same. */
export function phraseSet(...patterns: string[]): PhraseTable<true> {
  return new PhraseTable(Object.fromEntries(patterns.map((p) => [p, true as const])));
}
