import { MAX_FOR_SECONDS, type Timing } from '../../../contract/timing.ts';
import { Cursor } from '../cursor.ts';
import { readNumber } from '../numbers.ts';
import { ask, Refusal } from '../refusal.ts';
import type { Token } from '../tokens.ts';
import { type ClockTime, clockAt } from './clock.ts';
import { daysAt } from './days.ts';

/** One phrase of time. */
export interface TimePhrase {
  readonly timing: Timing;
  readonly length: number;
  /** "between 9 and 17": could be a length without its unit. */
  readonly bare: boolean;
  /** How it limits what is forbidden: "for more than 10 minutes". */
  readonly lasting: boolean;
  readonly assumptions: readonly string[];
}

const plain = (timing: Timing, length: number, assumptions: readonly string[] = []): TimePhrase => ({
  timing,
  length,
  bare: false,
  lasting: false,
  assumptions,
});

/**
 * The phrase of time that starts here; null: none does. Throws a refusal for what is about time and has two readings. Its
 * words are in no table of the language: elsewhere they stay unknown.
 */
export function timePhraseAt(text: string, tokens: readonly Token[], at: number): TimePhrase | null {
  return (
    lastingAt(text, tokens, at) ??
    graceAt(text, tokens, at) ??
    windowAt(tokens, at) ??
    oneTimeAt(tokens, at) ??
    onDays(tokens, at)
  );
}

const wordOf = (tokens: readonly Token[], i: number) => (tokens[i]?.kind === 'word' ? tokens[i].text : '');

const SECONDS = new Map(
  Object.entries({ s: 1, sec: 1, second: 1, min: 60, minute: 60, h: 3600, hr: 3600, hour: 3600, day: 86_400 }),
);

/** "10 minutes", "half an hour", "2h". */
function durationAt(text: string, tokens: readonly Token[], at: number): { seconds: number; length: number } | null {
  const glued = /^(\d{1,6})(s|sec|min|h|hr)s?$/.exec(wordOf(tokens, at));
  if (glued !== null) return duration(Number(glued[1]) * SECONDS.get(glued[2]!)!, 1, at);
  const c = new Cursor(text, tokens);
  c.pos = at;
  const value = readNumber(c);
  if (value === null) return null;
  const unit = wordOf(tokens, c.pos);
  const seconds = SECONDS.get(unit) ?? (unit.length > 2 ? SECONDS.get(unit.replace(/s$/, '')) : undefined);
  return seconds === undefined ? null : duration(value * seconds, c.pos + 1 - at, at);
}

function duration(seconds: number, length: number, at: number) {
  const whole = Math.round(seconds);
  if (whole < 1 || whole > MAX_FOR_SECONDS || Math.abs(whole - seconds) > 1e-6) {
    throw new Refusal('A time that something may last is a second to 7 days.', [[at, at + length]]);
  }
  return { seconds: whole, length };
}

/** "for more than 10 minutes", "longer than an hour". */
function lastingAt(text: string, tokens: readonly Token[], at: number): TimePhrase | null {
  const word = (i: number) => wordOf(tokens, i);
  const after =
    word(at) === 'for' && ['more', 'longer'].includes(word(at + 1)) && word(at + 2) === 'than'
      ? at + 3
      : word(at) === 'for' && word(at + 1) === 'over'
        ? at + 2
        : word(at) === 'longer' && word(at + 1) === 'than'
          ? at + 2
          : null;
  if (after === null) return null;
  const found = durationAt(text, tokens, after);
  if (found === null) return null;
  return { ...plain({ for_seconds: found.seconds }, after + found.length - at), lasting: true };
}

/** "with 10 minutes of grace", "with a grace period of 10 minutes". */
function graceAt(text: string, tokens: readonly Token[], at: number): TimePhrase | null {
  const word = (i: number) => wordOf(tokens, i);
  if (word(at) !== 'with') return null;
  if (word(at + 1) === 'a' && word(at + 2) === 'grace' && word(at + 3) === 'period' && word(at + 4) === 'of') {
    const found = durationAt(text, tokens, at + 5);
    return found && plain({ for_seconds: found.seconds }, 5 + found.length);
  }
  const found = durationAt(text, tokens, at + 1);
  if (found === null) return null;
  const end = at + 1 + found.length;
  return word(end) === 'of' && word(end + 1) === 'grace' ? plain({ for_seconds: found.seconds }, end + 2 - at) : null;
}

