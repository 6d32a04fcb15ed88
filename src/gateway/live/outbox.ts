/** What may wait for a client that does not read, characters. */
const MAX_WAITING = 256 * 1024;

/**
 * Texts on their way to one client, one at a time. Where it does not keep up, the oldest are left out, and it is told how many
 * as soon as it reads again: nobody else waits for it, and what waits is bounded.
 */
export class Outbox {
  private readonly send: (text: string, sent: () => void) => void;
  private readonly leftOut: (count: number) => string;
  private readonly maxWaiting: number;
  private readonly waiting: string[] = [];
  private length = 0;
  private lost = 0;
  private sending = false;

  /** `send` calls back when the client's connection took the text; `leftOut` says how many did not reach it. */
  constructor(
    send: (text: string, sent: () => void) => void,
    leftOut: (count: number) => string,
    maxWaiting = MAX_WAITING,
  ) {
    this.send = send;
    this.leftOut = leftOut;
    this.maxWaiting = maxWaiting;
  }

  push(text: string): void {
    this.waiting.push(text);
    this.length += text.length;
    while (this.length > this.maxWaiting && this.waiting.length > 1) {
      this.length -= this.waiting.shift()!.length;
      this.lost += 1;
    }
    if (!this.sending) this.next();
  }

  private next(): void {
    const text = this.lost > 0 ? this.leftOut(this.lost) : this.waiting.shift();
    if (text === undefined) return;
    if (this.lost > 0) this.lost = 0;
    else this.length -= text.length;
    this.sending = true;
    this.send(text, () => {
      this.sending = false;
      this.next();
    });
  }
}
