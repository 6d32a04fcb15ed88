import type { SearchReading } from '../contract/search.ts';
import { AppError } from '../errors.ts';
import { MAY_DESCRIBE } from '../language/grammar/everyday-words.ts';
import { AMBIGUOUS_NOUNS, NOUN_WORDS } from '../language/grammar/noun-words.ts';
import { tokenize } from '../language/grammar/tokens.ts';
import { quotedText } from '../plain-text.ts';
import { type Fault, faultAt, plainEdges } from './faults.ts';
import { hasDate, saysWhen, type TimeSpan, timeAt } from './times.ts';

/** Said by people, and nothing to look for. */
const FILLERS = new Set(
  `a about all an analyses analysis and any are at be been by can desk desks did do every find for from had has have i image
  images in is it last latest list me my of on one or our out photo photos picture pictures please recent rule rules see seen
  show some stand standing that the their them there these they this those time times to too was we were what when where
  which with you your`.split(/\s+/),
);

/** What takes something away from what is looked for. */
const DENIALS = new Set(
  `not no without never none neither nor nothing except excluding minus lacking lack lacks missing misses absent absence
  unless hardly rarely seldom barely zero`.split(/\s+/),
);

const NOTHING = /^(?:object|table)$/;
const ARTICLES = /^(?:a|an|the|my|its|our|your)$/;

/**
 * Words as filters, where no model reads them: objects, faults ("too close", "over the edge"), outcomes and times. What is
 * left over is told; nothing is read where most of it is. VALIDATION_002 for what would turn the question round if it were
 * left out: a negation or a time that is not understood, a word with two meanings.
 */
export function readText(text: string, now: Date): SearchReading {
  if (hasDate(text)) throw unknownTime(text);
  const words = wordsOf(text);
  const nouns: string[] = [];
  const ignored: string[] = [];
  let understood = 0;
  let fault: Fault | null = null;
  let span: TimeSpan | null = null;
  for (let at = 0; at < words.length; ) {
    const word = words[at]!;
    const found = faultAt(words, at);
    const time = timeAt(words, at, now);
    const noun = NOUN_WORDS.match((i) => words[i] ?? '', at);
    const length = found?.length ?? time?.length ?? noun?.length ?? 1;
    if (found !== null) {
      const both: Fault | null = fault === null ? found.fault : together(fault, found.fault);
      if (both === null) ignored.push(words.slice(at, at + length).join(' '));
      else fault = both;
    } else if (time !== null) {
      if (span !== null) throw unknownTime(text);
      span = time.span;
    } else if (noun !== undefined && describes(words, at)) {
      ignored.push(word);
    } else if (noun !== undefined) {
      if (!NOTHING.test(noun.value.name)) nouns.push(noun.value.name);
    } else if (DENIALS.has(word)) throw denied(words, at);
    else if (saysWhen(word)) throw unknownTime(word);
    else if ((word !== '' && !FILLERS.has(word)) || (nouns.length > 0 && isOnThing(words, at))) {
      const question = AMBIGUOUS_NOUNS.match((i) => words[i] ?? '', at)?.value;
      if (question !== undefined) throw refused(question, word);
      ignored.push(word);
    }
    if (found !== null || time !== null || (noun !== undefined && !describes(words, at))) understood += 1;
    at += length;
  }
  const left = [...new Set(ignored)].slice(0, 20);
  if (ignored.length > 1 && ignored.length >= understood) return { ignored: left };
  const own = fault === null ? [] : nouns.slice(0, fault.nouns);
  const others = [...new Set(fault === null ? nouns : nouns.slice(fault.nouns))].filter((name) => !own.includes(name));
  return {
    // What a thing should stand on need not be there.
    ...(others.length > 0 && fault?.operator !== 'on' && { objects: others.slice(0, 8) }),
    ...(own.length > 0 && { about: own }),
    ...(fault !== null && { verdict: fault.verdict }),
    ...(fault?.operator !== undefined && { operator: fault.operator }),
    ...span,
    ignored: left,
  };
}

/** As they are written, in small letters; '' for what is no word. */
function wordsOf(text: string): string[] {
  const words = tokenize(text).map(({ kind, text: word }) => (kind === 'word' || kind === 'number' ? word : '.'));
  return plainEdges(words.join(' '))
    .split(' ')
    .map((word) => (word === '.' ? '' : word.replace(/'s$/, '')));
}

/** "Broken" says less than "too close"; null: both cannot be asked for at once. */
function together(a: Fault, b: Fault): Fault | null {
  const [more, less] = a.operator === undefined ? [b, a] : [a, b];
  if (less.operator !== undefined && less.operator !== more.operator) return null;
  return less.verdict === 'uncertain' ? { ...more, verdict: 'uncertain' } : more;
}

/** "An orange mug" has nothing to do with oranges. */
const describes = (words: readonly string[], at: number): boolean =>
  MAY_DESCRIBE.has(words[at] ?? '') && NOUN_WORDS.match((i) => words[i] ?? '', at + 1) !== undefined;

/** "A mug on a book": that the one stands on the other is not looked for. */
function isOnThing(words: readonly string[], at: number): boolean {
  if (words[at] !== 'on') return false;
  const next = ARTICLES.test(words[at + 1] ?? '') ? at + 2 : at + 1;
  const noun = NOUN_WORDS.match((i) => words[i] ?? '', next);
  return noun !== undefined && !NOTHING.test(noun.value.name);
}

const denied = (words: readonly string[], at: number) => {
  const said = words
    .slice(at, at + 4)
    .filter((word) => word !== '')
    .join(' ');
  return refused(
    `${quotedText(said, 80)} takes something away, and the search finds only what is there: what an image lacks cannot be asked for.`,
    said,
    'Ask for what is there. Whether a rule was kept can be asked: "not too close", "satisfied", or verdict with rule_id, operator or about.',
  );
};

const unknownTime = (said: string) =>
  refused(
    `The text says a time that is not understood: ${quotedText(said, 80)}.`,
    said,
    'Give it as "since" and "until" (2026-11-28, 2026-11-28T09:00Z, 12h, 7d), or say today, this morning, yesterday, last week, in the last 2 hours.',
  );

const refused = (message: string, said: string, advice?: string) =>
  new AppError('VALIDATION_002', {
    message,
    ...(advice !== undefined && { advice }),
    details: { field: 'text', said: said.slice(0, 80) },
  });

/** The times alone, for words that a model reads: it knows no time and hears no negation. Null: none is said. */
export function timesOf(text: string, now: Date): SearchReading | null {
  const words = wordsOf(text);
  const unheard = words.findIndex((word) => DENIALS.has(word));
  if (unheard >= 0) throw denied(words, unheard);
  if (hasDate(text)) throw unknownTime(text);
  for (let at = 0; at < words.length; at += 1) {
    const time = timeAt(words, at, now);
    if (time !== null) return { ...time.span, ignored: [] };
    if (saysWhen(words[at]!)) throw unknownTime(words[at]!);
  }
  return null;
}

/** Whether anything was understood. */
export const saysSomething = ({ ignored: _, ...read }: SearchReading): boolean => Object.keys(read).length > 0;
