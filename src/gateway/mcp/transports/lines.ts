const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NOTHING = Buffer.alloc(0);

/**
 * Cuts bytes into lines, in time linear in the bytes however they are cut into chunks: what is left of a line is kept
 * in a buffer that doubles. Holds at most `mostBytes`; the rest of a longer line is passed over.
 */
export class Lines {
  private readonly mostBytes: number;
  private held = NOTHING;
  private length = 0;
  private passing = false;
  private first = true;

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes;
  }

  /** The lines that end in this chunk, without their ends; null, once, for a line that becomes too long. */
  *push(chunk: Buffer): Generator<Buffer | null> {
    let from = 0;
    while (from < chunk.length) {
      const at = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, at === -1 ? chunk.length : at);
      from += part.length + 1;
      const tooLong = !this.passing && this.length + part.length > this.mostBytes;
      if (tooLong) {
        this.passing = true;
        this.take();
      }
      if (at === -1) {
        if (!this.passing) this.keep(part);
      } else if (!this.passing) {
        yield this.clean(this.length === 0 ? part : this.whole(part));
      } else {
        this.passing = false;
        this.first = false;
      }
      if (tooLong) yield null;
    }
  }

  clear(): void {
    this.take();
  }

  private keep(part: Buffer): void {
    const needed = this.length + part.length;
    if (needed > this.held.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.mostBytes, Math.max(needed, 2 * this.held.length)));
      this.held.copy(larger, 0, 0, this.length);
      this.held = larger;
    }
    part.copy(this.held, this.length);
    this.length = needed;
  }

  private whole(end: Buffer): Buffer {
    this.keep(end);
    return this.take();
  }

  private take(): Buffer {
    const line = this.held.subarray(0, this.length);
    this.held = NOTHING;
    this.length = 0;
    return line;
  }

  /** Some shells begin what they pipe with a byte-order mark. */
  private clean(line: Buffer): Buffer {
    const marked = this.first && line.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    this.first = false;
    return line.subarray(marked ? BYTE_ORDER_MARK.length : 0, line.at(-1) === RETURN ? -1 : undefined);
  }
}
