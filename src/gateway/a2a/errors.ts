import {
  A2AError,
  ContentTypeNotSupportedError,
  RequestMalformedError,
  restStatusFor,
  TaskNotFoundError,
  toJsonRpcError,
  toRestErrorBody,
} from '@a2a-js/sdk/errors';
import type { FastifyError } from 'fastify';
import { toAppError } from '../../errors.ts';

/** Any thrown value as an error of the protocol; texts of unknown errors never leave the process. */
export function protocolError(thrown: unknown): A2AError {
  if (thrown instanceof A2AError) return thrown;
  const error = toAppError(thrown);
  const { code, message, advice } = error.toJSON();
  const text = `${code}: ${message} ${advice}`;
  if (code === 'JOB_001') return new TaskNotFoundError();
  if (code.startsWith('VALIDATION_') || code.startsWith('RULES_')) return new RequestMalformedError(text);
  if (code === 'RATE_001') return new LaterError(text, TOO_MANY, error.retryAfterS);
  // What passes by itself is no fault of the inside: the same call is worth another try.
  const passes = error.http === UNAVAILABLE || error.retryAfterS !== undefined;
  return passes ? new LaterError(text, OVERLOADED, error.retryAfterS) : new A2AError(text);
}

interface Later {
  readonly code: number;
  readonly http: number;
  readonly reason: string;
  readonly status: string;
}

const UNAVAILABLE = 503;
/** None of A2A: of the codes that JSON-RPC leaves to servers. */
const TOO_MANY: Later = { code: -32029, http: 429, reason: 'RATE_LIMIT_EXCEEDED', status: 'RESOURCE_EXHAUSTED' };
const OVERLOADED: Later = { code: -32030, http: UNAVAILABLE, reason: 'OVERLOADED', status: 'UNAVAILABLE' };
/** Whether a code says that the same call may work later. */
export const isLater = (code: unknown): boolean => code === TOO_MANY.code || code === OVERLOADED.code;

class LaterError extends A2AError {
  override readonly reason: string;
  readonly later: Later;
  /** Absent: nobody knows when it is over. */
  readonly retryAfterS: number | undefined;

  constructor(message: string, later: Later, retryAfterS: number | undefined) {
    super({ message, ...(retryAfterS !== undefined && { metadata: { retryAfterS: String(Math.ceil(retryAfterS)) } }) });
    this.later = later;
    this.reason = later.reason;
    this.retryAfterS = retryAfterS;
  }
}

/** Whole seconds, where the error is over by then. */
export function retryAfterOf(thrown: unknown): number | undefined {
  const { retryAfterS } = thrown instanceof LaterError ? thrown : toAppError(thrown);
  return retryAfterS === undefined ? undefined : Math.ceil(retryAfterS);
}

const PARSE_ERROR = -32700;

/** What a body that could not be read is called; null: it is none of the body's errors. */
export function bodyError(thrown: FastifyError): A2AError | null {
  switch (thrown.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ContentTypeNotSupportedError('The content type of the request is not supported: send JSON, in UTF-8.');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return notJson();
    default:
      return thrown instanceof A2AError ? thrown : null;
  }
}

const notRead = new WeakSet<object>();

/** Of its own code in JSON-RPC alone. */
function notJson(): A2AError {
  const error = new RequestMalformedError('The body is not valid JSON.');
  notRead.add(error);
  return error;
}

const MAX_ID = 1000;

/** Ids are text that is not long, whole numbers or null. */
export const isId = (id: unknown): id is string | number | null | undefined =>
  id === undefined || id === null || (typeof id === 'string' ? id.length <= MAX_ID : Number.isInteger(id));

/** What is no id is answered as null. */
export const idOf = (body: unknown): string | number | null => {
  const { id } = (body ?? {}) as { id?: unknown };
  return isId(id) ? (id ?? null) : null;
};

export function rpcErrorAnswer(thrown: unknown, id: string | number | null) {
  const error = protocolError(thrown);
  const made = toJsonRpcError(error);
  const own = notRead.has(error) ? PARSE_ERROR : error instanceof LaterError ? error.later.code : made.code;
  return { jsonrpc: '2.0', id, error: { ...made, code: own } };
}

export function restErrorAnswer(thrown: unknown): { readonly status: number; readonly body: object } {
  const error = protocolError(thrown);
  if (!(error instanceof LaterError)) {
    const status = restStatusFor(error);
    return { status, body: toRestErrorBody(error, status) };
  }
  const { http, status } = error.later;
  const made = toRestErrorBody(error, http);
  return { status: http, body: { error: { ...made.error, status } } };
}

const INTERNAL = -32603;
const INVALID_REQUEST = -32600;

export const invalidRequest = (id: string | number | null) => ({
  jsonrpc: '2.0',
  id,
  error: { code: INVALID_REQUEST, message: 'This is no JSON-RPC 2.0 request.' },
});

interface RpcAnswer {
  readonly error?: unknown;
}

interface RpcError {
  readonly code?: number;
  readonly message?: string;
  readonly data?: readonly { readonly reason?: string; readonly metadata?: { readonly retryAfterS?: string } }[];
}

/** The SDK shows the text of any error: one that is not ours stays here. It knows no code for what passes by itself. */
export function withoutInside<T extends RpcAnswer>(answer: T): T {
  const { code, message, data } = (answer.error ?? {}) as RpcError;
  if (code !== INTERNAL) return answer;
  const later = [TOO_MANY, OVERLOADED].find(({ reason }) => reason === data?.[0]?.reason);
  if (later !== undefined) return { ...answer, error: { code: later.code, message, data } };
  if (/^[A-Z]+_\d{3}: /.test(message ?? '')) return answer;
  return { ...answer, error: { code, message: protocolError(new Error()).message } };
}

/** Seconds, where an answer says that its call may work later. */
export function retryAfterIn({ error }: RpcAnswer): string | undefined {
  const { code, data } = (error ?? {}) as RpcError;
  return isLater(code) ? data?.[0]?.metadata?.retryAfterS : undefined;
}
