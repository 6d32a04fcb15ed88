import type { Cursor } from './cursor.ts';
import { readNumber } from './numbers.ts';
import { phraseSet } from './phrases.ts';
import type { Bound } from './predicate-types.ts';
import { HEDGE, readLength, readUnit, refuseBadNumber, refuseTwoMeanings, refuseUnitless } from './quantity.ts';
import { ask, Refusal } from './refusal.ts';
import { AFTER_LENGTH, COMPARISON_SIGNS, COMPARISONS, type Comparison } from './relation-words.ts';

export interface Bounds {
  readonly list: readonly Bound[];
  readonly range: boolean;
}

const EXACTLY = phraseSet('exactly', 'precisely', 'just', 'no more and no less than');
const JOINS = phraseSet('and', 'but', 'and also', 'but also');
const MIN: Comparison = { bound: 'min', flips: false, negative: false };
const MAX: Comparison = { bound: 'max', flips: false, negative: false };

/** "at least 6 inches", "10 to 20 cm", "at least 10 cm and at most 40 cm", "20 cm or more", "6 inches". */
export function readBounds(c: Cursor): Bounds | null {
  return c.attempt(() => {
    const start = c.pos;
    const exactly = c.take(EXACTLY) !== undefined;
    const first = readRange(c) ?? readSharedUnit(c) ?? readBound(c);
    if (first === null) return null;
    if (exactly) {
      throw ask('Exact distances cannot be kept; is it at least, or at most, this distance?', [[start, c.pos]]);
    }
    if (Array.isArray(first)) return { list: first, range: true };
    const second = first.comparison === null ? null : c.attempt(() => readSecond(c));
    return { list: second === null ? [first] : [first, second], range: false };
  });
}

function readSecond(c: Cursor): Bound | null {
  c.takeSymbol(',');
  if (!c.take(JOINS)) return null;
  const bound = readBound(c);
  return bound?.comparison ? bound : null;
}

export function readComparison(c: Cursor): Comparison | null {
  const sign = c.token?.kind === 'symbol' ? COMPARISON_SIGNS[c.token.text] : undefined;
  if (sign !== undefined) {
    c.advance(1);
    return sign;
  }
  return c.take(COMPARISONS) ?? null;
}

function readBound(c: Cursor): Bound | null {
  return c.attempt(() => {
    let hedged = c.take(HEDGE) !== undefined;
    const comparison = readComparison(c);
    hedged = c.take(HEDGE) !== undefined || hedged;
    const length = readLength(c);
    if (length === null) {
      if (comparison !== null || hedged) refuseUnitless(c);
      else refuseBareNumber(c);
      return null;
    }
    takeSameLength(c, length.mm);
    const after = comparison === null ? (c.take(AFTER_LENGTH) ?? null) : null;
    return { mm: length.mm, comparison: comparison ?? after, hedged };
  });
}

/** "6 inches (15 cm)": the same length in another unit, rounded by at most 2 %. */
function takeSameLength(c: Cursor, mm: number): void {
  const start = c.pos;
  const other = c.attempt(() => {
    if (!c.takeSymbol('(')) return null;
    c.take(HEDGE);
    const length = readLength(c);
    return length !== null && c.takeSymbol(')') ? length.mm : null;
  });
  if (other !== null && Math.abs(other - mm) > mm * 0.02) {
    throw ask('Which of the two lengths holds?', [[start, c.pos]]);
  }
}

/** Digits where a predicate starts are meant as a length. */
function refuseBareNumber(c: Cursor): void {
  if (c.token?.kind === 'number') refuseUnitless(c);
}

/** "between 10 and 30 cm", "from 10 to 30 cm", "10-30 cm", "10 cm to 1 foot". */
function readRange(c: Cursor): Bound[] | null {
  return c.attempt(() => {
    c.take(HEDGE);
    const between = c.takeWord('between');
    const from = !between && c.takeWord('from');
    const start = c.pos;
    refuseBadNumber(c);
    const low = c.attempt(() => readLength(c, false)) ?? c.attempt(() => readPending(c));
    if (low === null) return null;
    const joined = between ? c.takeWord('and', 'to') || c.takeSymbol('-') : c.takeWord('to') || c.takeSymbol('-');
    if (!joined) return null;
    const unitStart = c.pos;
    const high = readLength(c, false);
    if (high === null) {
      if (between || from) refuseUnitless(c);
      return null;
    }
    const unit = 'number' in low ? lastUnit(c, unitStart) : 1;
    if ('number' in low) refuseTwoMeanings(c, start, unit);
    const lowMm = 'number' in low ? Math.round(low.number * unit * 1000) / 1000 : low.mm;
    if (lowMm >= high.mm) throw new Refusal('The range goes from a larger to a smaller distance.', [[start, c.pos]]);
    return [
      { mm: lowMm, comparison: MIN },
      { mm: high.mm, comparison: MAX },
    ];
  });
}

/** "at least 6 and at most 10 inches": one unit for both. */
function readSharedUnit(c: Cursor): Bound[] | null {
  return c.attempt(() => {
    const first = readComparison(c);
    const number = c.pos;
    const low = first === null ? null : c.attempt(() => readPending(c));
    if (first === null || low === null || !c.take(JOINS)) return null;
    const second = readComparison(c);
    const start = c.pos;
    const high = second === null ? null : readLength(c, false);
    if (second === null || high === null) return null;
    const unit = lastUnit(c, start);
    refuseTwoMeanings(c, number, unit);
    const mm = Math.round(low.number * unit * 1000) / 1000;
    return [
      { mm, comparison: first },
      { mm: high.mm, comparison: second },
    ];
  });
}

function readPending(c: Cursor): { number: number } | null {
  const number = c.seesWord('a', 'an') ? null : readNumber(c);
  return number === null ? null : { number };
}

/** The unit of the length that was just read: it serves the first number of a range too. */
function lastUnit(c: Cursor, from: number): number {
  const end = c.pos;
  for (let at = end - 1; at > from; at--) {
    c.pos = at;
    const unit = readUnit(c);
    if (unit !== null && c.pos === end) return unit;
  }
  c.pos = end;
  return Number.NaN;
}
