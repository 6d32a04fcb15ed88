import { noPicture } from './no-picture.ts';

const START = Buffer.from([0xff, 0xd8, 0xff]);
const END = Buffer.from([0xff, 0xd9]);
const BLANK_LINE = Buffer.from('\r\n\r\n');
/** Headers of one part. */
const MOST_HEADERS = 8192;

/** The first whole JPEG of a multipart stream: by its length where the part says it, else up to its end mark. */
export async function firstOfStream(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const pictureIn = finder();
  let held = Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let waiting = 0;
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk));
    waiting += chunk.length;
    if (held.length + waiting > maxBytes + MOST_HEADERS) break;
    // Joined in larger and larger steps, so that a slow stream of small pieces costs no square.
    if (waiting < held.length / 8) continue;
    held = Buffer.concat([held, ...chunks.splice(0)]);
    waiting = 0;
    const found = pictureIn(held);
    if (found !== null) return found;
  }
  const found = pictureIn(Buffer.concat([held, ...chunks]));
  if (found !== null) return found;
  throw noPicture('The stream of the camera held no whole JPEG picture.');
}

/** Looks for the picture in more and more of a stream: at each byte once, whatever marks it holds. */
function finder(): (bytes: Buffer) => Buffer | null {
  let start = -1;
  let length: number | null = null;
  let seen = 0;
  return (bytes) => {
    if (start < 0) {
      start = bytes.indexOf(START, seen);
      if (start < 0) {
        seen = Math.max(0, bytes.length - START.length + 1);
        return null;
      }
      length = lengthBefore(bytes, start);
      seen = start + 2;
    }
    if (length !== null) return bytes.length >= start + length ? bytes.subarray(start, start + length) : null;
    // A thumbnail inside has an end mark of its own: the one before the next part is the picture's.
    for (let at = bytes.indexOf(END, seen); at >= 0; at = bytes.indexOf(END, at + 1)) {
      if (isBetweenParts(bytes, at + 2)) return bytes.subarray(start, at + 2);
    }
    // The last ones are looked at again when what must follow them has come.
    seen = Math.max(seen, bytes.length - LONGEST_END);
    return null;
  };
}

const [CR, LF, DASH] = [0x0d, 0x0a, 0x2d];
/** Bytes of an end mark and what must follow it. */
const LONGEST_END = 6;

/** Whether a boundary, or a blank line, begins there. */
function isBetweenParts(bytes: Buffer, at: number): boolean {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  if (a === DASH) return b === DASH;
  if (a === LF) return b === DASH && c === DASH;
  return a === CR && b === LF && ((c === DASH && d === DASH) || (c === CR && d === LF));
}

function lengthBefore(bytes: Buffer, start: number): number | null {
  const headers = bytes.subarray(Math.max(0, start - MOST_HEADERS), start);
  if (!headers.subarray(-4).equals(BLANK_LINE)) return null;
  const text = headers.toString('latin1');
  const part = text.slice(text.lastIndexOf('\r\n--') + 1);
  const [, length] = /^content-length:\s*(\d{1,9})\s*$/im.exec(part) ?? [];
  return length === undefined ? null : Number(length);
}
