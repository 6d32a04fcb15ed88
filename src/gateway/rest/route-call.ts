import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../contract/call-context.ts';
import { clientOf } from '../http/client-of.ts';
import { callerOf } from '../http/identify.ts';

/** Who calls, and a signal that aborts when the client goes away before it has its answer. */
export function routeCall(
  request: FastifyRequest,
  reply: FastifyReply,
): CallContext & { readonly signal: AbortSignal } {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return { principal: callerOf(request), client: clientOf(request), signal: gone.signal };
}
