import type { FastifyReply, FastifyRequest } from 'fastify';

const HEADERS =
  'Authorization, Content-Type, Accept, Mcp-Method, Mcp-Name, MCP-Protocol-Version, Mcp-Session-Id, Last-Event-ID, If-None-Match, Idempotency-Key, Prefer, X-Request-ID, A2A-Version, A2A-Extensions';
const EXPOSED =
  'ETag, Location, Content-Disposition, Idempotency-Replayed, Preference-Applied, X-Unreadable, Mcp-Session-Id, MCP-Protocol-Version, X-Total-Count, X-Next-Cursor, WWW-Authenticate, X-Request-ID, X-Process-Time, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset';

/** Lets pages of allowed origins call: the guard has already refused all others. True for a preflight, which it answers. */
export function answerCors(request: FastifyRequest, reply: FastifyReply): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  reply.raw.setHeader('access-control-allow-origin', origin);
  // The cookie of a login, which one route reads.
  reply.raw.setHeader('access-control-allow-credentials', 'true');
  reply.raw.setHeader('vary', 'Origin');
  reply.raw.setHeader('access-control-expose-headers', EXPOSED);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  reply
    .code(204)
    .header('access-control-allow-methods', 'GET, HEAD, POST, PATCH, DELETE, OPTIONS')
    .header('access-control-allow-headers', HEADERS)
    .header('access-control-max-age', '600')
    .send();
  return true;
}
