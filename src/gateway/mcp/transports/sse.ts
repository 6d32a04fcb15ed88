import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOCAL } from '../../../contract/principal.ts';
import type { Services } from '../../../services.ts';
import { createMcpServer } from '../protocol/server.ts';
import type { McpSurface } from '../protocol/surface.ts';
import { BAD_SESSION, jsonRpcError, SESSION_NOT_FOUND } from './json-rpc.ts';
import { KEEP_ALIVE_MS } from './limits.ts';
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
  return {
    async open(_request, reply) {
      const place = sessions.reserve();
      if (place === null) {
        const full = jsonRpcError(BAD_SESSION, 'Too many sessions; try again in 60 seconds');
        return reply.code(503).header('retry-after', '60').send(full);
      }
      reply.hijack();
      services.warm();
      const transport = new SSEServerTransport('/messages', reply.raw);
      const id = transport.sessionId;
      place.take(id, transport);
      const keepAlive = setInterval(() => {
        // An open stream is a sign of life even when its client says nothing.
        sessions.use(id);
        reply.raw.write(': keepalive\n\n');
      }, KEEP_ALIVE_MS).unref();
      transport.onclose = () => {
        clearInterval(keepAlive);
        sessions.delete(id);
      };
      await createMcpServer(services, surface, { era: 'legacy', transport: 'sse', principal: LOCAL }).connect(
        transport,
      );
    },
    async message(request, reply) {
      const { sessionId } = request.query as { sessionId?: unknown };
      const transport = typeof sessionId === 'string' ? sessions.use(sessionId) : undefined;
      if (transport === undefined) return reply.code(404).send(jsonRpcError(SESSION_NOT_FOUND, 'Session not found'));
      reply.hijack();
      await transport.handlePostMessage(request.raw, reply.raw, request.body);
    },
    close: () => sessions.close(),
  };
}
