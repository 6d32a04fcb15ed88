import type { JSONRPCMessage, McpServer, RequestId, Transport } from '@modelcontextprotocol/server';
import { AppError } from '../../../errors.ts';
import { holdCarried } from '../../carried-lease.ts';
import { jsonRpcError, plainError, SERVER_STOPS, TOO_SLOW } from '../transports/json-rpc.ts';
import { invalidRequest, withoutNullArguments } from './invalid-request.ts';
import type { Refusal, Running, RunningRequests } from './running-requests.ts';

type Era = 'legacy' | 'modern';

/** What the SDK gives a 2025-era client, and the person behind it, for one answer to us. */
const ASK_MS = 600_000;

/**
 * Stands between the SDK and the transport of every connection of this server: requests of a wrong form are refused
 * here, because the SDK calls them internal errors; errors are plain text (`plainError`); and what runs is known, so that it
 * can be answered when the server stops, or when its handler never does.
 */
export function watchRequests({ server }: McpServer, era: Era, running?: RunningRequests): void {
  const connect = server.connect.bind(server);
  server.connect = async (transport) => {
    cleanErrors(transport);
    const pending = running && trackAnswers(transport, running, (message) => deliver?.(message));
    await connect(transport);
    const deliver = transport.onmessage;
    transport.onmessage = (received, extra) => {
      const message = withoutNullArguments(received);
      const invalid = isRequest(message) ? invalidRequest(message, era) : null;
      if (invalid !== null) {
        const { id } = message as { id: RequestId };
        transport.send(jsonRpcError(invalid.code, invalid.message, id) as JSONRPCMessage).catch(() => {});
        return;
      }
      pending?.took(message);
      deliver?.(message, extra);
    };
  };
}

function cleanErrors(transport: Transport): void {
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    if (!('error' in message)) return send(message, options);
    return send({ ...message, error: plainError(message.error) }, options);
  };
}

/** `deliver` hands a message to the server as if it had come from the client. */
function trackAnswers(transport: Transport, running: RunningRequests, deliver: (message: JSONRPCMessage) => void) {
  const open = new Map<RequestId, Running>();
  const refused = new Set<RequestId>();
  const send = transport.send.bind(transport);
  const end = (id: RequestId) => {
    open.get(id)?.answered();
    open.delete(id);
  };
  transport.send = async (message, options) => {
    const id = answeredId(message);
    if (id !== undefined && refused.has(id)) return;
    if (id !== undefined) end(id);
    if (isRequest(message) && options?.relatedRequestId !== undefined) {
      open.get(options.relatedRequestId)?.extend(ASK_MS);
    }
    await send(message, options);
  };
  const closed = transport.onclose;
  transport.onclose = () => {
    for (const id of [...open.keys()]) end(id);
    closed?.();
  };
  const refuse = (id: RequestId) => (why: Refusal) => {
    end(id);
    transport.send(refusal(why, id)).catch(() => {});
    refused.add(id);
    if (why === 'stops') return;
    // What works on it may stop.
    deliver({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason: 'too slow' } });
  };
  return {
    took(message: JSONRPCMessage): void {
      if (isRequest(message)) {
        // On stdio, where an id may be used twice, only the last is known here.
        end(message.id);
        refused.delete(message.id);
        const request = running.begin(refuse(message.id));
        const letGo = holdCarried();
        open.set(message.id, {
          answered() {
            request.answered();
            letGo?.();
          },
          extend: request.extend,
        });
      }
      // Nothing is sent for what the client took back.
      const cancelled = cancelledId(message);
      if (cancelled !== undefined) end(cancelled);
    },
  };
}

function refusal(why: Refusal, id: RequestId): JSONRPCMessage {
  const error =
    why === 'stops'
      ? new AppError('SYSTEM_001', { message: 'The server stops before this call is done.' })
      : new AppError('ANALYSIS_003', {
          message: 'The call took too long.',
          advice: 'Try again, with less in one call.',
        });
  const text = `${error.code}: ${error.message} ${error.advice}`;
  return jsonRpcError(why === 'stops' ? SERVER_STOPS : TOO_SLOW, text, id, error.toJSON()) as JSONRPCMessage;
}

type Request = Extract<JSONRPCMessage, { method: string; id: RequestId }>;
const isRequest = (message: JSONRPCMessage): message is Request => 'method' in message && 'id' in message;

function answeredId(message: JSONRPCMessage): RequestId | undefined {
  return 'method' in message ? undefined : (message.id ?? undefined);
}

/** The request that this message takes back. */
export function cancelledId(message: unknown): RequestId | undefined {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { requestId?: unknown } | null };
  const id = method === 'notifications/cancelled' ? params?.requestId : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
