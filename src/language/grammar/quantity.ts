import { LENGTH_UNITS } from '../../contract/length-unit.ts';
import type { Cursor } from './cursor.ts';
import { MAX_DISTANCE } from './defaults.ts';
import { ATTRIBUTES, NOUN_WORDS } from './noun-words.ts';
import { readBareNumber, readNumber, readTrailingFraction } from './numbers.ts';
import { PhraseTable, phraseSet } from './phrases.ts';
import { Refusal } from './refusal.ts';

const INCH = 25.4;
const FOOT = 304.8;
/** Millimetres in one unit. */
export const UNITS = new PhraseTable<number>(Object.fromEntries(LENGTH_UNITS.map((u) => [u.words.join('|'), u.mm])));
const MARKS: Readonly<Record<string, number>> = { '"': INCH, "'": FOOT };
const SHORT = new Set(['mm', 'cm', 'cms', 'm', 'in', 'ft']);
/** After a number "in" is a unit, except before these words ("in the office"). */
const AFTER_PREPOSITION = new Set(['the', 'my', 'our', 'your', 'front', 'zone', 'area', 'region', 'total', 'a']);

export const HEDGE = phraseSet('about', 'approximately', 'roughly', 'around', 'some where', 'somewhere');

/** A length in mm, and the exact text it was read from. */
export interface Length {
  readonly mm: number;
}

/**
 * A length such as `6 inches`, `1 ft 2 in`, `half a foot`, `6"`. Null when there is no number here; a number without a
 * unit is a refusal. `compound: false` keeps "1 foot and 3 inches" apart, as inside "between … and …".
 */
export function readLength(c: Cursor, compound = true): Length | null {
  refuseBadNumber(c);
  const start = c.pos;
  const first = c.attempt(() => readSingle(c));
  if (first === null) return null;
  let mm = first.mm;
  if (compound) mm += c.attempt(() => readSmaller(c, first.unit)) ?? 0;
  if (first.digits && first.unit === 1 && mm === first.mm) return { mm };
  return checked(c, start, { mm: round(mm) });
}

function checked(c: Cursor, start: number, length: Length): Length {
  if (!Number.isFinite(length.mm)) throw new Refusal('That number is too large.', [[start, c.pos]]);
  return length;
}

/** Thousandths of a millimetre: below that, conversion noise (6 in = 152.39999999999998). */
function round(mm: number): number {
  return Math.round(mm * 1000) / 1000;
}

interface Single extends Length {
  readonly unit: number;
  readonly digits: boolean;
}

function readSingle(c: Cursor): Single | null {
  const start = c.pos;
  const digits = c.token?.kind === 'number';
  const value = readNumber(c);
  if (value === null) return null;
  const unit = readUnit(c);
  if (unit === null) return null;
  refuseTwoMeanings(c, start, unit);
  const extra = Number.isInteger(value) ? readTrailingFraction(c) : 0;
  return { mm: (value + extra) * unit, unit, digits: digits && c.pos - start === 2 };
}

/** The inches of "1 ft 2 in", "1 ft. 2 in.", "5 foot 10" and "5'10", the centimetres of "1 m 20 cm". */
function readSmaller(c: Cursor, unit: number): number | null {
  if (unit < 300) return null;
  const dot = SHORT.has(c.word(c.pos - 1)) && c.seesSymbol('.') && c.token!.glued && c.takeSymbol('.');
  const joined = !dot && c.takeWord('and');
  const next = c.attempt(() => readSingle(c));
  if (next === null) return unit === FOOT && !dot && !joined ? readBareInches(c) : null;
  return next.unit < unit && next.mm < unit - 0.01 ? next.mm : null;
}

/** After feet a number without a unit is inches, unless it counts things. */
function readBareInches(c: Cursor): number | null {
  const inches = readBareNumber(c);
  if (inches === null || inches >= 12 || c.sees(NOUN_WORDS) || c.sees(ATTRIBUTES)) return null;
  return inches * INCH;
}

export function readUnit(c: Cursor): number | null {
  const t = c.token;
  if (t?.kind === 'symbol' && MARKS[t.text] !== undefined) {
    c.advance(1);
    return MARKS[t.text]!;
  }
  if (c.seesWord('in') && AFTER_PREPOSITION.has(c.word(c.pos + 1))) return null;
  const word = c.word(c.pos);
  const unit = c.take(UNITS);
  if (unit === undefined) return null;
  if (SHORT.has(word)) takeAbbreviationDot(c);
  return unit;
}

/** The dot of "6 in. from laptops": the length goes on, so it is not the end of the sentence. */
function takeAbbreviationDot(c: Cursor): void {
  if (!c.seesSymbol('.') || !c.token!.glued) return;
  const next = c.tokens[c.pos + 1];
  // "Center the mug …" begins a sentence, "center to center" does not.
  if (next !== undefined && /^cent(?:er|re)$/.test(next.text) && c.word(c.pos + 2) !== 'to') return;
  if (next?.kind === 'word' ? AFTER_LENGTH_WORDS.has(next.text) : next?.kind === 'symbol' && '(,-'.includes(next.text))
    c.advance(1);
}

const AFTER_LENGTH_WORDS = new Set(
  'away from of to apart between clear and but or centre center measured distance'.split(' '),
);

/** Commas inside numbers and negative numbers are refused with their reason. */
export function refuseBadNumber(c: Cursor): void {
  const t = c.token;
  if (t?.kind !== 'bad_number') return;
  const span: readonly [number, number] = [c.pos, c.pos + 1];
  if (t.text.startsWith('-')) throw new Refusal('A distance cannot be negative.', [span]);
  if (t.text.includes(',')) {
    throw new Refusal('A comma inside a number can mean two things; write 12.5 or 1200.', [span]);
  }
  throw new Refusal('That is not a number.', [span]);
}

/** "1.500 mm": one and a half, or one thousand five hundred? "1.500 m" is no thousand metres: rules end at five. */
export function hasTwoMeanings(digits: string, unit: number): boolean {
  return /^[1-9]\d{0,2}\.\d{3}$/.test(digits) && Number(digits) * 1000 * unit <= MAX_DISTANCE;
}

export function refuseTwoMeanings(c: Cursor, at: number, unit: number): void {
  const t = c.tokens[at];
  if (t?.kind === 'number' && hasTwoMeanings(t.text, unit)) {
    throw new Refusal('A dot before three digits can mean two things; write 1.5 or 1500.', [[at, at + 1]]);
  }
}

/** A bare number where a length is due. */
export function refuseUnitless(c: Cursor): void {
  const start = c.pos;
  if (c.seesWord('a', 'an')) return;
  const value = readNumber(c);
  const end = c.pos;
  const counts = c.sees(NOUN_WORDS) || c.sees(ATTRIBUTES);
  c.pos = start;
  if (value !== null && !counts)
    throw new Refusal('A number needs a unit: mm, cm, m, inches or feet.', [[start, end]], { hint: 'unit' });
}
