import { noPicture } from './no-picture.ts';

const START = Buffer.from([0xff, 0xd8, 0xff]);
const END = Buffer.from([0xff, 0xd9]);
const BLANK_LINE = Buffer.from('\r\n\r\n');
/** Headers of one part. */
const MOST_HEADERS = 8192;

/** The first whole JPEG of a multipart stream: by its length where the part says it, else up to its end mark. */
export async function firstOfStream(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
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

function pictureIn(bytes: Buffer): Buffer | null {
  const start = bytes.indexOf(START);
  if (start < 0) return null;
  const length = lengthBefore(bytes, start);
  if (length !== null) return bytes.length >= start + length ? bytes.subarray(start, start + length) : null;
  // A thumbnail inside has an end mark of its own: the one before the next part is the picture's.
  for (let end = bytes.indexOf(END, start + 2); end >= 0; end = bytes.indexOf(END, end + 2)) {
    const rest = bytes.subarray(end + 2, end + 6).toString('latin1');
    if (/^(\r\n--|--|\r\n\r\n|\n--)/.test(rest)) return bytes.subarray(start, end + 2);
  }
  return null;
}

function lengthBefore(bytes: Buffer, start: number): number | null {
  const headers = bytes.subarray(Math.max(0, start - MOST_HEADERS), start);
  if (!headers.subarray(-4).equals(BLANK_LINE)) return null;
  const text = headers.toString('latin1');
  const part = text.slice(text.lastIndexOf('\r\n--') + 1);
  const [, length] = /^content-length:\s*(\d{1,9})\s*$/im.exec(part) ?? [];
  return length === undefined ? null : Number(length);
}
