import type { JSONRPCMessage, McpServer, RequestId, Transport } from '@modelcontextprotocol/server';
import { AppError } from '../../../errors.ts';
import { holdCarried } from '../../carried-lease.ts';
import { jsonRpcError, plainError, SERVER_STOPS } from '../transports/json-rpc.ts';
import { invalidRequest } from './invalid-request.ts';
import type { RunningRequests } from './running-requests.ts';

type Era = 'legacy' | 'modern';

/**
 * Stands between the SDK and the transport of every connection of this server: requests of a wrong form are refused
 * here, because the SDK calls them internal errors; errors are plain text (`plainError`); and what runs is known, so that it can be answered when the server stops.
 */
export function watchRequests({ server }: McpServer, era: Era, running?: RunningRequests): void {
  const connect = server.connect.bind(server);
  server.connect = async (transport) => {
    cleanErrors(transport);
    const pending = running && trackAnswers(transport, running);
    await connect(transport);
    const deliver = transport.onmessage;
    transport.onmessage = (message, extra) => {
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

function trackAnswers(transport: Transport, running: RunningRequests) {
  const ends = new Map<RequestId, () => void>();
  const refused = new Set<RequestId>();
  const send = transport.send.bind(transport);
  const end = (id: RequestId) => {
    ends.get(id)?.();
    ends.delete(id);
  };
  transport.send = async (message, options) => {
    const id = answeredId(message);
    if (id !== undefined && refused.has(id)) return;
    if (id !== undefined) end(id);
    await send(message, options);
  };
  const closed = transport.onclose;
  transport.onclose = () => {
    for (const id of [...ends.keys()]) end(id);
    closed?.();
  };
  const refuse = (id: RequestId) => () => {
    end(id);
    refused.add(id);
    const error = new AppError('SYSTEM_001', { message: 'The server stops before this call is done.' });
    const answer = jsonRpcError(SERVER_STOPS, `${error.code}: ${error.message} ${error.advice}`, id, error.toJSON());
    send(answer as JSONRPCMessage).catch(() => {});
  };
  return {
    took(message: JSONRPCMessage): void {
      if (isRequest(message)) {
        // A client that uses an id twice gets what the SDK gives it; only the last is known here.
        end(message.id);
        const answered = running.begin(refuse(message.id));
        const letGo = holdCarried();
        ends.set(message.id, () => {
          answered();
          letGo?.();
        });
      }
      // Nothing is sent for what the client took back.
      const cancelled = cancelledId(message);
      if (cancelled !== undefined) end(cancelled);
    },
  };
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
