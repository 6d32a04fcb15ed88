import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../contract/call-context.ts';
import { PRIORITIES, type Priority, SpelledPriority } from '../../contract/priority.ts';
import { AppError } from '../../errors.ts';
import { clientOf } from '../http/client-of.ts';
import { callerOf } from '../http/identify.ts';
import { whenClosed } from '../when-closed.ts';

/** Who calls, and a signal that aborts when the client goes away before it has its answer; it is made for who looks at it. */
export function routeCall(
  request: FastifyRequest,
  reply: FastifyReply,
): CallContext & { readonly signal: AbortSignal } {
  let signal: AbortSignal | undefined;
  const priority = priorityOf(request);
  const key = request.headers['idempotency-key'];
  return {
    ...(typeof key === 'string' && { requestKey: key }),
    ...(priority !== undefined && { priority }),
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
  whenClosed(raw, isGone);
  return gone.signal;
}

/** How urgent it is where analyses wait. */
function priorityOf(request: FastifyRequest): Priority | undefined {
  const given = request.headers['h200-priority'];
  if (given === undefined) return undefined;
  const { data } = SpelledPriority.safeParse(given);
  if (data === undefined) {
    throw new AppError('VALIDATION_002', {
      message: `The header "H200-Priority" is one of ${PRIORITIES.join(', ')}.`,
      details: { field: 'H200-Priority' },
    });
  }
  return data;
}
