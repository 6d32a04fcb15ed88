import { EVICT_AFTER_MS, MAX_SESSIONS, REAP_EVERY_MS, SESSION_IDLE_MS } from './limits.ts';

interface Closable {
  close(): Promise<void>;
}

interface Entry<T> {
  readonly transport: T;
  lastSeen: number;
  /** Requests and streams of it that are open. */
  busy: number;
}

/**
 * Open connections by their session id. One that does nothing for SESSION_IDLE_MS is closed; where all places are taken, the one
 * that has done nothing for the longest, EVICT_AFTER_MS at least, makes room.
 */
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

  /** Marks the session as busy until the function that comes back is called. */
  hold(id: string): () => void {
    const entry = this.entries.get(id);
    if (entry === undefined) return () => {};
    entry.busy += 1;
    let held = true;
    return () => {
      if (held) entry.busy -= 1;
      held = false;
      entry.lastSeen = Date.now();
    };
  }

  /** Holds a place before the id is known; null when all are taken and none can be had. */
  reserve(): { take(id: string, transport: T): void; release(): void } | null {
    if (this.entries.size + this.reserved >= this.most && !this.evict(Date.now())) return null;
    this.reserved += 1;
    let held = true;
    const release = () => {
      if (held) this.reserved -= 1;
      held = false;
    };
    return {
      take: (id, transport) => {
        release();
        this.entries.set(id, { transport, lastSeen: Date.now(), busy: 0 });
      },
      release,
    };
  }

  /** Seconds until the next place can be had; null where nobody can know, because all sessions are busy. */
  retryAfterS(): number | null {
    const idle = this.longestIdle();
    if (idle === undefined) return null;
    return Math.max(1, Math.ceil((idle[1].lastSeen + EVICT_AFTER_MS - Date.now()) / 1000));
  }

  delete(id: string): void {
    this.entries.delete(id);
  }

  reap(now: number): void {
    for (const [id, { lastSeen, busy }] of this.entries) {
      if (busy === 0 && now - lastSeen > SESSION_IDLE_MS) this.end(id);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.reaper);
    const open = [...this.entries.values()];
    this.entries.clear();
    await Promise.allSettled(open.map(({ transport }) => transport.close()));
  }

  private evict(now: number): boolean {
    const idle = this.longestIdle();
    if (idle === undefined || now - idle[1].lastSeen < EVICT_AFTER_MS) return false;
    this.end(idle[0]);
    return true;
  }

  private longestIdle(): [string, Entry<T>] | undefined {
    let longest: [string, Entry<T>] | undefined;
    for (const one of this.entries) {
      if (one[1].busy === 0 && (longest === undefined || one[1].lastSeen < longest[1].lastSeen)) longest = one;
    }
    return longest;
  }

  private end(id: string): void {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    entry?.transport.close().catch(() => {});
  }
}
