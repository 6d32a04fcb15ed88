import type { PhraseTable } from './phrases.ts';
import type { Token } from './tokens.ts';

export type Role = 'understood' | 'courtesy';

/** A place in the sentence. Tokens are only left behind by consuming them, each with a role. */
export class Cursor {
  readonly tokens: readonly Token[];
  readonly roles: Role[] = [];
  pos = 0;
  /** The first token that no attempt could consume. */
  farthest = 0;
  readonly word = (index: number): string => {
    const t = this.tokens[index];
    return t?.kind === 'word' ? t.text : '';
  };
  private readonly text: string;

  constructor(text: string, tokens: readonly Token[]) {
    this.text = text;
    this.tokens = tokens;
  }

  get token(): Token | undefined {
    return this.tokens[this.pos];
  }

  get done(): boolean {
    return this.pos >= this.tokens.length;
  }

  advance(count: number, role: Role = 'understood'): void {
    for (let i = 0; i < count; i++) this.roles[this.pos + i] = role;
    this.pos += count;
    this.farthest = Math.max(this.farthest, this.pos);
  }

  /** Takes the longest phrase of the table. */
  take<T>(table: PhraseTable<T>, role: Role = 'understood'): T | undefined {
    const found = table.match(this.word, this.pos);
    if (found === undefined) return undefined;
    this.advance(found.length, role);
    return found.value;
  }

  sees<T>(table: PhraseTable<T>): boolean {
    return table.match(this.word, this.pos) !== undefined;
  }

  takeWord(...words: string[]): boolean {
    if (!words.includes(this.word(this.pos)) || this.word(this.pos) === '') return false;
    this.advance(1);
    return true;
  }

  seesWord(...words: string[]): boolean {
    const w = this.word(this.pos);
    return w !== '' && words.includes(w);
  }

  takeSymbol(...symbols: string[]): boolean {
    if (!this.seesSymbol(...symbols)) return false;
    this.advance(1);
    return true;
  }

  seesSymbol(...symbols: string[]): boolean {
    return this.token?.kind === 'symbol' && symbols.includes(this.token.text);
  }

  /** Runs an attempt; null takes the cursor back. */
  attempt<T>(read: () => T | null): T | null {
    const mark = this.pos;
    const result = read();
    if (result === null) this.pos = mark;
    return result;
  }

  /** The sentence as written between two tokens. */
  source(from: number, to = this.pos): string {
    const first = this.tokens[from];
    const last = this.tokens[to - 1];
    return first === undefined || last === undefined || to <= from ? '' : this.text.slice(first.start, last.end);
  }
}
