import type { Cursor } from './cursor.ts';
import { PhraseTable, phraseSet } from './phrases.ts';

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = '_ _ twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

const small = new Map(SMALL.map((w, i) => [w, i]));
const tens = new Map(TENS.flatMap((w, i) => (i >= 2 ? [[w, i * 10] as const] : [])));

/** Fractions that stand before a unit: "half a foot", "three quarters of an inch". */
const FRACTION_WORDS = new PhraseTable<number>({
  'half of? a|an': 0.5,
  'a|one half': 0.5,
  half: 0.5,
  'a|one quarter of? a|an': 0.25,
  'a|one quarter': 0.25,
  'quarter of? a|an': 0.25,
  'three quarters of? a|an': 0.75,
  'a|one third of a|an': 1 / 3,
  'two thirds of a|an': 2 / 3,
});
const AND_FRACTION = new PhraseTable<number>({
  'and a half': 0.5,
  'and one? half': 0.5,
  'and a|one quarter': 0.25,
  'and three quarters': 0.75,
  'and a third': 1 / 3,
});
const OF_A = phraseSet('of a|an');

/** Known as words; the values are in the maps above. */
phraseSet(...SMALL, ...TENS.slice(2), 'hundred', 'thousand');

/** A whole number in words or digits, as for counts; null leaves the cursor where it was. */
export function readWhole(c: Cursor): number | null {
  return c.attempt(() => {
    const value = readPlain(c);
    return value !== null && Number.isInteger(value) ? value : null;
  });
}

/** A number before a unit: digits, decimals, fractions, words, "two and a half", "half a", "a" (foot). */
export function readNumber(c: Cursor): number | null {
  return c.attempt(() => {
    const fraction = c.take(FRACTION_WORDS);
    if (fraction !== undefined) return fraction;
    const plain = readPlain(c) ?? readArticle(c);
    if (plain === null) return null;
    return Number.isInteger(plain) ? plain + (c.take(AND_FRACTION) ?? 0) : plain;
  });
}

/** Digits or number words that stand for themselves: no "a", no "half a". */
export function readBareNumber(c: Cursor): number | null {
  return c.attempt(() => readPlain(c));
}

/** "and a half" after the unit: "an inch and a half". */
export function readTrailingFraction(c: Cursor): number {
  return c.take(AND_FRACTION) ?? 0;
}

function readArticle(c: Cursor): number | null {
  return c.takeWord('a', 'an') ? 1 : null;
}

function readPlain(c: Cursor): number | null {
  return readDigits(c) ?? readWords(c);
}

function readDigits(c: Cursor): number | null {
  const t = c.token;
  if (t?.kind !== 'number') return null;
  const first = t.text.includes('/') ? fractionOf(t.text) : Number(t.text);
  c.advance(1);
  if (t.text.includes('/')) {
    c.take(OF_A);
    return first;
  }
  const slash = readSlash(c);
  if (slash !== null) {
    if (slash === 0) return null;
    c.take(OF_A);
    return first / slash;
  }
  const whole = Number.isInteger(first) && first > 0;
  return first + ((whole ? c.attempt(() => readMixed(c)) : null) ?? 0);
}

/** The denominator of "3/4". */
function readSlash(c: Cursor): number | null {
  return c.attempt(() => {
    if (!c.takeSymbol('/')) return null;
    const t = c.token;
    if (t?.kind !== 'number' || !/^\d{1,3}$/.test(t.text)) return null;
    c.advance(1);
    return Number(t.text);
  });
}

/** The fraction of "1 1/2", "1-1/2" or "1½". */
function readMixed(c: Cursor): number | null {
  const dash = c.seesSymbol('-') && c.token!.glued && c.takeSymbol('-');
  const t = c.token;
  if (t?.kind !== 'number' || (dash && !t.glued)) return null;
  if (t.text.includes('/')) {
    c.advance(1);
    return fractionOf(t.text);
  }
  c.advance(1);
  const below = readSlash(c);
  return below === null || below === 0 || Number(t.text) >= below ? null : Number(t.text) / below;
}

function fractionOf(text: string): number {
  const [above, below] = text.split('/').map(Number);
  return above! / below!;
}

/** "twenty-five", "a hundred and fifty", "two thousand". */
function readWords(c: Cursor): number | null {
  return c.attempt(() => {
    const first = readBelowHundred(c) ?? readHundredArticle(c);
    if (first === null) return null;
    if (c.takeWord('thousand')) return first * 1000 + (readHundreds(c, readBelowHundred(c)) ?? 0);
    return readHundreds(c, first);
  });
}

function readHundredArticle(c: Cursor): number | null {
  if (c.seesWord('a') && ['hundred', 'thousand'].includes(c.word(c.pos + 1))) {
    c.advance(1);
    return 1;
  }
  return c.seesWord('hundred', 'thousand') ? 1 : null;
}

function readHundreds(c: Cursor, first: number | null): number | null {
  if (first === null || !c.takeWord('hundred')) return first;
  const rest = c.attempt(() => {
    c.takeWord('and');
    return readBelowHundred(c) || null;
  });
  return first * 100 + (rest ?? 0);
}

function readBelowHundred(c: Cursor): number | null {
  const word = c.word(c.pos);
  const ten = tens.get(word);
  if (ten !== undefined) {
    c.advance(1);
    const unit = small.get(c.word(c.pos));
    if (unit === undefined || unit < 1 || unit > 9) return ten;
    c.advance(1);
    return ten + unit;
  }
  const value = small.get(word);
  if (value === undefined) return null;
  c.advance(1);
  return value;
}
