import { AppError } from '../../errors.ts';

/** Runs `work`, alone where that is needed. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

export const atOnce: Turn = (work) => work();

/** Longer than any load or run on a device that still answers, ms. */
const WAIT_MS = 30_000;

/**
 * Turns that all threads with the same `holder` take one after the other. `holder[0]` is the thread whose turn it is, 0
 * when it is nobody's. Taken again by its own thread it runs at once. Blocks the thread while it waits, as a model run
 * does; rejects with ANALYSIS_003 after `waitMs`.
 */
export function oneAtATime(holder: Int32Array, threadId: number, waitMs = WAIT_MS): Turn {
  const me = mark(threadId);
  return async (work) => {
    if (Atomics.load(holder, 0) === me) return work();
    acquireTurn(holder, me, waitMs);
    try {
      return await work();
    } finally {
      releaseTurn(holder, threadId);
    }
  };
}

/** Ends the turn of a thread, also of one that died in it; does nothing when the turn is another's. */
export function releaseTurn(holder: Int32Array, threadId: number): void {
  const me = mark(threadId);
  if (Atomics.compareExchange(holder, 0, me, 0) === me) Atomics.notify(holder, 0);
}

function acquireTurn(holder: Int32Array, me: number, waitMs: number): void {
  const until = performance.now() + waitMs;
  for (;;) {
    const other = Atomics.compareExchange(holder, 0, 0, me);
    if (other === 0) return;
    const left = until - performance.now();
    if (left <= 0 || Atomics.wait(holder, 0, other, left) === 'timed-out') {
      throw new AppError('ANALYSIS_003', { message: 'Another model run on the graphics device does not end.' });
    }
  }
}

/** The main thread is 0. */
const mark = (threadId: number) => threadId + 1;
