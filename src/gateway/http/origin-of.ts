import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { bareUrl } from './bare-url.ts';
import type { ServedHosts } from './served-hosts.ts';

declare module 'fastify' {
  interface FastifyInstance {
    servedHosts: ServedHosts;
  }
}

/**
 * Scheme, host and port as the client calls this server: what a trusted proxy says of it (X-Forwarded-Proto, X-Forwarded-Host)
 * where that is http or https and a name that is served here; else what the connection says. Ends without a slash.
 */
export function originOf(request: FastifyRequest): string {
  const scheme = schemeOf(request);
  const { servedHosts } = request.server;
  for (const host of [request.host, request.headers.host ?? '']) {
    const url = servedHosts.has(host) ? bareUrl(`${scheme}://${host}`) : null;
    if (url !== null) return url.origin;
  }
  return `${scheme}://localhost:${request.raw.socket.localPort}`;
}

/** How the client speaks to this server or to the trusted proxy before it. */
export function schemeOf(request: FastifyRequest): 'http' | 'https' {
  const { protocol } = request;
  if (protocol === 'http' || protocol === 'https') return protocol;
  return (request.raw.socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
}
