import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { SharedRates } from '../../ports/rates.ts';
import type { Services } from '../../services.ts';
import { clientOf } from './client-of.ts';
import { RateSharing } from './share-rates.ts';
import { TokenBuckets } from './token-buckets.ts';

/** They have a bucket of their own: who floods must not make the server look ill, nor may they be flooded. */
const PROBES = new Set(['/health', '/api/health', '/api/v1/health', '/healthz', '/readyz']);

/**
 * So many requests of one client in a minute; what is over gets RATE_001 with the seconds to wait. Every answer says what is
 * left. 0: no limit. `shared`: where other servers count too.
 */
export function createRateLimit(
  perMinute: number,
  { log, metrics }: Pick<Services, 'log' | 'metrics'>,
  shared: SharedRates | null,
): (request: FastifyRequest, reply: FastifyReply) => void {
  if (perMinute === 0) return () => {};
  const buckets = new TokenBuckets(perMinute);
  const onUnshared = (count: number) => metrics.unsharedRequests.inc(count);
  const sharing = shared && new RateSharing({ buckets, shared, onUnshared });
  return (request, reply) => {
    const client = clientOf(request);
    const probe = PROBES.has(request.routeOptions.url ?? '');
    const name = probe ? `${client} probe` : client;
    const { allowed, limit, remaining, resetS, retryAfterS } = buckets.take(name);
    // A protocol may write the head by itself.
    reply.raw.setHeader('x-ratelimit-limit', String(limit));
    reply.raw.setHeader('x-ratelimit-remaining', String(remaining));
    reply.raw.setHeader('x-ratelimit-reset', String(resetS));
    if (allowed) return sharing?.took(name);
    log.warn({ client }, 'a client sends too many requests');
    throw new AppError('RATE_001', {
      message: `More than ${limit} requests in a minute came from this address.`,
      details: { limit, window_s: 60 },
      retryAfterS,
    });
  };
}
