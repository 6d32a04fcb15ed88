import type { FastifyReply, FastifyRequest } from 'fastify';

const HEADERS =
  'Authorization, Content-Type, Accept, Mcp-Method, Mcp-Name, MCP-Protocol-Version, Mcp-Session-Id, Last-Event-ID, X-Request-ID';
const EXPOSED =
  'Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, X-Request-ID, X-Process-Time, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset';

/** Lets pages of allowed origins call: the guard has already refused all others. True for a preflight, which it answers. */
export function answerCors(request: FastifyRequest, reply: FastifyReply): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  reply.raw.setHeader('access-control-allow-origin', origin);
  reply.raw.setHeader('vary', 'Origin');
  reply.raw.setHeader('access-control-expose-headers', EXPOSED);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  reply
    .code(204)
    .header('access-control-allow-methods', 'GET, POST, DELETE, OPTIONS')
    .header('access-control-allow-headers', HEADERS)
    .header('access-control-max-age', '600')
    .send();
  return true;
}
