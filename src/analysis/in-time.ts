import type { CallContext } from '../contract/call-context.ts';
import { AppError } from '../errors.ts';

/**
 * What the work gives, or, as soon as the caller cancels or the time is up, ANALYSIS_006 or ANALYSIS_003. Work that cannot
 * be stopped (a look-up, a decoder's thread, a disk) runs on unseen: nobody waits for it.
 */
export async function inTime<T>(
  { signal: callers }: CallContext,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = callers ? AbortSignal.any([callers, deadline]) : deadline;
  const stopped = () => new AppError(callers?.aborted ? 'ANALYSIS_006' : 'ANALYSIS_003');
  const end = Promise.withResolvers<never>();
  // What the work itself says of its end is heard first, for it may know where the time went.
  const abort = () => setImmediate(() => end.reject(stopped()));
  if (signal.aborted) throw stopped();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(signal), end.promise]);
  } catch (error) {
    if (!signal.aborted) throw error;
    const isSaid = !callers?.aborted && error instanceof AppError && error.code === 'ANALYSIS_003';
    throw isSaid ? error : stopped();
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
