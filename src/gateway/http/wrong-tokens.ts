import { LRUCache } from 'lru-cache';
import { AppError } from '../../errors.ts';

interface Tries {
  readonly since: number;
  wrong: number;
  readonly guesses: Set<string>;
}

/** In one window, for one client. */
export const MOST_WRONG_TOKENS = 10;
const WINDOW_MS = 60_000;
const MAX_CLIENTS = 10_000;

/**
 * Bounds guessing. A client that sent 10 wrong tokens in a minute is told to wait; where they were 10 different ones, which is
 * guessing and not a program with an old token, nothing it sends is compared until the minute is over: the right token of
 * another program at the same address is refused then too.
 */
export class WrongTokens {
  private readonly clients = new LRUCache<string, Tries>({ max: MAX_CLIENTS });
  private readonly now: () => number;

  /** `now` is a clock in ms that never goes back. */
  constructor(now = () => performance.now()) {
    this.now = now;
  }

  /** Before a token is compared: RATE_001 for a client that guesses. */
  refuseGuessing(client: string): void {
    const tries = this.current(client);
    if (tries !== undefined && tries.guesses.size >= MOST_WRONG_TOKENS) throw this.tooMany(tries);
  }

  /** The error for a token that was wrong; `digest` tells one from another. */
  failed(client: string, digest: string): AppError {
    const tries = this.current(client) ?? { since: this.now(), wrong: 0, guesses: new Set() };
    this.clients.set(client, tries);
    tries.wrong += 1;
    if (tries.guesses.size < MOST_WRONG_TOKENS) tries.guesses.add(digest);
    return tries.wrong > MOST_WRONG_TOKENS ? this.tooMany(tries) : new AppError('AUTH_001');
  }

  private current(client: string): Tries | undefined {
    const tries = this.clients.get(client);
    return tries !== undefined && this.now() - tries.since < WINDOW_MS ? tries : undefined;
  }

  private tooMany({ since }: Tries): AppError {
    return new AppError('RATE_001', {
      message: 'Too many wrong access tokens came from this address.',
      advice: 'Correct the token, then try again after the seconds named in retry_after_s.',
      retryAfterS: Math.max(1, Math.ceil((since + WINDOW_MS - this.now()) / 1000)),
    });
  }
}
