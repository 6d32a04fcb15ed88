import type { Condition } from '../../contract/rule.ts';
import { MAX_CONDITIONS, MAX_SENTENCE } from '../../contract/rule.ts';
import type { Timing } from '../../contract/timing.ts';
import { contradictionIn } from './contradiction.ts';
import { POLITE_QUESTION, QUESTION_WORDS } from './courtesy.ts';
import { Cursor, type Role } from './cursor.ts';
import { hasException, unknownSpans } from './known-words.ts';
import { NOUN_WORDS } from './noun-words.ts';
import { NO_SUCH_THING, Refusal } from './refusal.ts';
import { readSentence, type SentenceMeaning } from './sentence.ts';
import { mentionsTime } from './time/mentions.ts';
import { readTimed } from './time/read.ts';
import { type Token, tokenize } from './tokens.ts';

export interface ParseOptions {
  /** Where the rule holds; a different place in the sentence is refused. */
  readonly context?: string;
  /** 1..10; a different priority in the sentence is refused. */
  readonly priority?: number;
  /** Longest sentence, characters; canonical sentences of many conditions are longer than what people may send. */
  readonly maxLength?: number;
}

export interface NotUnderstood {
  readonly ok: false;
  readonly unknown: readonly string[];
  readonly question: string | null;
  readonly reason: string;
  readonly hint: 'unit' | null;
  /** Words or an order of words that the grammar does not know; false: understood, and refused for what it says. */
  readonly open: boolean;
  /** Sentences that say no less. */
  readonly instead: readonly string[];
  /** It speaks of time: without that it would be another rule. */
  readonly timed: boolean;
  /** Character ranges of `unknown`. */
  readonly ranges: readonly (readonly [number, number])[];
}
export interface Understood extends SentenceMeaning {
  readonly ok: true;
  /** Null: it holds whenever it is looked at. */
  readonly timing: Timing | null;
  /** How every piece of the sentence was used. */
  readonly pieces: readonly { readonly text: string; readonly role: Role }[];
}

/** The reading itself, without suggestions. */
export function understand(text: string, options: ParseOptions = {}): Understood | NotUnderstood {
  const limit = options.maxLength ?? MAX_SENTENCE;
  if (text.length > limit) return refused(`A rule has at most ${limit} characters; this has ${text.length}.`);
  const tokens = unquoted(tokenize(text));
  if (tokens.length === 0) return refused('The sentence is empty.');
  const c = new Cursor(text, tokens);
  try {
    const pieces = () => tokens.map((t, i) => piece(text, t, c.roles[i]));
    return { ok: true, ...readAll(c, options), timing: null, pieces: pieces() };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return inTime(text, tokens, options) ?? explain(text, tokens, thrown);
  }
}

/** A sentence that says when it holds: its phrases of time apart, the rest as ever. Null: it has none. */
function inTime(text: string, tokens: readonly Token[], options: ParseOptions): Understood | NotUnderstood | null {
  let seen = tokens;
  const roles = new Map<Token, Role | undefined>();
  try {
    const timed = readTimed(text, tokens, (rest) => {
      seen = rest;
      const c = new Cursor(text, rest);
      const meaning = readAll(c, options);
      for (const [i, t] of rest.entries()) roles.set(t, c.roles[i]);
      seen = tokens;
      return meaning;
    });
    if (timed === null) return null;
    const pieces = tokens.map((t) => piece(text, t, roles.has(t) ? roles.get(t) : 'understood'));
    return { ok: true, ...timed.meaning, timing: timed.timing, pieces };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    // What is wrong with the time itself is no matter of unknown words.
    return {
      ...(seen === tokens ? inSpans(text, tokens, thrown) : explain(text, seen, thrown)),
      open: false,
      timed: true,
    };
  }
}

function readAll(c: Cursor, options: ParseOptions): SentenceMeaning {
  refuseQuestion(c);
  const meaning = readSentence(c);
  if (meaning === null || !c.done) throw leftover(c);
  return finished(meaning, options);
}

/** What a sentence says, or null without saying why it is no rule. */
export function readOrNull(text: string): SentenceMeaning | null {
  if (text.length > MAX_SENTENCE) return null;
  const c = new Cursor(text, unquoted(tokenize(text)));
  try {
    const meaning = c.tokens.length > 0 ? readAll(c, {}) : null;
    return meaning !== null && meaning.conditions.length > 0 ? meaning : null;
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return null;
  }
}

function piece(text: string, t: Token, role: Role | undefined): { text: string; role: Role } {
  if (role === undefined) throw new Refusal(`"${text.slice(t.start, t.end)}" was passed over.`);
  return { text: text.slice(t.start, t.end), role };
}

function refused(reason: string): NotUnderstood {
  return {
    ok: false,
    unknown: [],
    question: null,
    reason,
    hint: null,
    open: false,
    instead: [],
    timed: false,
    ranges: [],
  };
}

/** Quotation marks around the whole sentence. */
function unquoted(tokens: Token[]): Token[] {
  const [first, last] = [tokens[0], tokens.at(-1)];
  const quoted = tokens.length > 2 && first?.kind === 'symbol' && (first.text === '"' || first.text === "'");
  return quoted && last?.kind === 'symbol' && last.text === first.text ? tokens.slice(1, -1) : tokens;
}

