import type { Principal } from '../contract/principal.ts';
import { AppError } from '../errors.ts';
import { type Internal, mayKnow } from './can.ts';

/** Errors about a part of the server; what they say is of this machine. */
const OF_A_PART = /^(ANALYSIS|DB|STORAGE|SYSTEM)_/;
const PARTS_DETAILS = new Set(['path', 'problem', 'attempts', 'reason', 'platform']);

function internalIn(code: string, detail: string): Internal | null {
  if (detail === 'allowed_roots') return 'folders';
  return OF_A_PART.test(code) && PARTS_DETAILS.has(detail) ? 'faults' : null;
}

/** The error as this caller may see it: without the details that it may not know. */
export function shownTo(principal: Principal, error: AppError): AppError {
  const kept = Object.entries(error.details).filter(([name]) => {
    const internal = internalIn(error.code, name);
    return internal === null || mayKnow(principal, internal);
  });
  if (kept.length === Object.keys(error.details).length) return error;
  const { code, message, advice, retryAfterS, cause } = error;
  return new AppError(code, {
    message,
    advice,
    details: Object.fromEntries(kept),
    cause,
    ...(retryAfterS !== undefined && { retryAfterS }),
  });
}
