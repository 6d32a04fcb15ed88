import { EVERYDAY_CLASSES } from '../../contract/everyday-objects.ts';
import { NOUN_WORDS } from './noun-words.ts';
import { PhraseTable, phraseSet } from './phrases.ts';
import type { Token } from './tokens.ts';

/** Small words that the grammar takes by themselves; the rest is found in the tables. */
phraseSet(
  'of|to|between|from|and|but|or|nor|than|by|in|on|at|is|are|with|over|the|a|an|not|that|there|you|i|we|it|plus|while',
  'no|never|none|nothing|them|they|those|these|this|each|other|others|one|do|does|down|apart|together|up|edge|edges|gaps',
);

/** Words that begin a condition which rules cannot have: everything after them is not understood. */
const EXCEPTIONS = new Set([
  'unless',
  'except',
  'excepting',
  'excluding',
  'until',
  'during',
  'after',
  'before',
  'besides',
]);
/** "unless it rains": a limit of the rule that must not get lost. */
export function hasException(tokens: readonly Token[]): boolean {
  return tokens.some((t) => t.kind === 'word' && EXCEPTIONS.has(t.text));
}

/** "when", "if": the rule does not always apply. */
export function hasWhen(tokens: readonly Token[]): boolean {
  return tokens.some((t) => t.kind === 'word' && WHEN.has(t.text));
}

const WHEN = new Set(['if', 'when', 'whenever', 'while', 'where']);
/** "left" alone is only the participle of "leave" after these. */
const BEFORE_LEFT = new Set(['be', 'is', 'are', 'being', 'not', 'never', 'get', 'gets', 'ever']);
/** "half" alone is a number only before these: "half foot". */
const AFTER_HALF = new Set(['inch', 'foot', 'metre', 'meter']);
const SYMBOLS = new Set([...',.;:!?()"\'-/&<>=', '>=', '<=', '≥', '≤']);

/** Token ranges of words that no phrase of the language covers, neighbours joined. */
export function unknownSpans(tokens: readonly Token[]): [number, number][] {
  const covered = coverage(tokens);
  const spans: [number, number][] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (covered[i]) continue;
    const last = spans.at(-1);
    if (last !== undefined && last[1] === i) last[1] = i + 1;
    else spans.push([i, i + 1]);
  }
  return spans;
}

function coverage(tokens: readonly Token[]): boolean[] {
  const covered = tokens.map(
    (t) => t.kind === 'number' || t.kind === 'quoted' || (t.kind === 'symbol' && SYMBOLS.has(t.text)),
  );
  const word = (i: number): string => (tokens[i]?.kind === 'word' ? tokens[i].text : '');
  /** Where the phrases before end. */
  let until = 0;
  for (let i = 0; i < tokens.length; i++) {
    if (EXCEPTIONS.has(word(i))) {
      markTail(tokens, covered, i);
      return covered;
    }
    const length = longestPhrase(word, i);
    for (let k = 0; k < length; k++) covered[i + k] = true;
    const alone = length === 1 && i >= until;
    until = Math.max(until, i + length);
    if (word(i) === 'left' && alone && !BEFORE_LEFT.has(word(i - 1))) covered[i] = false;
    if (word(i) === 'half' && alone && !AFTER_HALF.has(word(i + 1))) covered[i] = false;
  }
  for (let i = 0; i < tokens.length; i++)
    if (WHEN.has(word(i)) && hasGap(tokens, covered, i)) markTail(tokens, covered, i);
  return covered;
}

let byFirst: Map<string, string[][]> | null = null;

/** Words of the longest phrase of any table that starts here. */
function longestPhrase(word: (i: number) => string, at: number): number {
  byFirst ??= indexPhrases();
  return byFirst.get(word(at))?.find((words) => words.every((w, k) => word(at + k) === w))?.length ?? 0;
}

function indexPhrases(): Map<string, string[][]> {
  const index = new Map<string, string[][]>();
  for (const phrase of PhraseTable.all.flatMap((t) => t.phrases())) {
    const list = index.get(phrase[0]!) ?? [];
    list.push(phrase);
    index.set(phrase[0]!, list);
  }
  for (const list of index.values()) list.sort((a, b) => b.length - a.length);
  return index;
}

function markTail(tokens: readonly Token[], covered: boolean[], from: number): void {
  for (let i = from; i < clauseEnd(tokens, from); i++) covered[i] = false;
}

function hasGap(tokens: readonly Token[], covered: readonly boolean[], from: number): boolean {
  return covered.slice(from, clauseEnd(tokens, from)).includes(false);
}

function clauseEnd(tokens: readonly Token[], from: number): number {
  let i = from;
  while (i < tokens.length && !(tokens[i]!.kind === 'symbol' && '.;!?,'.includes(tokens[i]!.text))) i++;
  return i;
}

/** Short words for things that are seldom on a desk: a "case" is more often misplaced than a misspelt "vase". */
const isNoHint = (phrase: readonly string[]) => {
  const noun = NOUN_WORDS.match((i) => phrase[i] ?? '', 0)?.value.name ?? '';
  return EVERYDAY_CLASSES.includes(noun) && phrase.every((word) => word.length < SHORT);
};
const SHORT = 6;

/** Every word of the language, for spelling hints. */
export function spellings(): ReadonlySet<string> {
  const others = PhraseTable.all.filter((table) => table !== NOUN_WORDS).flatMap((table) => table.phrases());
  return new Set([...others, ...NOUN_WORDS.phrases().filter((phrase) => !isNoHint(phrase))].flat());
}
