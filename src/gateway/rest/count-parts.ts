import type { Readable } from 'node:stream';

const CLOSE = '--';

/**
 * How many parts a form has begun, by its boundaries alone: the parser passes over a part whose header it does not understand,
 * without a word. Called before anybody else reads the body; RFC 2046, section 5.1.1.
 */
export function countParts(body: Readable, contentType: string): () => number {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const delimiter = Buffer.from(`\r\n--${quoted ?? plain ?? ''}`);
  // The first one may stand at the very beginning.
  let rest: Buffer = Buffer.from('\r\n');
  let parts = 0;
  let isClosed = false;
  body.on('data', (chunk: Buffer) => {
    if (isClosed) return;
    const text = Buffer.concat([rest, chunk]);
    let from = 0;
    for (;;) {
      const at = text.indexOf(delimiter, from);
      if (at === -1) break;
      const end = at + delimiter.length;
      if (text.length < end + CLOSE.length) {
        rest = text.subarray(at);
        return;
      }
      if (text.toString('latin1', end, end + CLOSE.length) === CLOSE) {
        isClosed = true;
        return;
      }
      parts += 1;
      from = end;
    }
    rest = text.subarray(Math.max(from, text.length - delimiter.length + 1));
  });
  return () => parts;
}
