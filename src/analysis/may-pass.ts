import type { AppError, ErrorCode } from '../errors.ts';

/** What may pass: the same analysis can succeed on another machine, or here a little later. */
export const MAY_PASS: ReadonlySet<ErrorCode> = new Set([
  'ANALYSIS_001',
  'ANALYSIS_002',
  'ANALYSIS_005',
  'ANALYSIS_007',
  'ANALYSIS_009',
  'SYSTEM_001',
  'SYSTEM_002',
]);

/** There was no place for it, or nobody to do it: nothing was tried. */
const NO_PLACE: ReadonlySet<ErrorCode> = new Set(['SYSTEM_002', 'RATE_001', 'QUEUE_001', 'QUEUE_002']);
/** What fails in this process once and may not fail again; what it lacks it will lack in a second. */
const BY_CHANCE: ReadonlySet<ErrorCode> = new Set(['ANALYSIS_002', 'ANALYSIS_005']);

/** Tries after the first. */
export const MOST_RETRIES = 3;
const FIRST_MS = 1000;

/** 1, 2, 4 s … */
export const backOffMs = (retry: number): number => FIRST_MS * 2 ** retry;

/**
 * How long to wait before it is tried again, ms; null: it would fail again. `retry`: 0 for the first. Who found no place tries as
 * long as there is time.
 */
export function retryMs({ code, retryAfterS = 0 }: AppError, retry: number): number | null {
  if (NO_PLACE.has(code)) return Math.max(1000 * retryAfterS, backOffMs(Math.min(retry, MOST_RETRIES)));
  return BY_CHANCE.has(code) && retry < MOST_RETRIES ? backOffMs(retry) : null;
}
