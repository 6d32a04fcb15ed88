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
  const { code, message, advice } = toAppError(thrown).toJSON();
  const text = `${code}: ${message} ${advice}`;
  if (code === 'JOB_001') return new TaskNotFoundError();
  if (code.startsWith('VALIDATION_') || code.startsWith('RULES_')) return new RequestMalformedError(text);
  return new A2AError(text);
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

/** Ids are text, whole numbers or null; anything else is answered as null. */
export const idOf = (body: unknown): string | number | null => {
  const { id = null } = (body ?? {}) as { id?: unknown };
  return typeof id === 'string' || Number.isInteger(id) ? (id as string | number) : null;
};

export function rpcErrorAnswer(thrown: unknown, id: string | number | null) {
  const made = toJsonRpcError(protocolError(thrown));
  return { jsonrpc: '2.0', id, error: notRead.has(thrown as object) ? { ...made, code: PARSE_ERROR } : made };
}

export function restErrorAnswer(thrown: unknown): { readonly status: number; readonly body: object } {
  const error = protocolError(thrown);
  const status = restStatusFor(error);
  return { status, body: toRestErrorBody(error, status) };
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

/** The SDK shows the text of any error: one that is not ours stays here. */
export function withoutInside<T extends RpcAnswer>(answer: T): T {
  const { code, message } = (answer.error ?? {}) as { code?: number; message?: string };
  if (code !== INTERNAL || /^[A-Z]+_\d{3}: /.test(message ?? '')) return answer;
  return { ...answer, error: { code, message: protocolError(new Error()).message } };
}
