import type { Operator } from '../contract/rule.ts';
import type { SearchReading } from '../contract/search.ts';
import type { Outcome } from '../contract/search-terms.ts';
import { NOUN_WORDS } from '../language/grammar/noun-words.ts';
import { tokenize } from '../language/grammar/tokens.ts';

interface Fault {
  readonly verdict: Outcome;
  readonly operator?: Operator;
  /** How many of the nouns belong to the finding; the rest is only in the image. */
  readonly nouns: 1 | 2;
}

const broken = (operator: Operator, nouns: 1 | 2): Fault => ({ verdict: 'violated', operator, nouns });
const came = (verdict: Outcome): Fault => ({ verdict, nouns: 2 });

/** Longest first. */
const FAULTS: readonly (readonly [string, Fault])[] = (
  [
    ['too close', broken('min_distance', 2)],
    ['too near', broken('min_distance', 2)],
    ['too far', broken('max_distance', 2)],
    ['over the edge', broken('min_edge_distance', 1)],
    ['near the edge', broken('min_edge_distance', 1)],
    ['at the edge', broken('min_edge_distance', 1)],
    ['close to the edge', broken('min_edge_distance', 1)],
    ['too close to the edge', broken('min_edge_distance', 1)],
    ['too near the edge', broken('min_edge_distance', 1)],
    ['not on', broken('on', 1)],
    ['off its', broken('on', 1)],
    ['off the', broken('on', 1)],
    ['off center', broken('centered_on', 2)],
    ['off centre', broken('centered_on', 2)],
    ['not centered', broken('centered_on', 2)],
    ['not centred', broken('centered_on', 2)],
    ['out of line', broken('aligned', 2)],
    ['not aligned', broken('aligned', 2)],
    ['too many', broken('count_max', 1)],
    ['too few', broken('count_min', 1)],
    ...[
      'violated',
      'violation',
      'violations',
      'broken',
      'broke',
      'problem',
      'problems',
      'wrong',
      'unsafe',
      'failed',
    ].map((word) => [word, came('violated')]),
    ...['uncertain', 'unsure', 'unclear', 'undecided'].map((word) => [word, came('uncertain')]),
    ...['satisfied', 'fine', 'kept', 'safe', 'passed'].map((word) => [word, came('satisfied')]),
  ] as [string, Fault][]
).toSorted(([a], [b]) => b.length - a.length);

const DAY_MS = 86_400_000;
/** Days before today at which the time begins and, where it is over, ends. */
const TIMES: Readonly<Record<string, readonly [number, number?]>> = {
  today: [0],
  yesterday: [1, 0],
  'this week': [6],
  'last week': [7],
  'past week': [7],
  'this month': [30],
  'last month': [30],
  'past month': [30],
};

/** Said by people, and nothing to look for. */
const FILLERS = new Set(
  `a about all am an analyses analysis and any anything are at be been by can desk desks did do every everything find for from
  had has have i image images in is it last latest list me my near next not of on one or our out photo photos picture pictures
  please recent rule rules see seen show some stand standing that the their them there these they this those time times to
  too was we were what when where which with you your close`.split(/\s+/),
);

const NOTHING = /^(?:object|table)$/;

/**
 * Words as filters, where no model reads them: objects, faults ("too close", "over the edge"), outcomes and times. What is
 * left over is told.
 */
export function readText(text: string, now: Date): SearchReading {
  const tokens = tokenize(text);
  const words = tokens.map(({ kind, text: word }) => (kind === 'word' || kind === 'number' ? word : ''));
  const nouns: string[] = [];
  const ignored: string[] = [];
  let fault: Fault | null = null;
  let span: readonly [number, number?] | null = null;
  for (let at = 0; at < words.length; ) {
    const found = FAULTS.find(([phrase]) => startsAt(words, at, phrase));
    const time = Object.keys(TIMES).find((phrase) => startsAt(words, at, phrase));
    const noun = NOUN_WORDS.match((i) => words[i] ?? '', at);
    if (found !== undefined) {
      const [phrase, what] = found;
      // "Broken" says less than "too close".
      if (fault?.operator === undefined) fault = what;
      at += phrase.split(' ').length;
    } else if (time !== undefined) {
      span = TIMES[time]!;
      at += time.split(' ').length;
    } else if (noun !== undefined) {
      if (!NOTHING.test(noun.value.name)) nouns.push(noun.value.name);
      at += noun.length;
    } else {
      const word = words[at]!;
      if (word !== '' && !FILLERS.has(word)) ignored.push(word);
      at += 1;
    }
  }
  const own = fault === null ? [] : nouns.slice(0, fault.nouns);
  const others = [...new Set(fault === null ? nouns : nouns.slice(fault.nouns))].filter((name) => !own.includes(name));
  const today = Date.parse(now.toISOString().slice(0, 10));
  return {
    // What a thing should stand on need not be there.
    ...(others.length > 0 && fault?.operator !== 'on' && { objects: others.slice(0, 8) }),
    ...(own.length > 0 && { about: own }),
    ...(fault !== null && { verdict: fault.verdict }),
    ...(fault?.operator !== undefined && { operator: fault.operator }),
    ...(span !== null && { since: new Date(today - span[0] * DAY_MS).toISOString() }),
    ...(span?.[1] !== undefined && { until: new Date(today - span[1] * DAY_MS - 1).toISOString() }),
    ignored: [...new Set(ignored)].slice(0, 20),
  };
}

const startsAt = (words: readonly string[], at: number, phrase: string): boolean =>
  phrase.split(' ').every((word, i) => words[at + i] === word);

/** Whether anything was understood. */
export const saysSomething = ({ ignored: _, ...read }: SearchReading): boolean => Object.keys(read).length > 0;
