import { Cursor } from './cursor.ts';
import { readLength } from './quantity.ts';
import { Refusal } from './refusal.ts';
import { tokenize } from './tokens.ts';

const LONGEST = 60;

/** The millimetres of a text that is a length with its unit and nothing else ("10 cm", "1 ft 2 in"); null: it is not. */
export function lengthText(text: string): number | null {
  if (text.length > LONGEST) return null;
  try {
    const c = new Cursor(text, tokenize(text));
    const length = readLength(c);
    return length !== null && c.done ? length.mm : null;
  } catch (thrown) {
    if (thrown instanceof Refusal) return null;
    throw thrown;
  }
}
