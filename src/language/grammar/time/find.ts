import type { Timing } from '../../../contract/timing.ts';
import { Refusal } from '../refusal.ts';
import type { Token } from '../tokens.ts';
import { type TimePhrase, timePhraseAt } from './phrase.ts';

/** What a sentence says about time, and the sentence without it. */
export interface Found {
  readonly timing: Timing;
  readonly rest: readonly Token[];
  readonly phrases: readonly TimePhrase[];
  /** It stood behind the demands. */
  readonly late: boolean;
  /** Token range in the whole sentence. */
  readonly span: readonly [number, number];
}

/** Phrases of time before the first demand, or else after the last; those in the middle have no place in a rule. */
export function findTime(text: string, tokens: readonly Token[]): Found | null {
  return atHead(text, tokens) ?? atTail(text, tokens);
}

function atHead(text: string, tokens: readonly Token[]): Found | null {
  const { phrases, end } = chain(text, tokens, 0);
  if (phrases.length === 0) return null;
  const comma = tokens[end]?.text === ',' || tokens[end]?.text === ':' ? 1 : 0;
  return found(phrases, tokens.slice(end + comma), false, [0, end]);
}

function atTail(text: string, tokens: readonly Token[]): Found | null {
  const end = endOf(tokens);
  for (let at = 1; at < end; at++) {
    const before = tokens[at - 1]!;
    const chained = chain(text, tokens, at);
    if (chained.phrases.length === 0 || chained.end !== end) continue;
    const cut = before.kind === 'symbol' && (before.text === ',' || before.text === '-') ? at - 1 : at;
    return found(chained.phrases, [...tokens.slice(0, cut), ...tokens.slice(end)], true, [at, end]);
  }
  return null;
}

/** Without full stops and "(priority 7)". */
function endOf(tokens: readonly Token[]): number {
  let end = tokens.length;
  const text = (i: number) => tokens[i]?.text ?? '';
  while (end > 0 && tokens[end - 1]!.kind === 'symbol' && '.!'.includes(text(end - 1)) && !closesHalf(tokens, end - 1))
    end--;
  if (text(end - 1) === ')') {
    const open = tokens.findLastIndex((t, i) => i < end && t.kind === 'symbol' && t.text === '(');
    if (open > 0) end = open;
  }
  return end;
}

/** The last dot of "p.m." belongs to it. */
const closesHalf = (tokens: readonly Token[], at: number): boolean =>
  tokens[at - 1]?.text === 'm' && tokens[at - 2]?.text === '.' && ['a', 'p'].includes(tokens[at - 3]?.text ?? '');

/** As many phrases as follow each other, joined by nothing, a comma or "and". */
function chain(text: string, tokens: readonly Token[], from: number): { phrases: TimePhrase[]; end: number } {
  const phrases: TimePhrase[] = [];
  let end = from;
  for (let at = from; at < tokens.length; ) {
    const phrase = timePhraseAt(text, tokens, at);
    if (phrase === null) break;
    phrases.push(phrase);
    end = at + phrase.length;
    at = end;
    while (tokens[at]?.text === ',' || (tokens[at]?.kind === 'word' && tokens[at]!.text === 'and')) at++;
  }
  return { phrases, end };
}

function found(
  phrases: readonly TimePhrase[],
  rest: readonly Token[],
  late: boolean,
  span: readonly [number, number],
): Found {
  const timing: Record<string, unknown> = {};
  for (const phrase of phrases) {
    for (const [name, value] of Object.entries(phrase.timing)) {
      if (timing[name] !== undefined) throw new Refusal('A rule has one time of each kind.', [span]);
      timing[name] = value;
    }
  }
  const { after, before, by, for_seconds } = timing;
  if (by !== undefined && (after !== undefined || before !== undefined || for_seconds !== undefined)) {
    throw new Refusal('"by" goes without other hours and without a time that it may last.', [span]);
  }
  if (after !== undefined && after === before) {
    throw new Refusal('These hours begin and end at the same time.', [span]);
  }
  // "After 9:00 and before 17:00" says both ends: nothing about midnight.
  return { timing: timing as Timing, rest, phrases, late, span };
}
