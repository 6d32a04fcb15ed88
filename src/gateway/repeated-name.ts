import { AppError } from '../errors.ts';
import { plainText } from '../plain-text.ts';
import { endOfString } from './end-of-string.ts';

const [QUOTE, COLON, COMMA] = [0x22, 0x3a, 0x2c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
/** A search through so many names costs less than a set of them. */
const FEW = 12;

/**
 * A name that stands twice in one object of a text that has been read as JSON; null where there is none. Whoever reads the first and
 * whoever reads the last see two different messages (RFC 7493, 2.3 has none of them).
 */
export function repeatedName(json: string): string | null {
  /** Of the objects that are open, the innermost last; null for a list. */
  const open: (Names | null)[] = [];
  let names: Names | null = null;
  for (let at = 0; at < json.length; at += 1) {
    switch (json.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(json, at);
        if (end < 0) return null;
        if (names?.isNext) {
          const name = nameOf(json, at + 1, end);
          if (names.has(name)) return name;
        }
        at = end;
        break;
      }
      case COLON:
        if (names !== null) names.isNext = false;
        break;
      case COMMA:
        if (names !== null) names.isNext = true;
        break;
      case OPEN_OBJECT:
        names = new Names();
        open.push(names);
        break;
      case OPEN_LIST:
        names = null;
        open.push(null);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop();
        names = open.at(-1) ?? null;
        break;
    }
  }
  return null;
}

/** What the sender is told. */
export const nameTwice = (name: string): AppError =>
  new AppError('VALIDATION_002', {
    message: `The name "${plainText(name).slice(0, 64)}" stands twice in one object.`,
    advice: 'Send every name of an object once.',
    details: { field: plainText(name).slice(0, 64) },
  });

class Names {
  /** The next string is a name, not a value. */
  isNext = true;
  private readonly few: string[] = [];
  private many: Set<string> | null = null;

  /** And has it from then on. */
  has(name: string): boolean {
    if (this.many !== null) {
      if (this.many.has(name)) return true;
      this.many.add(name);
      return false;
    }
    if (this.few.includes(name)) return true;
    this.few.push(name);
    if (this.few.length > FEW) this.many = new Set(this.few);
    return false;
  }
}

/** Spelled with escapes it is the same name. */
function nameOf(json: string, from: number, to: number): string {
  const raw = json.slice(from, to);
  return raw.includes('\\') ? JSON.parse(`"${raw}"`) : raw;
}
