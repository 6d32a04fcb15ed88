import type { Timing } from '../../../contract/timing.ts';
import { NOUN_WORDS } from '../noun-words.ts';
import { ask, Refusal } from '../refusal.ts';
import type { SentenceMeaning } from '../sentence.ts';
import { type Token, tokenize } from '../tokens.ts';
import { type Found, findTime } from './find.ts';

export interface Timed {
  readonly meaning: SentenceMeaning;
  readonly timing: Timing;
  readonly rest: readonly Token[];
}

/**
 * A sentence with phrases of time: what must hold is read by `read` from what is left of it. Null: there are none. A
 * refusal of the rest comes with `rest`, in which its spans are.
 */
export function readTimed(
  text: string,
  tokens: readonly Token[],
  read: (rest: readonly Token[]) => SentenceMeaning,
): Timed | null {
  const found = findTime(text, tokens);
  if (found === null || found.rest.length === 0) return null;
  refuseBareNone(found);
  const rest = asPresence(found.rest);
  const meaning = read(rest);
  refuseUnclear(found, meaning, rest);
  const { timing, phrases } = found;
  const bothEnds = timing.after !== undefined && timing.before !== undefined;
  const assumptions = phrases.flatMap((p) => p.assumptions).filter((a) => !(bothEnds && a.includes('midnight')));
  const none = timing.by !== undefined && meaning.conditions.some((c) => c.unit !== 'count') ? [NONE_IN_SIGHT] : [];
  return { meaning: { ...meaning, assumptions: [...meaning.assumptions, ...assumptions, ...none] }, timing, rest };
}

const NONE_IN_SIGHT = 'where nothing of the kind is in sight at that time, nothing is asked';

function refuseUnclear({ phrases, late, span, timing }: Found, meaning: SentenceMeaning, rest: readonly Token[]): void {
  if (late && meaning.demands > 1) throw ask('Does the time go with the whole rule? Please put it first.', [span]);
  if (phrases.some((p) => p.lasting) && !(meaning.bans && saysNo(rest))) {
    throw ask(
      'What must not last longer, what is asked for or the opposite? Say "no … may … for more than …", or "with … of grace".',
      [span],
    );
  }
  const assumed = meaning.assumptions.length > 0 && meaning.conditions.some((c) => c.unit === 'mm');
  if (phrases.some((p) => p.bare) && assumed) {
    throw ask('Are these hours or lengths? Please write hours like 9:00 and 17:00, and lengths with a unit.', [span]);
  }
  if (timing.by !== undefined && meaning.conditions.some((c) => c.when !== undefined)) {
    throw new Refusal('"by" goes without "when".', [span]);
  }
}

/** A ban in so many words. */
const saysNo = (rest: readonly Token[]): boolean => rest.some((t) => t.kind === 'word' && NO.has(t.text));
const NO = new Set(
  'no not never none nothing avoid prevent forbidden prohibited banned without warn alert notify tell remind'.split(
    ' ',
  ),
);

/** "No mug for more than 2 hours": forbidden, or missed? */
function refuseBareNone({ rest, phrases, span }: Found): void {
  const noun =
    rest[0]?.text === 'no' ? NOUN_WORDS.match((i) => (rest[i]?.kind === 'word' ? rest[i].text : ''), 1) : undefined;
  if (noun === undefined || rest.length !== 1 + noun.length || !phrases.some((p) => p.lasting)) return;
  throw ask('Shall none stand there for so long, or shall one not be missing for so long?', [span]);
}

const wordOf = (tokens: readonly Token[], i: number) => (tokens[i]?.kind === 'word' ? tokens[i].text : '');
const MODALS = new Set(['must', 'may', 'should', 'shall', 'can']);

/**
 * "The desk must not be without a mug" and "a mug must not be missing" say that a mug must be there; the ban keeps its word
 * "not", so that it can last.
 */
function asPresence(rest: readonly Token[]): readonly Token[] {
  const start = wordOf(rest, 0) === 'the' ? 1 : 0;
  if (
    ['desk', 'table'].includes(wordOf(rest, start)) &&
    isNotBe(rest, start + 1) &&
    wordOf(rest, start + 4) === 'without'
  ) {
    const at = start + 5;
    if (['a', 'an', 'any'].includes(wordOf(rest, at))) return presence(rest, at + 1, rest.length);
  }
  if (!['a', 'an'].includes(wordOf(rest, 0))) return rest;
  const noun = NOUN_WORDS.match((i) => wordOf(rest, i), 1);
  if (noun === undefined) return rest;
  const at = 1 + noun.length;
  const missing = ['missing', 'absent', 'gone'].includes(wordOf(rest, at + 3));
  return isNotBe(rest, at) && missing && at + 4 === rest.length ? presence(rest, 1, at) : rest;
}

const isNotBe = (rest: readonly Token[], at: number): boolean =>
  MODALS.has(wordOf(rest, at)) && ['not', 'never'].includes(wordOf(rest, at + 1)) && wordOf(rest, at + 2) === 'be';

/** "There must be no fewer than one …": a demand that is said as a ban. */
function presence(rest: readonly Token[], from: number, to: number): readonly Token[] {
  const at = { start: rest[0]!.start, end: rest[from - 1]!.end, glued: false };
  return [...tokenize('there must be no fewer than one').map((t) => ({ ...t, ...at })), ...rest.slice(from, to)];
}
