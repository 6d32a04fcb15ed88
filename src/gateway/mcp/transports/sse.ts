import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../../services.ts';
import { clientOf } from '../../http/client-of.ts';
import { callerOf, identityOf } from '../../http/identify.ts';
import { whenClosed } from '../../when-closed.ts';
import { RunningRequests } from '../protocol/running-requests.ts';
import { createMcpServer } from '../protocol/server.ts';
import type { McpSurface } from '../protocol/surface.ts';
import { refuseFull } from './full.ts';
import { IdsInFlight, idInUse } from './ids-in-flight.ts';
import { idOf, jsonRpcError, SESSION_NOT_FOUND } from './json-rpc.ts';
import { KEEP_ALIVE_MS, SETTLE_MS } from './limits.ts';
import { Sessions } from './sessions.ts';

export interface SseEndpoint {
  /** GET /sse: opens the stream. */
  open(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
  /** POST /messages?sessionId=…: the body is parsed and is not an array. */
  message(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
  close(): Promise<void>;
}

/** The HTTP+SSE transport of 2024, for clients that know nothing newer. Loaded only when it is switched on. */
export function createSseEndpoint(services: Services, surface: McpSurface): SseEndpoint {
  const sessions = new Sessions<SSEServerTransport>();
  const ids = new WeakMap<SSEServerTransport, IdsInFlight>();
  const owners = new WeakMap<SSEServerTransport, string>();
  const running = new RunningRequests(surface.callLimitMs);
  return {
    async open(request, reply) {
      // A client that has gone already would never be missed.
      if (reply.raw.destroyed) return reply.hijack();
      const principal = callerOf(request);
      const client = clientOf(request);
      const place = sessions.reserve(client);
      if (place === null) return refuseFull(reply, 'sessions', sessions.retryAfterS(client));
      reply.hijack();
      services.warm();
      const transport = new SSEServerTransport('/messages', reply.raw);
      const id = transport.sessionId;
      place.take(id, transport);
      owners.set(transport, identityOf(principal));
      // An open stream is a sign of life even when its client says nothing.
      sessions.hold(id);
      const keepAlive = setInterval(() => reply.raw.write(': keepalive\n\n'), KEEP_ALIVE_MS).unref();
      transport.onclose = () => {
        clearInterval(keepAlive);
        sessions.delete(id);
      };
      const options = { era: 'legacy', transport: 'sse', principal, client, running } as const;
      await createMcpServer(services, surface, options).connect(transport);
      ids.set(transport, new IdsInFlight(transport));
    },
    async message(request, reply) {
      const { sessionId } = request.query as { sessionId?: unknown };
      const transport = typeof sessionId === 'string' ? sessions.use(sessionId) : undefined;
      // Who knows the id of another's session has not found it.
      if (transport === undefined || owners.get(transport) !== identityOf(callerOf(request)))
        return reply.code(404).send(jsonRpcError(SESSION_NOT_FOUND, 'Session not found'));
      const free = ids.get(transport)?.take(request.body);
      if (free === null) return reply.code(400).send(idInUse(idOf(request.body)));
      whenClosed(reply.raw, () => free?.());
      reply.hijack();
      await transport.handlePostMessage(request.raw, reply.raw, request.body);
    },
    async close() {
      await running.settle(SETTLE_MS);
      await sessions.close();
    },
  };
}
