import { isUtf8 } from 'node:buffer';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { demand } from '../../access/can.ts';
import type { Permission } from '../../contract/principal.ts';
import type { Services } from '../../services.ts';
import { carry } from '../carried-lease.ts';
import { leaseOf } from '../http/body-budget.ts';
import { sendError } from '../http/errors.ts';
import type { MakePlugin } from '../http/gateway-plugin.ts';
import { longUri } from './protocol/invalid-request.ts';
import type { McpSurface } from './protocol/surface.ts';
import { namedTwice, tooManyValues } from './transports/count-values.ts';
import { createStreamableHttpEndpoint } from './transports/http.ts';
import { INVALID_REQUEST, idOf, jsonRpcError, PARSE_ERROR } from './transports/json-rpc.ts';
import { MAX_MESSAGE_BYTES } from './transports/limits.ts';
import { oddity } from './transports/oddities.ts';
import type { SseEndpoint } from './transports/sse.ts';

export interface McpPluginOptions {
  /** False: no HTTP+SSE transport of 2024. */
  readonly sse?: boolean;
}

/** MCP over HTTP: /mcp for clients of both generations, /sse and /messages for those that know nothing newer. */
export function mcpPlugin(surface: McpSurface, { sse = true }: McpPluginOptions = {}): MakePlugin {
  return (services) => ({
    index: { mcp: '/mcp', ...(sse && { sse: '/sse' }) },
    resources: ['/mcp', ...(sse ? ['/sse'] : [])],
    async routes(app) {
      app.setErrorHandler(sendMcpError);
      readJson(app);
      routeStreamable(app, services, surface);
      if (sse) routeSse(app, services, surface);
    },
  });
}

function routeStreamable(app: FastifyInstance, services: Services, surface: McpSurface): void {
  const endpoint = createStreamableHttpEndpoint(services, surface);
  app.addHook('preClose', () => endpoint.close());
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    bodyLimit: MAX_MESSAGE_BYTES,
    exposeHeadRoute: false,
    preHandler: [refuseOddities, refuseMissingPermission(surface)],
    config: { resource: '/mcp', scopes: scopesOf(surface) },
    handler: (request, reply) => carry(leaseOf(request), () => endpoint.handle(request, reply)),
  });
}

/** The old transport and its package are loaded by the first client that asks for them. */
function routeSse(app: FastifyInstance, services: Services, surface: McpSurface): void {
  let endpoint: Promise<SseEndpoint> | undefined;
  const load = () => {
    endpoint ??= import('./transports/sse.ts').then(({ createSseEndpoint }) => createSseEndpoint(services, surface));
    return endpoint;
  };
  app.addHook('preClose', async () => (await endpoint)?.close());
  const config = { resource: '/sse', scopes: scopesOf(surface) };
  app.get('/sse', { exposeHeadRoute: false, config }, async (request, reply) => (await load()).open(request, reply));
  const preHandler = [refuseOddities, refuseMissingPermission(surface)];
  const options = { bodyLimit: MAX_MESSAGE_BYTES, preHandler, config };
  app.post('/messages', options, async (request, reply) => {
    const { message } = await load();
    return carry(leaseOf(request), () => message(request, reply));
  });
}

/** As everywhere, but that the Python SDK ends its session by a DELETE of type application/json without a body. */
function readJson(app: FastifyInstance): void {
  const read = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0 && request.method !== 'POST') return done(null, undefined);
    if (!isUtf8(body)) return done(new Refused(jsonRpcError(PARSE_ERROR, 'The body is not valid UTF-8.')));
    const text = body.toString('utf8');
    const refusal = tooManyValues(text);
    if (refusal !== null) done(new Refused(refusal));
    else {
      read(request, text, (error, value) => {
        const twice = error === null ? namedTwice(text) : null;
        done(twice === null ? error : new Refused(twice), value);
      });
    }
  });
}

/** A body that is refused before it is read, with its answer. */
class Refused extends Error {
  readonly answer: object;

  constructor(answer: object) {
    super('refused');
    this.answer = answer;
  }
}

async function refuseOddities({ body }: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const problem = oddity(body);
  const long = problem === null ? longUri(body) : null;
  if (long !== null) return reply.code(400).send(jsonRpcError(long.code, long.message, idOf(body)));
  return problem === null
    ? undefined
    : reply.code(400).send(jsonRpcError(INVALID_REQUEST, `Invalid Request: ${problem}`));
}

/** What one needs for all tools. */
const scopesOf = ({ tools }: McpSurface): Permission[] => [...new Set(tools.map(({ permission }) => permission))];

/**
 * A tool that the caller's token does not allow is refused with the scope that is missing, before it is called: a client may ask
 * for a token that has it. Throws AUTH_003.
 */
const refuseMissingPermission =
  ({ tools }: McpSurface) =>
  async ({ body, principal }: FastifyRequest): Promise<void> => {
    const { method, params } = (body ?? {}) as { method?: unknown; params?: { name?: unknown } | null };
    if (method !== 'tools/call' || principal === null) return;
    const tool = tools.find(({ name }) => name === params?.name);
    if (tool !== undefined) demand(principal, tool.permission);
  };

/** A body that is no JSON-RPC message is answered in JSON-RPC; every other failure as everywhere. */
function sendMcpError(thrown: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (thrown.code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return reply.code(400).send(jsonRpcError(PARSE_ERROR, 'The body is not valid JSON.'));
  }
  if (thrown.code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return reply.code(400).send(jsonRpcError(INVALID_REQUEST, 'The body is empty.'));
  }
  if (thrown instanceof Refused) return reply.code(400).send(thrown.answer);
  return sendError(thrown, request, reply);
}
