/** Why work ended that took too long. */
export const LATE = Symbol('too late');

/**
 * What the work gives; throws as soon as `signal` is aborted, with its reason, or LATE after `ms`. Nothing of it is held afterwards,
 * as it would be by a signal of `AbortSignal.timeout` that anybody still listens to: until its time is over.
 */
export async function withinLimit<T>(
  signal: AbortSignal,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const end = Promise.withResolvers<never>();
  const stop = (reason: unknown) => {
    end.reject(reason);
    limit.abort(reason);
  };
  const onAbort = () => stop(signal.reason);
  const late = setTimeout(() => stop(LATE), ms).unref();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(limit.signal), end.promise]);
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', onAbort);
  }
}
