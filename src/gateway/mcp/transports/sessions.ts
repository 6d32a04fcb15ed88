import { shareOf } from '../../../fair-share.ts';
import { EVICT_AFTER_MS, MAX_SESSIONS, REAP_EVERY_MS, SESSION_IDLE_MS } from './limits.ts';

interface Closable {
  close(): Promise<void>;
}

interface Entry<T> {
  readonly transport: T;
  readonly client: string;
  lastSeen: number;
  /** Requests and streams of it that are open. */
  busy: number;
}

/**
 * Open connections by their session id. One that does nothing for SESSION_IDLE_MS is closed; where all places are taken, the one
 * that has done nothing for the longest, EVICT_AFTER_MS at least, makes room. Of a client that has its share, it must be one of its
 * own.
 */
export class Sessions<T extends Closable> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly reaper = setInterval(() => this.reap(Date.now()), REAP_EVERY_MS).unref();
  /** By client, of places without a session yet. */
  private readonly reserved = new Map<string, number>();
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

  /** Holds a place before the id is known; null when all are taken, or the client's share is, and none can be had. */
  reserve(client: string): { take(id: string, transport: T): void; release(): void } | null {
    const mine = this.of(client) >= shareOf(this.most);
    if ((mine || this.taken() >= this.most) && !this.evict(Date.now(), mine ? client : null)) return null;
    this.reserved.set(client, (this.reserved.get(client) ?? 0) + 1);
    let held = true;
    const release = () => {
      if (held) this.unreserve(client);
      held = false;
    };
    return {
      take: (id, transport) => {
        release();
        this.entries.set(id, { transport, client, lastSeen: Date.now(), busy: 0 });
      },
      release,
    };
  }

  /** Seconds until the client can have its next place; null where nobody can know, because all sessions are busy. */
  retryAfterS(client: string): number | null {
    const idle = this.longestIdle(this.of(client) >= shareOf(this.most) ? client : null);
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

  private taken(): number {
    let all = this.entries.size;
    for (const reserved of this.reserved.values()) all += reserved;
    return all;
  }

  private of(client: string): number {
    let own = this.reserved.get(client) ?? 0;
    for (const entry of this.entries.values()) if (entry.client === client) own += 1;
    return own;
  }

  private unreserve(client: string): void {
    const left = (this.reserved.get(client) ?? 1) - 1;
    if (left === 0) this.reserved.delete(client);
    else this.reserved.set(client, left);
  }

  private evict(now: number, client: string | null): boolean {
    const idle = this.longestIdle(client);
    if (idle === undefined || now - idle[1].lastSeen < EVICT_AFTER_MS) return false;
    this.end(idle[0]);
    return true;
  }

  /** Of the client, or null: of all. */
  private longestIdle(client: string | null): [string, Entry<T>] | undefined {
    let longest: [string, Entry<T>] | undefined;
    for (const one of this.entries) {
      const [, { busy, lastSeen }] = one;
      if (busy > 0 || (client !== null && one[1].client !== client)) continue;
      if (longest === undefined || lastSeen < longest[1].lastSeen) longest = one;
    }
    return longest;
  }

  private end(id: string): void {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    entry?.transport.close().catch(() => {});
  }
}
