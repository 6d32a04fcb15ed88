import type { AppError } from '../../errors.ts';

/** A store that nobody writes to any more says after so long that it may be tried again, ms. */
const REMEMBERED_MS = 60_000;

/** Why the last write failed, where that lies in the store and not in what was written: a small probe may still fit where it does not. */
export class FailedWrites {
  private last: { readonly error: AppError; readonly at: number } | null = null;

  failed(error: AppError): void {
    const isStore = error.code === 'STORAGE_003' || (error.code === 'DB_001' && error.retryAfterS === undefined);
    if (isStore) this.last = { error, at: performance.now() };
  }

  succeeded(): void {
    this.last = null;
  }

  /** Throws what the last write threw. */
  check(): void {
    if (this.last !== null && performance.now() - this.last.at < REMEMBERED_MS) throw this.last.error;
  }
}
