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
  const abort = () => end.reject(stopped());
  if (signal.aborted) throw stopped();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(signal), end.promise]);
  } catch (error) {
    throw signal.aborted ? stopped() : error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
