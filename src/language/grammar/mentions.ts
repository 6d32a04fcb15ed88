import { Cursor } from './cursor.ts';
import { hasException, hasWhen } from './known-words.ts';
import { NOUN_WORDS } from './noun-words.ts';
import { readWhole } from './numbers.ts';
import { readLength } from './quantity.ts';
import { Refusal } from './refusal.ts';
import { tokenize } from './tokens.ts';

/** What a sentence speaks of, whether or not it is a rule. */
export interface Mentions {
  /** Classes and groups in the order of their first mention. */
  readonly objects: readonly string[];
  readonly lengths: readonly { readonly mm: number; readonly text: string }[];
  /** Whole numbers that are not part of a length. */
  readonly numbers: readonly number[];
  /** "when", "if" */
  readonly when: boolean;
  /** "unless", "except" */
  readonly exception: boolean;
}

export function mentionsOf(text: string): Mentions {
  const tokens = tokenize(text);
  const c = new Cursor(text, tokens);
  const objects = new Set<string>();
  const lengths: { mm: number; text: string }[] = [];
  const numbers: number[] = [];
  while (!c.done) {
    const start = c.pos;
    const sense = c.take(NOUN_WORDS);
    const length = sense === undefined ? lengthAt(c) : null;
    const number = sense === undefined && length === null ? readWhole(c) : null;
    if (sense !== undefined) objects.add(sense.name);
    else if (length !== null) lengths.push({ mm: length, text: c.source(start) });
    else if (number !== null) numbers.push(number);
    if (c.pos === start) c.pos++;
  }
  return { objects: [...objects], lengths, numbers, when: hasWhen(tokens), exception: hasException(tokens) };
}

function lengthAt(c: Cursor): number | null {
  const start = c.pos;
  try {
    return readLength(c)?.mm ?? null;
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    c.pos = start;
    return null;
  }
}