/** "between 9:00 and 17:00", "from 9 am to 5 pm", "from 18:00 on". */
function windowAt(tokens: readonly Token[], at: number): TimePhrase | null {
  const word = (i: number) => wordOf(tokens, i);
  const links = word(at) === 'between' ? ['and'] : word(at) === 'from' ? ['to', 'until', 'till'] : undefined;
  if (links === undefined) return null;
  const from = clockAt(tokens, at + 1);
  if (from === null) return null;
  const link = at + 1 + from.length;
  if (word(at) === 'from' && ['on', 'onward', 'onwards'].includes(word(link))) {
    return from.clock === null ? null : until(from, link + 1 - at, 'after');
  }
  const to = links.includes(word(link)) ? clockAt(tokens, link + 1) : null;
  if (to === null) return null;
  const length = link + 1 + to.length - at;
  const span = [at, at + length] as const;
  if (from.bare !== null && to.bare !== null) return bareHours(from.bare, to.bare, length);
  if (from.clock === null || to.clock === null) {
    throw ask('In the morning or in the evening? Please write both times like 9:00 and 17:00.', [span]);
  }
  if (from.clock === to.clock) throw new Refusal('These hours begin and end at the same time.', [span]);
  return plain({ after: from.clock, before: to.clock }, length, [...looseness(from), ...looseness(to)]);
}

/** "between 9 and 17": hours where the second can only be one of 24; elsewhere the unit is missing. */
function bareHours(from: number, to: number, length: number): TimePhrase | null {
  if (to < 13 || to > 23 || from >= to) return null;
  const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
  const [after, before] = [clock(from), clock(to)];
  return {
    ...plain({ after, before }, length, [`"${from} and ${to}" was read as from ${after} to ${before}`]),
    bare: true,
  };
}

const EDGES = new Map<string, 'after' | 'before' | 'by'>([
  ['after', 'after'],
  ['past', 'after'],
  ['before', 'before'],
  ['until', 'before'],
  ['till', 'before'],
  ['by', 'by'],
]);

/** "after 18:00", "before 9 am", "by 9:00"; "at 9:00" asks for more than a moment. */
function oneTimeAt(tokens: readonly Token[], at: number): TimePhrase | null {
  const word = wordOf(tokens, at);
  const time = clockAt(tokens, at + 1);
  if (time === null) return null;
  const length = 1 + time.length;
  const span = [at, at + length] as const;
  if (word === 'at' && time.bare === null) {
    throw ask('From then on, or by then? Please say "after" or "by".', [span]);
  }
  const edge = EDGES.get(word);
  if (edge === undefined) return null;
  if (time.clock === null) {
    // "by 10 mm" and "after 2 mugs" are not about time.
    if (time.bare !== null && (time.bare > 24 || !isEnd(tokens, at + length))) return null;
    throw ask('Is that a time? Please write it like 9:00 or 18:00.', [span]);
  }
  return until(time, length, edge);
}

/** Nothing follows that could be counted or measured. */
function isEnd(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at];
  return next === undefined || (next.kind === 'symbol' && '.,;!:'.includes(next.text));
}

function until(time: ClockTime, length: number, edge: 'after' | 'before' | 'by'): TimePhrase | null {
  if (time.clock === null) return null;
  const says = {
    after: [`"after ${time.clock}" was read as until midnight`],
    before: [`"before ${time.clock}" was read as from midnight on`],
    by: [],
  }[edge];
  return plain({ [edge]: time.clock }, length, [...looseness(time), ...says]);
}

const looseness = ({ loose, clock }: ClockTime): string[] =>
  loose ? [`times were read on the 24-hour clock: ${clock}`] : [];

function onDays(tokens: readonly Token[], at: number): TimePhrase | null {
  const found = daysAt(tokens, at);
  return found && plain({ days: [...found.days] }, found.length);
}
