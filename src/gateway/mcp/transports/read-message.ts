import { isUtf8 } from 'node:buffer';
import { type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/server';
import { namedTwice, tooManyValues } from './count-values.ts';
import { INVALID_REQUEST, jsonRpcError, PARSE_ERROR } from './json-rpc.ts';
import { oddity } from './oddities.ts';

export type Read =
  | { readonly message: JSONRPCMessage }
  /** What the sender of the line is told. */
  | { readonly refusal: ReturnType<typeof jsonRpcError> }
  | { readonly ignored: string };

/** One line as a message, or what is wrong with it. Never throws. */
export function readMessage(line: Buffer): Read | null {
  if (!isUtf8(line)) return refuse(PARSE_ERROR, 'Parse error: not valid UTF-8');
  const text = line.toString('utf8');
  if (text.trim() === '') return null;
  const refusal = tooManyValues(text);
  if (refusal !== null) return { refusal };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(PARSE_ERROR, 'Parse error: not valid JSON');
  }
  const twice = namedTwice(text);
  if (twice !== null) return { refusal: twice };
  const problem = oddity(value);
  if (problem === null) {
    try {
      return { message: parseJSONRPCMessage(value) };
    } catch {
      // What it is instead is found below.
    }
  }
  const given = (value ?? {}) as { id?: unknown; method?: unknown; result?: unknown; error?: unknown };
  const id = typeof given.id === 'string' || typeof given.id === 'number' ? given.id : null;
  const isRequest = given.method !== undefined;
  if (!isRequest && (given.result !== undefined || given.error !== undefined)) return brokenResponse(id);
  return refuse(INVALID_REQUEST, `Invalid Request: ${problem ?? 'no JSON-RPC 2.0 message'}`, isRequest ? id : null);
}

/** Nobody answers a response, or two peers would tell each other for ever. Our request that it is for ends with an error. */
function brokenResponse(id: string | number | null): Read {
  if (id === null) return { ignored: 'a response that belongs to no request' };
  return { message: { jsonrpc: '2.0', id, error: { code: INVALID_REQUEST, message: 'The response is not valid.' } } };
}

function refuse(code: number, message: string, id: string | number | null = null): Read {
  return { refusal: jsonRpcError(code, message, id) };
}
