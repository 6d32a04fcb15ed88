import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toAppError } from '../errors.ts';
import type { Services } from '../services.ts';

const ANSWER_MS = 5000;

/**
 * Throws where the store cannot be used until somebody mends it. What may end by itself (another program holds it, it is slow)
 * is answered with a warning: what is stored then is the business of each call.
 */
export async function checkStore(
  services: Pick<Services, 'ping'>,
  folder: string,
  answerMs = ANSWER_MS,
): Promise<string | null> {
  const slow = new AbortController();
  try {
    const late = sleep(answerMs, 'late' as const, { signal: slow.signal });
    const first = await Promise.race([services.ping().then(() => 'ok' as const), late]);
    return first === 'ok' ? null : `the store in ${folder} gave no answer within ${answerMs / 1000} s`;
  } catch (thrown) {
    const error = toAppError(thrown);
    // On a full disk what is stored can be read, and deleted.
    if (error.retryAfterS !== undefined || error.code === 'STORAGE_003')
      return `${error.code}: ${error.message} ${error.advice}`;
    const { code, message, advice, cause } = error;
    throw new AppError(code, { message: `The data folder ${folder} cannot be used. ${message}`, advice, cause });
  } finally {
    slow.abort();
  }
}
