/** Longest reply: more than the largest entry and than what a large cluster says of its slots, bytes. */
export const MAX_REPLY_BYTES = 2 * 2 ** 20;
/** Values in one reply. */
const MOST_VALUES = 200_000;
/** CLUSTER SLOTS has four levels. */
const MOST_LEVELS = 8;
/** Numbers, and errors with their words, bytes. */
const LONGEST_LINE = 4096;
const LF = 10;
/** Line end of the bytes of a string. */
const CRLF = 2;

/**
 * Follows RESP2, however it is cut into pieces, and holds none of it. What is too long is refused by the length that its head
 * announces, before it comes.
 */
export class ReplyScanner {
  private readonly mostBytes: number;
  /** Bytes of a string that are still to come. */
  private rest = 0;
  private line = '';
  /** Values that each open array still waits for. */
  private readonly open: number[] = [];
  private size = 0;
  private values = 0;

  constructor(mostBytes = MAX_REPLY_BYTES) {
    this.mostBytes = mostBytes;
  }

  /** How many replies end in these bytes; null: no replies that we take. */
  scan(chunk: Uint8Array): number | null {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let ended = 0;
    for (let at = 0; at < bytes.length; ) {
      let length: number;
      let isValue: boolean | null;
      if (this.rest > 0) {
        length = Math.min(this.rest, bytes.length - at);
        this.rest -= length;
        isValue = this.rest === 0;
      } else {
        const end = bytes.indexOf(LF, at);
        length = (end < 0 ? bytes.length : end + 1) - at;
        if (this.line.length + length > LONGEST_LINE) return null;
        this.line += bytes.toString('latin1', at, at + length);
        isValue = end < 0 ? false : this.head();
      }
      at += length;
      this.size += length;
      if (isValue === null || this.size + this.rest > this.mostBytes) return null;
      if (isValue && this.isReply()) ended += 1;
    }
    return ended;
  }

  /** Whether the line is a whole value; null: it is no line of a reply. */
  private head(): boolean | null {
    const line = this.line;
    this.line = '';
    this.values += 1;
    if (!/^[^\r\n]+\r\n$/.test(line) || this.values > MOST_VALUES) return null;
    const [type, word] = [line[0], line.slice(1, -2)];
    if (type === '+' || type === '-') return true;
    if (!/^(?:-?\d{1,16})$/.test(word)) return null;
    const length = Number(word);
    if (type === ':') return true;
    if ((type !== '$' && type !== '*') || length < -1) return null;
    if (length === -1 || (type === '*' && length === 0)) return true;
    if (type === '$') {
      this.rest = length + CRLF;
      return false;
    }
    if (length > MOST_VALUES || this.open.length >= MOST_LEVELS) return null;
    this.open.push(length);
    return false;
  }

  /** Whether this value ends all that is open. */
  private isReply(): boolean {
    for (;;) {
      const left = this.open.pop();
      if (left === undefined) break;
      if (left > 1) {
        this.open.push(left - 1);
        return false;
      }
    }
    this.size = 0;
    this.values = 0;
    return true;
  }
}
