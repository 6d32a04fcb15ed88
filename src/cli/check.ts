import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../config/config-error.ts';
import type { Part } from '../contract/part.ts';
import { toAppError } from '../errors.ts';

/** One line of the doctor. */
export type Check = Part;

/** What a check found, in its own words. */
export class Found extends Error {}

const LIMIT_MS = 20_000;

/** A check that failed says why no provider could be used, where that is the reason. None takes longer than its time. */
export async function attempt(name: string, run: () => Promise<string>, limitMs = LIMIT_MS): Promise<Check> {
  const over = new AbortController();
  const late = sleep(limitMs, undefined, { signal: over.signal }).then(() => {
    throw new Found(`gave no answer within ${limitMs / 1000} s`);
  });
  try {
    return { name, state: 'ok', detail: await Promise.race([run(), late]) };
  } catch (thrown) {
    return { name, state: 'failed', detail: thrown instanceof Found ? thrown.message : failure(thrown) };
  } finally {
    over.abort();
  }
}

/** What was thrown in one line; an error that nobody foresaw with the runtime's words, as this is for the operator. */
export function failure(thrown: unknown): string {
  if (thrown instanceof ConfigError) return `${thrown.problems.join('; ')}.`;
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
