/** A share of a budget, given back when nobody holds it any more. Who took it holds it first. */
export interface Lease {
  /** Holds it too, until the function that comes back is called. */
  hold(): () => void;
  /** Whoever took it is done with it. */
  release(): void;
  /** All of the message is here: its sender holds up nobody any more. */
  arrived(): void;
}

interface Waiter {
  readonly share: number;
  readonly answer: (hasRoom: boolean) => void;
}

interface Sender {
  readonly since: number;
  readonly cut: () => void;
}

/**
 * Bytes of messages that arrive or are worked on, over all clients. Who finds no room waits for its turn, in order; then a
 * sender that has taken as long loses its share to it.
 */
export class ByteBudget {
  private readonly most: number;
  private readonly waitMs: number;
  private used = 0;
  private readonly waiters: Waiter[] = [];
  private readonly senders = new Set<Sender>();

  constructor(most: number, waitMs = 0) {
    this.most = most;
    this.waitMs = waitMs;
  }

  get inUse(): number {
    return this.used;
  }

  /** Null: there is no room now. A message has room where nothing else is, however large it is. */
  tryTake(bytes: number, cut?: () => void): Lease | null {
    const share = Math.min(bytes, this.most);
    if (this.waiters.length > 0 || this.used + share > this.most) return null;
    this.used += share;
    return this.lease(share, cut);
  }

  /** Null: no room was made in time. `cut` ends the sender. */
  async take(bytes: number, cut: () => void): Promise<Lease | null> {
    const lease = this.tryTake(bytes, cut);
    if (lease !== null) return lease;
    const share = Math.min(bytes, this.most);
    const turn = Promise.withResolvers<boolean>();
    const waiter: Waiter = { share, answer: turn.resolve };
    this.waiters.push(waiter);
    const timer = setTimeout(() => this.giveUp(waiter), this.waitMs).unref();
    const hasRoom = await turn.promise;
    clearTimeout(timer);
    return hasRoom ? this.lease(share, cut) : null;
  }

  /** The share is counted already. */
  private lease(share: number, cut: (() => void) | undefined): Lease {
    let holders = 0;
    let isBack = false;
    const giveBack = () => {
      if (isBack) return;
      isBack = true;
      this.senders.delete(sender);
      this.used -= share;
      this.next();
    };
    const sender: Sender = {
      since: performance.now(),
      cut: () => {
        cut?.();
        giveBack();
      },
    };
    if (cut !== undefined) this.senders.add(sender);
    const hold = () => {
      let isHeld = true;
      holders += 1;
      return () => {
        if (isHeld) holders -= 1;
        isHeld = false;
        if (holders === 0) giveBack();
      };
    };
    return { hold, release: hold(), arrived: () => this.senders.delete(sender) };
  }

  private next(): void {
    for (let first = this.waiters[0]; first !== undefined; first = this.waiters[0]) {
      if (this.used + first.share > this.most) return;
      this.waiters.shift();
      this.used += first.share;
      first.answer(true);
    }
  }

  private giveUp(waiter: Waiter): void {
    const longAgo = performance.now() - this.waitMs;
    for (const sender of [...this.senders]) {
      if (!this.waiters.includes(waiter)) return;
      if (sender.since <= longAgo) sender.cut();
    }
    const at = this.waiters.indexOf(waiter);
    if (at < 0) return;
    this.waiters.splice(at, 1);
    waiter.answer(false);
    this.next();
  }
}
