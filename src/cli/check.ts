import { toAppError } from '../errors.ts';

/** One line of the doctor. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'off' | 'failed';
  readonly detail: string;
}

/** A check that failed says why no provider could be used, where that is the reason. */
export async function attempt(name: string, run: () => Promise<string>): Promise<Check> {
  try {
    return { name, state: 'ok', detail: await run() };
  } catch (thrown) {
    return { name, state: 'failed', detail: failure(thrown) };
  }
}

/** What was thrown in one line; an error that nobody foresaw with the runtime's words, as this is for the operator. */
export function failure(thrown: unknown): string {
  const error = toAppError(thrown);
  const cause = error.code === 'SYSTEM_003' && error.cause instanceof Error ? `${error.cause.message}. ` : '';
  const where = typeof error.details.path === 'string' ? ` (${error.details.path})` : '';
  return `${error.code}: ${error.message} ${cause}${error.advice}${where}${notUsed(error.details.attempts)}`;
}

/** Providers that were tried and why they were not used; nothing when there were none. */
export function notUsed(attempts: unknown): string {
  const tried = (Array.isArray(attempts) ? attempts : []) as { provider: string; error: string }[];
  return tried.length === 0 ? '' : ` (not used: ${tried.map((a) => `${a.provider}: ${a.error}`).join('; ')})`;
}

export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown reason';
}
