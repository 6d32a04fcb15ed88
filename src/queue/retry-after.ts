/** The share of the queue that is to be worked off before somebody else comes. */
const SHARE = 0.1;

/**
 * Seconds until a tenth of what is open will have been done at the pace of the last minute. Where nothing was done in it, what is
 * open has run into its time limit by then.
 */
export function retryAfterS(open: number, perMinute: number, timeoutMs: number): number {
  const limit = Math.ceil(timeoutMs / 1000);
  if (perMinute <= 0) return limit;
  return Math.min(limit, Math.max(1, Math.ceil((60 * SHARE * open) / perMinute)));
}
