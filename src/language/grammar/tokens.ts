import { LENGTH_UNITS } from '../../contract/length-unit.ts';

/** One piece of a sentence. Every token must end up understood, courtesy or refused. */
export interface Token {
  readonly kind: 'word' | 'number' | 'bad_number' | 'symbol' | 'quoted';
  /** Folded: lower case, plain quotes and dashes. The content for `quoted`. */
  readonly text: string;
  /** Offsets in the sentence as written. */
  readonly start: number;
  readonly end: number;
  /** No space before it. */
  readonly glued: boolean;
}

const FOLD: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‛': "'",
  '′': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '″': '"',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '.',
};

const FRACTIONS: Readonly<Record<string, string>> = {
  '½': '1/2',
  '¼': '1/4',
  '¾': '3/4',
  '⅓': '1/3',
  '⅔': '2/3',
  '⅛': '1/8',
  '⅜': '3/8',
  '⅝': '5/8',
  '⅞': '7/8',
};

/** Letters that may be glued to a number: "6in", "20cm". */
const GLUED_UNITS: ReadonlySet<string> = new Set(LENGTH_UNITS.flatMap(({ words }) => words));
const CONTRACTIONS = new Map<string, readonly string[]>(
  Object.entries({
    cannot: ['can', 'not'],
    "can't": ['can', 'not'],
    "won't": ['will', 'not'],
    "shan't": ['shall', 'not'],
    cant: ['can', 'not'],
    dont: ['do', 'not'],
    doesnt: ['does', 'not'],
    isnt: ['is', 'not'],
    arent: ['are', 'not'],
    mustnt: ['must', 'not'],
    shouldnt: ['should', 'not'],
    "it's": ['it', 'is'],
    "there's": ['there', 'is'],
    "i'd": ['i', 'would'],
    lets: ['let', 'us'],
    "let's": ['let', 'us'],
  }),
);

/** After these words a quoted name may follow; elsewhere `"` is the inch mark. */
const NAMED = new Set(['zone', 'area', 'region', 'called', 'named']);

/** White space, and characters that show nothing. */
const INVISIBLE = new Set('\u200b\u200c\u200d\u2060\ufeff\u00ad\u0085');
const isSpace = (c: string) => /\s/.test(c) || INVISIBLE.has(c);
const isDigit = (c: string) => c >= '0' && c <= '9' && c.length === 1;
const isAsciiLetter = (c: string) => /^[a-zA-Z]$/.test(c);
const isLetter = (c: string) => c !== '' && /^[\p{L}\p{M}\p{N}]$/u.test(c) && FRACTIONS[c] === undefined;

/** Splits a sentence in one pass; characters without meaning become symbols, which the grammar refuses. */
export function tokenize(text: string): Token[] {
  const chars = [...text];
  const offsets: number[] = [];
  let offset = 0;
  for (const c of chars) {
    offsets.push(offset);
    offset += c.length;
  }
  offsets.push(offset);
  return new Scanner(chars, offsets).run();
}

class Scanner {
  private readonly chars: readonly string[];
  private readonly offsets: readonly number[];
  private readonly tokens: Token[] = [];
  private at = 0;

  constructor(chars: readonly string[], offsets: readonly number[]) {
    this.chars = chars;
    this.offsets = offsets;
  }

  run(): Token[] {
    while (this.at < this.chars.length) {
      const c = this.char(0);
      if (isSpace(this.chars[this.at]!)) this.at++;
      else if (isDigit(c) || (c === '.' && isDigit(this.char(1)) && !isDigit(this.char(-1)))) this.number();
      else if (FRACTIONS[c] !== undefined) this.push('number', FRACTIONS[c]!, this.at, this.at + 1);
      else if (isLetter(c)) this.word();
      else if ((c === '"' || c === "'") && this.afterName()) this.quoted(c);
      else if (c === '-') this.dash();
      else this.symbol(c);
    }
    return this.tokens;
  }

  private char(ahead: number): string {
    const c = this.chars[this.at + ahead];
    return c === undefined ? '' : (FOLD[c] ?? c);
  }

