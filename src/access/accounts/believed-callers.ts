import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../../contract/principal.ts';
import { roomFor } from '../../lru-room.ts';

/** As long as a token of a browser is good anyway. */
export const BELIEVED_MS = 15 * 60_000;
const MOST = 10_000;
/** A change is noted before it is made. */
const CHANGING_MS = 5000;

interface Believed {
  readonly principal: Principal;
  /** Ms since 1970. */
  readonly at: number;
  readonly until: number;
}

/**
 * Who was who when the store was last asked, for as long as it is gone: nobody can be removed there meanwhile, and whose photo
 * could be analysed should not be turned away at the door. Tokens and keys are held as hashes.
 */
export class BelievedCallers {
  private readonly callers = new LRUCache<string, Believed>(roomFor(MOST));
  private readonly now: () => Date;
  private from = 0;

  constructor(now: () => Date) {
    this.now = now;
  }

  /** `expiresAt`: of the credential itself; null: never, or somebody else looks. */
  keep(credential: string, principal: Principal, expiresAt: string | null): void {
    const at = this.now().getTime();
    if (at < this.from) return;
    const until = Math.min(at + BELIEVED_MS, expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt));
    this.callers.set(digest(credential), { principal, at, until });
  }

  drop(credential: string): void {
    this.callers.delete(digest(credential));
  }

  /** Somebody is, or is about to be, less than before: all are asked for once more, those too who are being asked for now. */
  clear(): void {
    this.callers.clear();
    this.from = this.now().getTime() + CHANGING_MS;
  }

  of(credential: string): Principal | null {
    const known = this.callers.get(digest(credential));
    const now = this.now().getTime();
    // A clock that was set back makes nothing younger than it is.
    return known !== undefined && now >= known.at && now < known.until ? known.principal : null;
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64');
