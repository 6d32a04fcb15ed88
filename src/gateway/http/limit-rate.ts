import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { clientOf } from './client-of.ts';
import { TokenBuckets } from './token-buckets.ts';

/** They have a bucket of their own: who floods must not make the server look ill, nor may they be flooded. */
const PROBES = new Set(['/health', '/api/health', '/api/v1/health', '/healthz', '/readyz']);

/**
 * So many requests of one client in a minute; what is over gets RATE_001 with the seconds to wait. Every answer says what is
 * left. 0: no limit.
 */
export function createRateLimit(perMinute: number, log: Log): (request: FastifyRequest, reply: FastifyReply) => void {
  if (perMinute === 0) return () => {};
  const buckets = new TokenBuckets(perMinute);
  return (request, reply) => {
    const client = clientOf(request);
    const probe = PROBES.has(request.routeOptions.url ?? '');
    const { allowed, limit, remaining, resetS, retryAfterS } = buckets.take(probe ? `${client} probe` : client);
    // A protocol may write the head by itself.
    reply.raw.setHeader('x-ratelimit-limit', String(limit));
    reply.raw.setHeader('x-ratelimit-remaining', String(remaining));
    reply.raw.setHeader('x-ratelimit-reset', String(resetS));
    if (allowed) return;
    log.warn({ client }, 'a client sends too many requests');
    throw new AppError('RATE_001', {
      message: `More than ${limit} requests in a minute came from this address.`,
      details: { limit, window_s: 60 },
      retryAfterS,
    });
  };
}
