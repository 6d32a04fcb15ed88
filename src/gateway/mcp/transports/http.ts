import { randomUUID } from 'node:crypto';
import {
  type NodeIncomingMessageLike,
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  type JSONRPCRequest,
} from '@modelcontextprotocol/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../contract/principal.ts';
import { FairShare } from '../../../fair-share.ts';
import type { Services } from '../../../services.ts';
import { clientOf } from '../../http/client-of.ts';
import { callerOf, identityOf } from '../../http/identify.ts';
import { whenClosed } from '../../when-closed.ts';
import { watchChanges } from '../protocol/changes.ts';
import { invalidRequest } from '../protocol/invalid-request.ts';
import { RunningRequests } from '../protocol/running-requests.ts';
import { createMcpServer } from '../protocol/server.ts';
import type { McpSurface } from '../protocol/surface.ts';
import { cancelledId } from '../protocol/watch-requests.ts';
import { refuseFull } from './full.ts';
import { IdsInFlight, idInUse } from './ids-in-flight.ts';
import { BAD_SESSION, idOf, jsonRpcError, plainError, SESSION_NOT_FOUND } from './json-rpc.ts';
import { KEEP_ALIVE_MS, MAX_HTTP_LISTENERS, MAX_MESSAGE_BYTES, SETTLE_MS } from './limits.ts';
import { Sessions } from './sessions.ts';

/** A request that came around the gateway: nobody has said whose it is. */
const NOBODY: Principal = { id: 'nobody', kind: 'agent', role: 'viewer', permissions: [] };

export interface StreamableHttpEndpoint {
  /** POST, GET and DELETE of the one MCP endpoint. The body is parsed and is not an array. */
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Streamable HTTP for both generations of clients: 2026-07-28 requests are answered one by one without a session,
 * 2025-era clients get a session with its own server.
 */
export function createStreamableHttpEndpoint(services: Services, surface: McpSurface): StreamableHttpEndpoint {
  const onerror = (error: Error) => services.log.debug({ err: error }, 'mcp http');
  const handler = createMcpHandler(
    ({ era, authInfo }) =>
      createMcpServer(services, surface, {
        era,
        transport: 'http',
        principal: (authInfo?.extra?.principal as Principal | undefined) ?? NOBODY,
        ...(authInfo && { client: authInfo.clientId }),
        running,
      }),
    {
      legacy: 'reject',
      onerror,
      keepAliveMs: KEEP_ALIVE_MS,
      maxRequestBodySize: MAX_MESSAGE_BYTES,
    },
  );
  const plain = {
    fetch: async (...args: Parameters<typeof handler.fetch>) => plainRefusal(await handler.fetch(...args)),
  };
  const modern = toNodeHandler(plain, { onerror, maxRequestBodySize: MAX_MESSAGE_BYTES });
  const stopWatching = watchChanges(services.bus, null, (uri) => handler.notify.resourceUpdated(uri));
  surface.extension?.attach(handler.notify);
  const sessions = new Sessions<NodeStreamableHTTPServerTransport>();
  const owners = new WeakMap<NodeStreamableHTTPServerTransport, string>();
  const ids = new WeakMap<NodeStreamableHTTPServerTransport, IdsInFlight>();
  const running = new RunningRequests(surface.callLimitMs);
  let warmed = false;
  const listeners = new FairShare(MAX_HTTP_LISTENERS);
  let listening = 0;

  async function legacy(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const principal = callerOf(request);
    const id = request.headers['mcp-session-id'];
    if (typeof id === 'string') {
      const known = sessions.use(id);
      // Who knows the id of another's session has not found it.
      if (known === undefined || owners.get(known) !== identityOf(principal))
        return reply.code(404).send(jsonRpcError(SESSION_NOT_FOUND, 'Session not found'));
      const free = ids.get(known)?.take(request.body);
      if (free === null) return reply.code(400).send(idInUse(idOf(request.body)));
      const release = sessions.hold(id);
      whenClosed(reply.raw, () => {
        release();
        free?.();
      });
      await forward(known);
      const cancelled = cancelledId(request.body);
      // Its answer never comes, so its stream would stay open for as long as the session.
      if (cancelled !== undefined) known.closeSSEStream(cancelled);
      return;
    }
    if (request.method !== 'POST' || !isInitializeRequest(request.body)) {
      const invalid = invalidRequest((request.body ?? {}) as JSONRPCRequest, 'legacy');
      const opening = (request.body as { method?: unknown } | null | undefined)?.method === 'initialize';
      if (opening && invalid !== null)
        return reply.code(400).send(jsonRpcError(invalid.code, invalid.message, idOf(request.body)));
      return reply.code(400).send(jsonRpcError(BAD_SESSION, 'Bad Request: Mcp-Session-Id header is required'));
    }
    const client = clientOf(request);
    const place = sessions.reserve(client);
    if (place === null) return refuseFull(reply, 'sessions', sessions.retryAfterS(client), idOf(request.body));
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      keepAliveMs: KEEP_ALIVE_MS,
      maxRequestBodySize: MAX_MESSAGE_BYTES,
      onsessioninitialized: (session) => place.take(session, transport),
    });
    owners.set(transport, identityOf(principal));
    const options = { era: 'legacy', transport: 'http', principal, client, running } as const;
    const server = createMcpServer(services, surface, options);
    transport.onclose = () => {
      if (transport.sessionId !== undefined) sessions.delete(transport.sessionId);
    };
    try {
      await server.connect(transport);
      ids.set(transport, new IdsInFlight(transport));
      await forward(transport);
    } finally {
      place.release();
      // An initialize that was refused leaves no session behind.
      if (transport.sessionId === undefined) await server.close();
    }

