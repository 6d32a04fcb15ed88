import { type AppError, isRefusal } from '../errors.ts';
import type { Log } from './log.ts';

/** What a request failed with. That it was turned away on a busy server is no fault that anybody has to look for. */
export function logFailure(
  log: Pick<Log, 'error' | 'info'>,
  error: AppError,
  about: Readonly<Record<string, unknown>>,
  words: string,
): void {
  const { code, retryAfterS } = error;
  if (isRefusal(error)) log.info({ ...about, code, retry_after_s: retryAfterS }, `${words}: ${error.message}`);
  else log.error({ ...about, err: error.cause ?? error, code }, words);
}
