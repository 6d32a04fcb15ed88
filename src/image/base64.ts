import { AppError } from '../errors.ts';
import { quoted } from './label.ts';
import { tooLarge } from './too-large.ts';

/** Either alphabet; blanks, line breaks and percent codes may come between on the way through forms and mails. */
export const LOOSE_BASE64 = /^[A-Za-z0-9+/_=%\s-]+$/;

/** Line breaks, margins and percent codes add up to this much in practice. */
const PADDED = 1.2;

/**
 * Bytes of base64 text after percent codes are decoded and white space is dropped. VALIDATION_006 where that may not
 * be what was meant, VALIDATION_004 before too much is decoded.
 */
export function decodeBase64(text: string, maxBytes: number): Buffer {
  if (text.length > (PADDED * maxBytes * 4) / 3 + 1000) throw tooLarge(maxBytes);
  if (isPlain(text)) return decoded(text, maxBytes);
  const signs = Buffer.from(text);
  const found = compact(signs, text);
  if (found.size === 0) throw badBase64('it holds no data.');
  requireCertainBlanks(found);
  return decoded(signs.toString('latin1', 0, found.size), maxBytes);
}

function decoded(base64: string, maxBytes: number): Buffer {
  if (base64.length > Math.ceil(maxBytes / 3) * 4) throw tooLarge(maxBytes);
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

/** Nearly all base64 is, and a search takes a tenth of the time of a pass over all signs. */
function isPlain(text: string): boolean {
  const other = text.search(/[^A-Za-z0-9+/_-]/);
  return text !== '' && (other === -1 || ['=', '=='].includes(text.slice(other)));
}

export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

export function badBase64(seen: string, advice?: string): AppError {
  return new AppError('VALIDATION_006', {
    message: `The data URL or base64 cannot be read: ${seen}`,
    advice:
      advice ?? 'Meant is data:image/jpeg;base64,<base64 of the file>; or pass the image as a file or an https URL.',
  });
}

interface Found {
  /** Signs of base64, those of the end among them. */
  readonly size: number;
  /** Blanks between them that break no line. */
  readonly blanks: number;
  readonly ends: number;
  /** A + or a sign of the other alphabet is among them. */
  readonly significant: boolean;
  /** White space stands after each so many signs. */
  readonly even: boolean;
}

const [BLANK, PERCENT, EQUALS] = [0x20, 0x25, 0x3d];
const IS_SIGN = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_');
const IS_SIGNIFICANT = tableOf('+-_');
const IS_SPACE = tableOf(' \t\n\r');

/** Moves the signs of base64 to the front of `signs`, in one pass: 40 MB must not hold up everybody else. */
function compact(signs: Buffer, text: string): Found {
  let [size, blanks, ends, significant] = [0, 0, 0, 0];
  /** White space since the last sign, and whether it breaks a line. */
  let [run, breaks] = [0, false];
  let [lines, width, line, even] = [0, 0, 0, true];
  for (let at = 0; at < signs.length; at += 1) {
    const start = at;
    let sign = signs[at]!;
    if (sign === PERCENT) {
      const code = hexPair(signs, at + 1);
      if (code !== -1) {
        sign = code;
        at += 2;
      }
    }
    if (IS_SPACE[sign] === 1) {
      run += 1;
      if (sign !== BLANK) breaks = true;
      continue;
    }
    if (run > 0) {
      if (size > 0) {
        if (!breaks && sign !== EQUALS) blanks += run;
        if (lines === 0) width = line;
        if (line !== width) even = false;
        lines += 1;
        line = 0;
      }
      run = 0;
      breaks = false;
    }
    if (sign === EQUALS) ends += 1;
    else if (IS_SIGN[sign] !== 1) throw badSign(start, sign, text);
    else if (ends > 0) throw moreFollows(start);
    significant += IS_SIGNIFICANT[sign]!;
    signs[size] = sign;
    size += 1;
    line += 1;
  }
  if (ends > 2) throw moreFollows(signs.length - 1);
  return { size, blanks, ends, significant: significant > 0, even: even && lines > 1 && line <= width };
}

function tableOf(text: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const sign of Buffer.from(text)) table[sign] = 1;
  return table;
}

/** The byte that two hexadecimal digits stand for; -1 for anything else. */
function hexPair(bytes: Buffer, at: number): number {
  const high = hexDigit(bytes[at]);
  const low = hexDigit(bytes[at + 1]);
  return high === -1 || low === -1 ? -1 : 16 * high + low;
}

function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const small = byte | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1;
}

const moreFollows = (at: number) => badBase64(`more follows the "=" before character ${at + 1}.`);

/** All before it is ASCII, so its place in the text is that in the bytes. */
function badSign(at: number, sign: number, text: string): AppError {
  const seen = String.fromCodePoint(sign < 128 ? sign : (text.codePointAt(at) ?? 0));
  return badBase64(`character ${at + 1} of its data is ${quoted(seen)}, which base64 does not have.`);
}

/**
 * A form turns each + into a blank, an editor breaks lines. Dropping the blanks is right where a + or a sign of the
 * other alphabet is left, where they break lines of one length, or where only that makes whole groups of four.
 */
function requireCertainBlanks({ size, blanks, ends, significant, even }: Found): void {
  const whole = (signs: number) => (ends > 0 ? signs % 4 === 0 : signs % 4 !== 1);
  if (blanks === 0 || significant || even || (whole(size) && !whole(size + blanks))) return;
  throw badBase64(
    `its data hold ${blanks} blanks and no "+". On the way each "+" may have become a blank, or blanks were added.`,
    'Send each "+" as %2B and no blanks, or pass the image as a file or an https URL.',
  );
}
