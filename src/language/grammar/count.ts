import { readComparison } from './bounds.ts';
import type { Cursor } from './cursor.ts';
import { type NounPhrase, readNounPhrase, takeTableLocative } from './noun-phrase.ts';
import { readWhole } from './numbers.ts';
import { PhraseTable, phraseSet } from './phrases.ts';
import { ask, Refusal } from './refusal.ts';
import { AFTER_LENGTH, type Comparison } from './relation-words.ts';
import type { CountStatement } from './statement.ts';
import { takeAdverbs } from './verb-group.ts';
import { AT_ONCE, LIMIT, MODALS, STATIVES, THE_NUMBER_OF } from './verb-words.ts';

interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
  /** Null: an exact number. */
  readonly comparison: Comparison | null;
  readonly number: number;
}

const ONLY = phraseSet('only', 'just');
const EXACTLY = phraseSet('exactly', 'precisely');
const NUMBER_SIZE = new PhraseTable<Comparison>({
  'minimum|least|smallest': { bound: 'min', flips: false, negative: false },
  'maximum|largest|greatest|highest': { bound: 'max', flips: false, negative: false },
});
const JOINS = phraseSet('and', 'but', 'and also', 'but also');
const ALLOWED = phraseSet('allowed', 'permitted');

/** "at most two mugs", "no more than 2 mugs", "two mugs at most", "between one and three coasters", "only one mug". */
export function readCount(c: Cursor): ((negated: boolean) => CountStatement) | null {
  return c.attempt(() => {
    const start = c.pos;
    const only = c.take(ONLY) !== undefined;
    const exactly = !only && c.take(EXACTLY) !== undefined;
    const bounds = readBetween(c) ?? readBoth(c) ?? readCompared(c);
    if (bounds === null) return null;
    c.takeWord('of');
    const subject = readNounPhrase(c);
    if (subject === null || subject.none) return null;
    const after = bounds.comparison === null && bounds.min === null ? (c.take(AFTER_LENGTH) ?? null) : null;
    const comparison = bounds.comparison ?? after;
    if (only || exactly) return comparison === null ? exact(c, start, subject, bounds.number, only) : null;
    if (bounds.min !== null) return between(c, start, subject, bounds);
    return comparison === null ? null : compared(c, start, subject, bounds.number, comparison);
  });
}

function readBetween(c: Cursor): Bounds | null {
  return c.attempt(() => {
    if (!c.takeWord('between', 'from')) return null;
    const min = readWhole(c);
    if (min === null || !c.takeWord('and', 'to')) return null;
    const max = readWhole(c);
    return max === null ? null : { min, max, comparison: null, number: min };
  });
}

/** "at least one but not more than three" */
function readBoth(c: Cursor): Bounds | null {
  return c.attempt(() => {
    const low = readCompared(c);
    if (low?.comparison?.bound !== 'min' || low.comparison.flips || !c.take(JOINS)) return null;
    const high = readCompared(c);
    if (high?.comparison?.bound !== 'max' || high.comparison.flips) return null;
    return { min: low.number, max: high.number, comparison: null, number: low.number };
  });
}

function readCompared(c: Cursor): Bounds | null {
  return c.attempt(() => {
    const comparison = readComparison(c);
    const number = readWhole(c) ?? (comparison !== null && c.takeWord('a', 'an') ? 1 : null);
    return number === null ? null : { min: null, max: null, comparison, number };
  });
}

function exact(c: Cursor, start: number, subject: NounPhrase, number: number, only: boolean) {
  const said = c.source(start);
  return (negated: boolean): CountStatement => {
    if (negated) throw ask('How many may there be?', [[start, start + 1]]);
    return {
      form: 'count',
      subject,
      min: only ? null : number,
      max: number,
      assumption: only ? `"${said}" was read as at most ${number}` : null,
    };
  };
}

function between(c: Cursor, start: number, subject: NounPhrase, bounds: Bounds) {
  const end = c.pos;
  return (negated: boolean): CountStatement => {
    if (negated || bounds.min! > bounds.max!) throw ask('How many may there be?', [[start, end]]);
    return { form: 'count', subject, min: bounds.min, max: bounds.max, assumption: null };
  };
}

/** "more than two" is at least three; under a negation it is at most two. */
function compared(c: Cursor, start: number, subject: NounPhrase, number: number, comparison: Comparison) {
  const end = c.pos;
  return (negated: boolean): CountStatement => {
    if (negated && !comparison.flips) throw ask('How many may there be?', [[start, end]]);
    const strict = comparison.flips && !negated ? 1 : 0;
    const isMin = (comparison.bound === 'min') !== negated;
    if (!isMin && number - strict < 0) throw new Refusal('There cannot be fewer than none.', [[start, end]]);
    return {
      form: 'count',
      subject,
      min: isMin ? number + strict : null,
      max: isMin ? null : number - strict,
      assumption: null,
    };
  };
}

/** What may follow a count: "may be on the desk", "at once", "are allowed". Says whether a verb negates it. */
export function takeCountTail(c: Cursor): void {
  c.attempt(() => {
    const modal = c.take(MODALS) !== undefined;
    const verb = c.take(STATIVES) !== undefined;
    const allowed = c.take(ALLOWED) !== undefined;
    return modal || verb || allowed ? (c.take(NOT_HERE) ? null : true) : null;
  });
  for (;;) {
    takeAdverbs(c);
    if (!takeTableLocative(c) && !c.take(AT_ONCE)) return;
  }
}

const NOT_HERE = phraseSet('not', 'never');

/** "Limit mugs to two", "limit the number of books to 5". */
export function readLimit(c: Cursor): CountStatement | null {
  return c.attempt(() => {
    if (!c.take(LIMIT)) return null;
    const subject = readNounPhrase(c);
    if (subject === null || subject.none) return null;
    takeTableLocative(c);
    if (!c.takeWord('to')) return null;
    const comparison = readComparison(c);
    const max = readWhole(c);
    if (max === null || comparison?.flips || comparison?.bound === 'min') return null;
    return { form: 'count', subject, min: null, max, assumption: null };
  });
}

/** "The number of mugs must not exceed three." */
export function readNumberOf(c: Cursor): CountStatement | null {
  return c.attempt(() => {
    const start = c.pos;
    const most = c.attempt(() => {
      c.takeWord('the');
      const size = c.take(NUMBER_SIZE);
      return size !== undefined && c.take(THE_NUMBER_OF) ? size : null;
    });
    if (most === null && !c.take(THE_NUMBER_OF)) return null;
    const subject = readNounPhrase(c);
    if (subject === null || subject.none) return null;
    takeTableLocative(c);
    const order = c.take(MODALS);
    const negated = c.take(NOT_HERE) !== undefined;
    const verb = c.take(STATIVES) !== undefined;
    if (order === undefined && !verb) return null;
    if (most !== null) c.takeSymbol(':');
    const comparison = most !== null && !negated ? most : readComparison(c);
    const number = readWhole(c);
    if (comparison === null || number === null) return null;
    return compared(c, start, subject, number, comparison)(negated);
  });
}