  private push(kind: Token['kind'], text: string, from: number, to: number): void {
    const start = this.offsets[from]!;
    this.tokens.push({ kind, text, start, end: this.offsets[to]!, glued: this.tokens.at(-1)?.end === start });
    this.at = to;
  }

  private run_(from: number, test: (c: string) => boolean): number {
    let to = from;
    while (to < this.chars.length && test(this.chars[to]!)) to++;
    return to;
  }

  private slice(from: number, to: number): string {
    return this.chars
      .slice(from, to)
      .map((c) => FOLD[c] ?? c)
      .join('');
  }

  /** Digits with a decimal dot. Commas inside numbers are refused: 12,5 and 1,200 mean different things to people. */
  private number(): void {
    const from = this.at;
    const negative = from > 0 && this.char(-1) === '-' && this.tokens.at(-1)?.text === '-' && !this.isRange();
    if (negative) this.tokens.pop();
    const begin = negative ? from - 1 : from;
    const to = this.run_(from, (c) => isDigit(c) || c === '.' || c === ',');
    let body = this.slice(from, to);
    let end = to;
    while (body.endsWith('.') || body.endsWith(',')) {
      body = body.slice(0, -1);
      end--;
    }
    const letters = this.run_(end, (c) => isLetter(c));
    const tail = this.slice(end, letters).toLowerCase();
    if (tail !== '' && !GLUED_UNITS.has(tail))
      this.push('word', this.slice(begin, letters).toLowerCase(), begin, letters);
    else if (negative) this.push('bad_number', `-${body}`, begin, end);
    else if (body.includes(',') || body.split('.').length > 2) this.push('bad_number', body, begin, end);
    else this.push('number', body, begin, end);
  }

  /** "10-30": a dash between two numbers, or between a unit and a number. */
  private isRange(): boolean {
    const before = this.tokens.at(-2);
    return (
      before !== undefined && (this.tokens.at(-1)!.glued || before.kind === 'number' || GLUED_UNITS.has(before.text))
    );
  }

  private word(): void {
    const from = this.at;
    let to = this.run_(from, isLetter);
    for (;;) {
      const mark = this.chars[to] === undefined ? '' : (FOLD[this.chars[to]!] ?? this.chars[to]!);
      if (mark !== "'" || !isAsciiLetter(this.chars[to + 1] ?? '')) break;
      to = this.run_(to + 1, isLetter);
    }
    const text = this.slice(from, to).toLowerCase();
    const parts = CONTRACTIONS.get(text) ?? (text.endsWith("n't") ? [text.slice(0, -3), 'not'] : [text]);
    for (const part of parts) {
      this.at = from;
      this.push('word', part, from, to);
    }
  }

  private afterName(): boolean {
    const last = this.tokens.at(-1);
    return last?.kind === 'word' && NAMED.has(last.text);
  }

  private quoted(mark: string): void {
    const from = this.at;
    let name = '';
    for (let i = from + 1; i < this.chars.length; i++) {
      const c = this.chars[i]!;
      if (c === '\\' && i + 1 < this.chars.length) {
        i++;
        name += this.chars[i]!;
      } else if ((FOLD[c] ?? c) === mark && this.closes(c, from)) {
        this.push('quoted', name, from, i + 1);
        return;
      } else name += c;
    }
    this.symbol(mark);
  }

  /** A plain quote is closed by a plain one, a curly one by any of its kind. */
  private closes(c: string, from: number): boolean {
    const open = this.chars[from]!;
    return open === '"' || open === "'" ? c === open : true;
  }

  /** A dash inside a word only joins ("six-inch"); before or between numbers it is a sign. */
  private dash(): void {
    const before = this.char(-1);
    const after = this.char(1);
    const joins = (isLetter(before) && isLetter(after) && !(isDigit(before) && isDigit(after))) || false;
    if (joins && !isDigit(after)) this.at++;
    else this.symbol('-');
  }

  private symbol(c: string): void {
    const two = c + this.char(1);
    // 6'' is 6".
    if (two === "''" && this.tokens.at(-1)?.kind === 'number') {
      this.push('symbol', '"', this.at, this.at + 2);
      return;
    }
    if (two === '>=' || two === '<=') this.push('symbol', two, this.at, this.at + 2);
    else this.push('symbol', c, this.at, this.at + 1);
  }
}
