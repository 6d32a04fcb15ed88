import { LRUCache } from 'lru-cache';
import { AppError } from '../../errors.ts';
import { roomFor } from '../../lru-room.ts';

/**
 * Failed logins in a window: of one name from one client, from one client, and of one name from everywhere. Clients from which
 * the name has logged in before are let through the last one, so that guessing from many addresses locks nobody out.
 */
export const LOGIN_LIMITS = { pair: 5, client: 50, name: 100, windowMs: 5 * 60_000 };
/** Logins that wait for others to end, of one name and of all; and how long, ms. */
export const WAITING_LIMITS = { name: 50, all: 500, waitMs: 10_000 };
const MOST_KNOWN = 50_000;

interface Tries {
  readonly since: number;
  failed: number;
}

/**
 * Bounds guessing of passwords. While an attempt runs it may turn out wrong, so no more run at once than may still fail; the
 * others wait for their turn.
 */
export class LoginGuard {
  private readonly tries = new LRUCache<string, Tries>(roomFor(MOST_KNOWN));
  /** Pairs that were right. */
  private readonly known = new LRUCache<string, true>(roomFor(MOST_KNOWN));
  private readonly running = new Map<string, number>();
  private readonly waiting = new Set<{ readonly name: string; readonly wake: () => void }>();
  private readonly now: () => number;

  /** `now` is a clock in ms that never goes back. */
  constructor(now = () => performance.now()) {
    this.now = now;
  }

  /** Throws RATE_001 with the seconds to wait. `check` says whether the password was right; what it throws counts as wrong. */
  async attempt<T>(name: string, client: string, check: () => Promise<T | null>): Promise<T | null> {
    const pair = `pair ${client} ${name}`;
    const keys: (readonly [string, number])[] = [
      [pair, LOGIN_LIMITS.pair],
      [`client ${client}`, LOGIN_LIMITS.client],
      ...(this.known.has(pair) ? [] : [[nameKey(name), LOGIN_LIMITS.name] as const]),
    ];
    const end = this.now() + WAITING_LIMITS.waitMs;
    for (;;) {
      for (const [key, most] of keys) {
        const known = this.current(key);
        if (known !== undefined && known.failed >= most) throw this.tooMany(known);
      }
      const full = keys.some(([key, most]) => (this.current(key)?.failed ?? 0) + (this.running.get(key) ?? 0) >= most);
      if (!full) break;
      await this.turn(name, end);
    }
    for (const [key] of keys) this.running.set(key, (this.running.get(key) ?? 0) + 1);
    let right: T | null = null;
    try {
      right = await check();
      return right;
    } finally {
      for (const [key] of keys) this.ended(key);
      if (right === null) for (const [key] of keys) this.fail(key);
      else {
        this.tries.delete(pair);
        this.known.set(pair, true);
      }
      for (const one of [...this.waiting]) one.wake();
    }
  }

  /** Whether the last failure was the one that closed the name to clients that are not known. */
  hasJustClosed(name: string): boolean {
    return this.current(nameKey(name))?.failed === LOGIN_LIMITS.name;
  }

  private async turn(name: string, end: number): Promise<void> {
    const ofName = [...this.waiting].filter((one) => one.name === name).length;
    const left = end - this.now();
    if (this.waiting.size >= WAITING_LIMITS.all || ofName >= WAITING_LIMITS.name || left <= 0) {
      throw new AppError('RATE_001', { message: 'Too many logins at once.', retryAfterS: 1 });
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const one = { name, wake: resolve };
    const timer = setTimeout(resolve, left).unref();
    this.waiting.add(one);
    await promise;
    clearTimeout(timer);
    this.waiting.delete(one);
  }

  private ended(key: string): void {
    const left = (this.running.get(key) ?? 1) - 1;
    if (left > 0) this.running.set(key, left);
    else this.running.delete(key);
  }

  private fail(key: string): void {
    const known = this.current(key) ?? { since: this.now(), failed: 0 };
    known.failed += 1;
    this.tries.set(key, known);
  }

  private current(key: string): Tries | undefined {
    const known = this.tries.get(key);
    return known !== undefined && this.now() - known.since < LOGIN_LIMITS.windowMs ? known : undefined;
  }

  private tooMany({ since }: Tries): AppError {
    return new AppError('RATE_001', {
      message: 'Too many logins failed.',
      advice: 'Try again after the seconds named in retry_after_s.',
      retryAfterS: Math.max(1, Math.ceil((since + LOGIN_LIMITS.windowMs - this.now()) / 1000)),
    });
  }
}

const nameKey = (name: string) => `name ${name}`;
