import { write, writeSync } from 'node:fs';

/** What may wait while the other end takes nothing, characters. */
const MAX_WAITING = 1024 * 1024;
/** A pipe whose reader is slow is tried again after this, ms. */
const RETRY_MS = 100;
/** At the end, what another thread is writing gets this long, ms: nobody hears of it any more. */
const LAST_WRITE_MS = 20;

/**
 * Lines to a file descriptor that may fail: a full disk, a reader that has gone or does not read. What cannot be written
 * is lost and counted, and the next line that can be is preceded by how many were. Nothing waits for it, and nothing is
 * thrown. (sonic-boom, pino's own, tries again forever on a full disk, in the main thread, when the process exits.)
 */
export class LogStream {
  private readonly fd: number;
  private readonly maxWaiting: number;
  private waiting: string[] = [];
  private waitingLength = 0;
  private writing = false;
  private lost = 0;
  private exits = false;

  constructor(fd: number, { maxWaiting = MAX_WAITING }: { maxWaiting?: number } = {}) {
    this.fd = fd;
    this.maxWaiting = maxWaiting;
  }

  /** Lines lost since the last that could be written. */
  get lostLines(): number {
    return this.lost;
  }

  /** One line with its end. */
  write(line: string): void {
    if (this.waitingLength + line.length > this.maxWaiting) {
      this.lost += 1;
      return;
    }
    this.waiting.push(line);
    this.waitingLength += line.length;
    if (this.exits) this.finish();
    else if (!this.writing) this.next();
  }

  /** Writes what waits, as far as that goes at once: for the end of the process. stderr, once used, does not block. */
  finish(): void {
    if (this.writing && !this.exits) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_WRITE_MS);
    this.exits = true;
    if (this.waiting.length === 0) return;
    let rest = Buffer.from(this.take().text);
    try {
      for (let written = 1; written > 0 && rest.length > 0; rest = rest.subarray(written)) {
        written = writeSync(this.fd, rest);
      }
    } catch {
      // There is nobody left to tell.
    }
  }

  private next(): void {
    if (this.waiting.length === 0) return;
    const { text, lines } = this.take();
    this.writing = true;
    this.put(Buffer.from(text), lines);
  }

  /** What waits, and how many lines are lost when it cannot be written. */
  private take(): { text: string; lines: number } {
    const text = `${this.lost > 0 ? lossNote(this.lost) : ''}${this.waiting.join('')}`;
    const lines = this.lost + this.waiting.length;
    this.waiting = [];
    this.waitingLength = 0;
    this.lost = 0;
    return { text, lines };
  }

  private put(bytes: Buffer, lines: number): void {
    write(this.fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN' || (error === null && written === 0)) {
        setTimeout(() => this.put(bytes, lines), RETRY_MS).unref();
        return;
      }
      if (error === null && written < bytes.length) {
        this.put(bytes.subarray(written), lines);
        return;
      }
      this.writing = false;
      if (error === null) {
        this.next();
        return;
      }
      // What waits would fail like this; the next line tries.
      this.lost = lines + this.take().lines;
    });
  }
}

const lossNote = (lines: number) =>
  `${JSON.stringify({ level: 40, time: Date.now(), lost: lines, msg: 'log lines could not be written' })}\n`;