    function forward(to: NodeStreamableHTTPServerTransport): Promise<void> {
      reply.hijack();
      return to.handleRequest(request.raw, reply.raw, request.body ?? undefined);
    }
  }

  return {
    async handle(request, reply) {
      if (!warmed) services.warm();
      warmed = true;
      if (await isLegacyRequest(headOf(request), request.body ?? undefined)) return legacy(request, reply);
      const client = clientOf(request);
      if (isListen(request)) {
        const giveBack = listening >= MAX_HTTP_LISTENERS ? null : listeners.take(client);
        if (giveBack === null) return refuseFull(reply, 'subscriptions', null, idOf(request.body));
        listening += 1;
        whenClosed(reply.raw, () => {
          listening -= 1;
          giveBack();
        });
      }
      reply.hijack();
      // What the SDK hands on to the server that it makes for this request.
      const raw = Object.assign(request.raw, {
        auth: { token: '', clientId: client, scopes: [], extra: { principal: callerOf(request) } },
      });
      return modern(raw as NodeIncomingMessageLike, reply.raw, request.body ?? undefined);
    },
    async close() {
      stopWatching();
      await running.settle(SETTLE_MS);
      await Promise.allSettled([handler.close(), sessions.close()]);
    },
  };
}

/** What the SDK refuses before there is a server, with its errors as everywhere. */
async function plainRefusal(response: Response): Promise<Response> {
  const { status, headers } = response;
  if (status < 400 || !headers.get('content-type')?.startsWith('application/json')) return response;
  const answer = (await response.json()) as { error?: Parameters<typeof plainError>[0] };
  const body = answer.error === undefined ? answer : { ...answer, error: plainError(answer.error) };
  const kept = new Headers(headers);
  kept.delete('content-length');
  return new Response(JSON.stringify(body), { status, headers: kept });
}

const isListen = ({ body }: FastifyRequest) =>
  (body as { method?: unknown } | null | undefined)?.method === 'subscriptions/listen';

/** Method and headers are enough to tell the generations apart when the parsed body is given beside them. */
function headOf({ raw, method }: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return new Request('http://localhost/mcp', { method, headers });
}
