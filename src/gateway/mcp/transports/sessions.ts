import { MAX_SESSIONS, REAP_EVERY_MS, SESSION_IDLE_MS } from './limits.ts';

interface Closable {
  close(): Promise<void>;
}

interface Entry<T> {
  readonly transport: T;
  lastSeen: number;
}

/** Open connections by their session id; those that were idle for too long are closed. */
export class Sessions<T extends Closable> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly reaper = setInterval(() => this.reap(Date.now()), REAP_EVERY_MS).unref();
  private reserved = 0;
  private readonly most: number;

  constructor(most = MAX_SESSIONS) {
    this.most = most;
  }

  get size(): number {
    return this.entries.size;
  }

  /** The transport of a known session, marked as seen. */
  use(id: string): T | undefined {
    const entry = this.entries.get(id);
    if (entry) entry.lastSeen = Date.now();
    return entry?.transport;
  }

  /** Holds a place before the id is known; null when all are taken. */
  reserve(): { take(id: string, transport: T): void; release(): void } | null {
    if (this.entries.size + this.reserved >= this.most) return null;
    this.reserved += 1;
    let held = true;
    const release = () => {
      if (held) this.reserved -= 1;
      held = false;
    };
    return {
      take: (id, transport) => {
        release();
        this.entries.set(id, { transport, lastSeen: Date.now() });
      },
      release,
    };
  }

  delete(id: string): void {
    this.entries.delete(id);
  }

  reap(now: number): void {
    for (const [id, { transport, lastSeen }] of this.entries) {
      if (now - lastSeen <= SESSION_IDLE_MS) continue;
      this.entries.delete(id);
      transport.close().catch(() => {});
    }
  }

  async close(): Promise<void> {
    clearInterval(this.reaper);
    const open = [...this.entries.values()];
    this.entries.clear();
    await Promise.allSettled(open.map(({ transport }) => transport.close()));
  }
}
