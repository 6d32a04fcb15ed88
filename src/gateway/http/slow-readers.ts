import type { ServerResponse } from 'node:http';
import { whenClosed } from '../when-closed.ts';

export interface ReaderLimits {
  /** What may wait for one client when more is written, bytes. A single answer may be larger. */
  readonly each: number;
  /** The same of all clients together; those with the most are cut off first. */
  readonly all: number;
  /** A client that takes nothing for so long while something waits is cut off, ms. */
  readonly stallMs: number;
  readonly lookMs: number;
}

const LIMITS: ReaderLimits = { each: 8 * 2 ** 20, all: 128 * 2 ** 20, stallMs: 120_000, lookMs: 15_000 };

interface Seen {
  sent: number;
  at: number;
}

/** Cuts off clients that ask and do not read: what waits for them in memory is bounded. */
export class SlowReaders {
  private readonly limits: ReaderLimits;
  private readonly onCut: () => void;
  private readonly open = new Map<ServerResponse, Seen>();
  private readonly timer: NodeJS.Timeout;

  constructor(onCut: () => void, limits: Partial<ReaderLimits> = {}) {
    this.onCut = onCut;
    this.limits = { ...LIMITS, ...limits };
    this.timer = setInterval(() => this.look(performance.now()), this.limits.lookMs).unref();
  }

  watch(raw: ServerResponse): void {
    this.open.set(raw, { sent: -1, at: performance.now() });
    whenClosed(raw, () => this.open.delete(raw));
    const write = raw.write.bind(raw) as (...args: unknown[]) => boolean;
    raw.write = (...args: unknown[]) => {
      if (raw.writableLength > this.limits.each) this.cut(raw);
      else if (raw.writableLength > 0) this.keepTotal();
      return raw.destroyed ? false : write(...args);
    };
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(now: number): void {
    for (const [raw, seen] of this.open) {
      const { socket } = raw;
      const sent = socket === null ? 0 : socket.bytesWritten - socket.writableLength;
      if (raw.writableLength === 0 || sent !== seen.sent) Object.assign(seen, { sent, at: now });
      else if (now - seen.at >= this.limits.stallMs) this.cut(raw);
    }
    this.keepTotal();
  }

  private keepTotal(): void {
    let total = 0;
    for (const raw of this.open.keys()) total += raw.writableLength;
    while (total > this.limits.all) {
      const [largest] = [...this.open.keys()].sort((a, b) => b.writableLength - a.writableLength);
      if (largest === undefined) return;
      total -= largest.writableLength;
      this.cut(largest);
    }
  }

  private cut(raw: ServerResponse): void {
    this.open.delete(raw);
    raw.destroy();
    this.onCut();
  }
}
