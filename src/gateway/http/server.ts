import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Services } from '../../services.ts';
import type { McpSurface } from '../mcp/protocol/surface.ts';
import { createStreamableHttpDoor, type StreamableHttpDoor } from '../mcp/transports/http.ts';
import { INVALID_REQUEST, jsonRpcError } from '../mcp/transports/json-rpc.ts';
import { MAX_MESSAGE_BYTES, SHUTDOWN_MS } from '../mcp/transports/limits.ts';
import { oddity } from '../mcp/transports/oddities.ts';
import type { SseDoor } from '../mcp/transports/sse.ts';
import { answerCors } from './cors.ts';
import { notFound, sendError } from './errors.ts';
import { createGuard } from './guard.ts';
import { checkHealth } from './health.ts';
import { listenOn } from './listen.ts';
import { observe } from './observe.ts';
import { assertBindable, createTokenCheck } from './token.ts';

export { assertBindable } from './token.ts';

export interface HttpGatewayOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly token?: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** False: no HTTP+SSE transport of 2024. */
  readonly sse?: boolean;
}

export interface HttpGateway {
  /** Throws ListenError when the address cannot be had. */
  listen(): Promise<{ url: string; port: number }>;
  /** Ends within two seconds, also with open streams. */
  close(): Promise<void>;
}

/** Open to everyone who passes the Host and Origin check. */
const PUBLIC = new Set(['/', '/health', '/healthz', '/readyz', '/metrics']);
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
const RECEIVE_MS = 60_000;

/** Everything that is served over HTTP. Throws ConfigError for an open address without a token. */
export function createHttpGateway(services: Services, surface: McpSurface, options: HttpGatewayOptions): HttpGateway {
  assertBindable(options.host, options.token);
  const app = createApp(services, options);
  const closers: (() => Promise<void>)[] = [];

  return {
    async listen() {
      const mcp = createStreamableHttpDoor(services, surface);
      closers.push(() => mcp.close());
      routeMcp(app, mcp);
      if (options.sse !== false) closers.push(routeSse(app, services, surface));
      await listenOn(app, options.host, options.port);
      const { port } = app.server.address() as AddressInfo;
      const name = options.host.includes(':') ? `[${options.host}]` : options.host;
      return { url: `http://${name}:${port}`, port };
    },
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), SHUTDOWN_MS);
      await Promise.allSettled([app.close(), ...closers.map((close) => close())]);
      clearTimeout(cut);
    },
  };
}

function createApp(services: Services, options: HttpGatewayOptions): FastifyInstance {
  const guard = createGuard(options);
  const checkToken = createTokenCheck(options.token);
  const app = Fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_MESSAGE_BYTES,
    requestTimeout: RECEIVE_MS,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : `req_${randomUUID()}`;
    },
  });
  app.addHook('onRequest', async (request, reply) => {
    observe(request, reply, services.metrics);
    guard(request);
    if (answerCors(request, reply)) return reply;
    if (!PUBLIC.has(request.routeOptions.url ?? '')) checkToken(request.headers.authorization);
  });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendError(notFound(request), request, reply));

  app.get('/', () => ({
    name: 'h200-mug-positioning',
    version: services.version,
    mcp: '/mcp',
    ...(options.sse !== false && { sse: '/sse' }),
    health: '/health',
    metrics: '/metrics',
  }));
  app.get('/health', async (_request, reply) => {
    const health = await checkHealth(services);
    return reply.code(health.status === 'down' ? 503 : 200).send(health);
  });
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const health = await checkHealth(services);
    return reply.code(health.status === 'ok' ? 200 : 503).send(health);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(services.metrics.registry.contentType).send(await services.metrics.exposition()),
  );
  return app;
}

function routeMcp(app: FastifyInstance, door: StreamableHttpDoor): void {
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    exposeHeadRoute: false,
    preHandler: refuseOddities,
    handler: (request, reply) => door.handle(request, reply),
  });
}

/** The old transport and its package are loaded by the first client that asks for them. */
function routeSse(app: FastifyInstance, services: Services, surface: McpSurface): () => Promise<void> {
  let door: Promise<SseDoor> | undefined;
  const load = () => {
    door ??= import('../mcp/transports/sse.ts').then(({ createSseDoor }) => createSseDoor(services, surface));
    return door;
  };
  app.get('/sse', { exposeHeadRoute: false }, async (request, reply) => (await load()).open(request, reply));
  app.post('/messages', { preHandler: refuseOddities }, async (request, reply) =>
    (await load()).message(request, reply),
  );
  return async () => (await door)?.close();
}

async function refuseOddities({ body }: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const problem = oddity(body);
  return problem === null
    ? undefined
    : reply.code(400).send(jsonRpcError(INVALID_REQUEST, `Invalid Request: ${problem}`));
}
