import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../contract/call-context.ts';
import { clientOf } from '../http/client-of.ts';
import { callerOf } from '../http/identify.ts';

/** Who calls, and a signal that aborts when the client goes away before it has its answer; it is made for who looks at it. */
export function routeCall(
  request: FastifyRequest,
  reply: FastifyReply,
): CallContext & { readonly signal: AbortSignal } {
  let signal: AbortSignal | undefined;
  return {
    principal: callerOf(request),
    client: clientOf(request),
    get signal() {
      signal ??= signalOf(reply);
      return signal;
    },
  };
}

function signalOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const isGone = () => {
    if (!raw.writableFinished) gone.abort();
  };
  if (raw.destroyed) isGone();
  else raw.once('close', isGone);
  return gone.signal;
}
