import { LRUCache } from 'lru-cache';
import { AppError } from '../../errors.ts';

/** Failed logins in a window: of one name from one client, from one client, and of one name from everywhere. */
export const LOGIN_LIMITS = { pair: 5, client: 50, name: 1000, windowMs: 5 * 60_000 };
const MOST_KNOWN = 50_000;

interface Failures {
  readonly since: number;
  count: number;
}

/** Bounds guessing of passwords. An attempt counts as failed until it succeeded, so that many at once are no way around. */
export class LoginGuard {
  private readonly failures = new LRUCache<string, Failures>({ max: MOST_KNOWN });
  private readonly now: () => number;

  /** `now` is a clock in ms that never goes back. */
  constructor(now = () => performance.now()) {
    this.now = now;
  }

  /** Throws RATE_001 with the seconds to wait. Returns what to call when the password was right. */
  attempt(name: string, client: string): () => void {
    const keys = [
      [`pair ${client} ${name}`, LOGIN_LIMITS.pair],
      [`client ${client}`, LOGIN_LIMITS.client],
      [`name ${name}`, LOGIN_LIMITS.name],
    ] as const;
    for (const [key, most] of keys) {
      const failed = this.current(key);
      if (failed !== undefined && failed.count >= most) throw this.tooMany(failed);
    }
    for (const [key] of keys) this.add(key, 1);
    return () => {
      for (const [key] of keys) this.add(key, -1);
      this.failures.delete(keys[0][0]);
    };
  }

  private add(key: string, by: number): void {
    const known = this.current(key) ?? { since: this.now(), count: 0 };
    known.count = Math.max(0, known.count + by);
    this.failures.set(key, known);
  }

  private current(key: string): Failures | undefined {
    const known = this.failures.get(key);
    return known !== undefined && this.now() - known.since < LOGIN_LIMITS.windowMs ? known : undefined;
  }

  private tooMany({ since }: Failures): AppError {
    return new AppError('RATE_001', {
      message: 'Too many logins failed.',
      advice: 'Try again after the seconds named in retry_after_s.',
      retryAfterS: Math.max(1, Math.ceil((since + LOGIN_LIMITS.windowMs - this.now()) / 1000)),
    });
  }
}
