import { MAX_ERROR_TEXT } from '../../../errors.ts';
import { plainText, plainValue } from '../../../plain-text.ts';

interface ProtocolError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/**
 * An error as it goes out: the SDK puts names and addresses into its message and data as they came. Each text in it is one
 * line that nobody obeys.
 */
export const plainError = <E extends ProtocolError>(error: E): E => ({
  ...error,
  message: plainText(error.message, MAX_ERROR_TEXT),
  ...(error.data !== undefined && { data: plainValue(error.data, MAX_ERROR_TEXT) }),
});

/** A JSON-RPC error before any request could be read; `id` where at least that could be. */
export const jsonRpcError = (code: number, message: string, id: string | number | null = null, data?: unknown) => ({
  jsonrpc: '2.0' as const,
  error: plainError({ code, message, ...(data !== undefined && { data }) }),
  id,
});

/** The id of a parsed message that has one. */
export function idOf(message: unknown): string | number | null {
  const id = (message as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
/** Codes -32000 to -32019 are free for servers; the first two are what the 2025 SDKs use. */
export const BAD_SESSION = -32000;
export const SESSION_NOT_FOUND = -32001;
/** What a call is told that is not done when the server stops, and one that asks for more than a client may hold. */
export const SERVER_STOPS = -32010;
export const LIMIT_REACHED = -32011;
/** What a call is told that has no answer after the time limit. */
export const TOO_SLOW = -32012;
