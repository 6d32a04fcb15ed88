import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { SharedRates } from '../../ports/rates.ts';
import type { Services } from '../../services.ts';
import { clientOf } from './client-of.ts';
import { saidWithAnswer } from './every-answer.ts';
import { RateSharing } from './share-rates.ts';
import { type Allowance, TokenBuckets } from './token-buckets.ts';

/** They have a bucket of their own: who floods must not make the server look ill, nor may they be flooded. */
const PROBES = new Set(['/health', '/api/health', '/api/v1/health', '/healthz', '/readyz']);

type Limit = (request: FastifyRequest, reply: FastifyReply) => void;

export interface RateLimit {
  /** Before it is known who asks. */
  readonly address: Limit;
  /** One of the users of this server, with whichever of its keys and from wherever. */
  readonly principal: Limit;
}

/**
 * So many requests of one address in a minute, and of one user; what is over gets RATE_001 with the seconds to wait. Every
 * answer says what is left. 0: no limit. `shared`: where other servers count too.
 */
export function createRateLimit(
  perMinute: number,
  { log, metrics }: Pick<Services, 'log' | 'metrics'>,
  shared: SharedRates | null,
): RateLimit {
  if (perMinute === 0) return { address: () => {}, principal: () => {} };
  const buckets = new TokenBuckets(perMinute);
  const onUnshared = (count: number) => metrics.unsharedRequests.inc(count);
  const sharing = shared && new RateSharing({ buckets, shared, onUnshared });
  const take = (name: string, client: string, where: string, reply: FastifyReply) => {
    const allowance = buckets.take(name);
    say(allowance, reply);
    if (allowance.allowed) {
      sharing?.took(name);
      return;
    }
    log.warn({ client }, 'a client sends too many requests');
    throw new AppError('RATE_001', {
      message: `More than ${perMinute} requests in a minute came from this ${where}.`,
      details: { limit: perMinute, window_s: 60 },
      retryAfterS: allowance.retryAfterS,
    });
  };
  return {
    address(request, reply) {
      const client = clientOf(request);
      take(isProbe(request) ? `${client} probe` : client, client, 'address', reply);
    },
    principal(request, reply) {
      const { principal } = request;
      if (principal === null || principal.kind === 'local' || isProbe(request)) return;
      take(`user ${principal.id}`, clientOf(request), 'user', reply);
    },
  };
}

const isProbe = (request: FastifyRequest) => PROBES.has(request.routeOptions.url ?? '');

const LEFT = 'x-ratelimit-remaining';

/** Of several buckets the one that has the least. */
function say({ limit, remaining, resetS }: Allowance, { raw }: FastifyReply): void {
  // A protocol may write the head by itself.
  const said = saidWithAnswer(raw);
  if (said[LEFT] !== undefined && Number(said[LEFT]) <= remaining) return;
  said['x-ratelimit-limit'] = String(limit);
  said[LEFT] = String(remaining);
  said['x-ratelimit-reset'] = String(resetS);
}