function refuseQuestion(c: Cursor): void {
  const all: readonly [number, number] = [0, c.tokens.length];
  let start = 0;
  while (['please', 'hi', 'hello', 'hey', ','].includes(c.tokens[start]?.text ?? '')) start++;
  const polite = POLITE_QUESTION.match(c.word, start) !== undefined;
  const asks = c.tokens.some((t) => t.kind === 'symbol' && t.text === '?');
  if (!polite && (asks || QUESTION_WORDS.match(c.word, start) !== undefined)) {
    throw new Refusal('That is a question, not a rule.', [all]);
  }
}

/** Tried in several places; where none of them fits, the word itself is what has no place. */
const LIMITING = new Set(['only', 'just', 'exactly']);

/** Where reading stopped: from the first token without a place to the end of its clause. */
function leftover(c: Cursor): Refusal {
  let from = Math.min(Math.max(c.farthest, c.pos), c.tokens.length);
  while (from > 0 && LIMITING.has(c.word(from - 1))) from--;
  if (c.tokens.slice(from).every((t) => t.kind === 'symbol')) {
    return new Refusal('The sentence does not say what must hold.', [[0, c.tokens.length]], { open: true });
  }
  const compound = compoundAt(c, from);
  if (compound !== null) return new Refusal(NO_SUCH_THING, [compound], { open: true });
  let to = from + 1;
  while (to < c.tokens.length && !(c.tokens[to]!.kind === 'symbol' && '.;!?'.includes(c.tokens[to]!.text))) to++;
  return new Refusal('This part has no place in a rule.', [[from, to]], { open: true });
}

/** "Dog bowls": a thing of its own that has no word here, and no list. */
function compoundAt(c: Cursor, at: number): [number, number] | null {
  const second = NOUN_WORDS.match(c.word, at);
  if (second === undefined) return null;
  for (let start = Math.max(0, at - LONGEST_NOUN); start < at; start++) {
    const first = NOUN_WORDS.match(c.word, start);
    if (first !== undefined && start + first.length === at && !first.value.plural) return [start, at + second.length];
  }
  return null;
}
const LONGEST_NOUN = 3;

function finished(meaning: SentenceMeaning, options: ParseOptions): SentenceMeaning {
  const { context, priority } = options;
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 1 && priority <= 10)) {
    throw new Refusal('A priority is a whole number from 1 to 10.');
  }
  if (priority !== undefined && meaning.priority !== null && meaning.priority !== priority) {
    throw new Refusal('The priority of the sentence and the given priority differ.');
  }
  if (context !== undefined && (context.length === 0 || context.length > 64)) {
    throw new Refusal('A context has 1 to 64 characters.');
  }
  if (context !== undefined && meaning.context !== null && meaning.context !== context.trim().toLowerCase()) {
    throw new Refusal('The place in the sentence and the given context differ.');
  }
  const conditions = distinct(meaning.conditions);
  if (conditions.length > MAX_CONDITIONS) {
    throw new Refusal(`A rule has at most ${MAX_CONDITIONS} conditions; this has ${conditions.length}.`);
  }
  const contradiction = contradictionIn(conditions);
  if (contradiction !== null) throw new Refusal(contradiction);
  return {
    conditions,
    assumptions: [...new Set(meaning.assumptions)],
    context: meaning.context ?? context ?? null,
    priority: meaning.priority ?? priority ?? null,
    bans: meaning.bans,
    demands: meaning.demands,
  };
}

function distinct(conditions: readonly Condition[]): Condition[] {
  return [...new Map(conditions.map((c) => [JSON.stringify(c), c])).values()];
}

/** A refusal in terms of the text: unknown words come first, they are the likeliest cause. */
function explain(text: string, tokens: readonly Token[], refusal: Refusal): NotUnderstood {
  const unknown = unknownSpans(tokens).filter(([from, to]) => !onlyBadNumbers(tokens, from, to));
  const ranges = rangesOf(tokens, unknown.length > 0 ? unknown : refusal.spans);
  const named = unknown.length > 0 && refusal.question === null;
  const timed = mentionsTime(tokens);
  return {
    ok: false,
    unknown: ranges.map(([from, to]) => text.slice(from, to)),
    question: unknown.length > 0 ? null : refusal.question,
    reason: named ? 'These words are not understood.' : refusal.message,
    hint: refusal.hint,
    open: refusal.open && !timed && !hasException(tokens),
    instead: unknown.length > 0 ? [] : refusal.instead,
    timed,
    ranges,
  };
}

type Spans = readonly (readonly [number, number])[];

const rangesOf = (tokens: readonly Token[], spans: Spans): (readonly [number, number])[] =>
  spans
    .filter(([from, to]) => to > from && from < tokens.length)
    .map(([from, to]) => [tokens[from]!.start, tokens[Math.min(to, tokens.length) - 1]!.end] as const);

/** The refusal as it stands. */
function inSpans(text: string, tokens: readonly Token[], refusal: Refusal): NotUnderstood {
  const ranges = rangesOf(tokens, refusal.spans);
  return {
    ...refused(refusal.message),
    unknown: ranges.map(([from, to]) => text.slice(from, to)),
    question: refusal.question,
    ranges,
  };
}

function onlyBadNumbers(tokens: readonly Token[], from: number, to: number): boolean {
  return tokens.slice(from, to).every((t) => t.kind === 'bad_number');
}
