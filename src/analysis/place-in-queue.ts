import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';

/** The caller's share, or everybody's places, are taken: it passes. */
const PASSES = new Set(['SYSTEM_002', 'RATE_001']);
/** Told to wait longer, it looks again after this: places come free earlier than the longest wait says. */
const LONGEST_S = 10;
const SHORTEST_S = 0.2;

/** What the work gives; while it is refused for want of a place it is tried again, as often as there is time for it. */
export async function whenThereIsPlace<T>(work: () => Promise<T>, until: number, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      const wait = waitOf(thrown);
      if (wait === null || performance.now() + wait >= until) throw thrown;
      await sleep(wait, undefined, { signal }).catch(() => {
        throw thrown;
      });
    }
  }
}

/** Ms; those who were told the same come back apart. Null: waiting does not help. */
function waitOf(thrown: unknown): number | null {
  if (!(thrown instanceof AppError) || !PASSES.has(thrown.code) || thrown.retryAfterS === undefined) return null;
  const told = Math.min(LONGEST_S, Math.max(SHORTEST_S, thrown.retryAfterS));
  return told * 1000 * (1 + Math.random() / 4);
}
