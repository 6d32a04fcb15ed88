import { randomFillSync } from 'node:crypto';
import { closeSync, fchmodSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { FILE_MODE } from '../private.ts';

/**
 * Bytes that are given up so that something can be deleted on a full disk: SQLite writes a deletion into its log before
 * it frees anything. Several times what the largest analysis takes.
 */
export const RESERVE_BYTES = 2 * 2 ** 20;

export const reserveOf = (file: string): string => `${file}-reserve`;

/** Sets the space aside where there is enough. Noise, so that no file system compresses it away. Never throws. */
export function setAside(file: string): void {
  if (file === ':memory:') return;
  const path = reserveOf(file);
  try {
    if (statSync(path, { throwIfNoEntry: false })?.size === RESERVE_BYTES) return;
    const reserve = openSync(path, 'w', FILE_MODE);
    try {
      fchmodSync(reserve, FILE_MODE);
      const noise = randomFillSync(Buffer.allocUnsafe(RESERVE_BYTES));
      for (let done = 0; done < RESERVE_BYTES; ) done += writeSync(reserve, noise, done);
    } finally {
      closeSync(reserve);
    }
  } catch {
    giveUp(file);
  }
}

/** Whether there was anything to give up. */
export function giveUp(file: string): boolean {
  const path = reserveOf(file);
  try {
    const had = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
    rmSync(path, { force: true });
    return had;
  } catch {
    return false;
  }
}
