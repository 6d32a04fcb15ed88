import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/server';
import { cancelledId } from '../protocol/watch-requests.ts';
import { INVALID_REQUEST, jsonRpcError } from './json-rpc.ts';

/** What the transports of both SDKs have in common. */
interface Watched {
  onmessage?: unknown;
  send: unknown;
}

type Deliver = (message: JSONRPCMessage, ...more: unknown[]) => unknown;
type Send = (message: JSONRPCMessage, ...more: unknown[]) => Promise<void>;

/**
 * The ids of a connection's requests without an answer yet. Over HTTP the SDK finds the stream of an answer by its id, so that of
 * two requests with one id the first is never answered.
 */
export class IdsInFlight {
  /** True: the server has the request, so that only its answer or its cancellation ends it. */
  private readonly open = new Map<RequestId, boolean>();

  /** Of a transport that is connected to its server. */
  constructor(transport: Watched) {
    const deliver = transport.onmessage as Deliver | undefined;
    transport.onmessage = (message: JSONRPCMessage, ...more: unknown[]) => {
      const id = requestId(message);
      if (id !== undefined) this.open.set(id, true);
      const cancelled = cancelledId(message);
      if (cancelled !== undefined) this.open.delete(cancelled);
      return deliver?.(message, ...more);
    };
    const send = (transport.send as Send).bind(transport);
    transport.send = async (message: JSONRPCMessage, ...more: unknown[]) => {
      await send(message, ...more).finally(() => {
        if (!('method' in message) && message.id !== undefined) this.open.delete(message.id);
      });
    };
  }

  /** Takes the id of a request until it is answered; null: it is in use. The function is called when the HTTP request is over. */
  take(body: unknown): (() => void) | null {
    const id = requestId(body);
    if (id === undefined) return () => {};
    if (this.open.has(id)) return null;
    this.open.set(id, false);
    return () => {
      // The transport refused it: no server will answer.
      if (this.open.get(id) === false) this.open.delete(id);
    };
  }
}

function requestId(message: unknown): RequestId | undefined {
  const { method, id } = (message ?? {}) as { method?: unknown; id?: unknown };
  return method !== undefined && (typeof id === 'string' || typeof id === 'number') ? id : undefined;
}

/** What the second of two requests with one id is told. */
export const idInUse = (id: string | number | null) =>
  jsonRpcError(
    INVALID_REQUEST,
    'Invalid Request: a request with this id is not answered yet. Give every request of a session an id of its own.',
    id,
  );
