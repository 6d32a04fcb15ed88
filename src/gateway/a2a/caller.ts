import type { User } from '@a2a-js/sdk/server';
import { ServerCallContext } from '@a2a-js/sdk/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../contract/call-context.ts';
import { LOCAL, type Principal } from '../../contract/principal.ts';
import { clientOf } from '../http/client-of.ts';
import { callerOf } from '../http/identify.ts';
import { originOf } from '../http/origin-of.ts';
import { whenClosed } from '../when-closed.ts';

/** Whoever calls, as the SDK wants to know it: everything is kept by its name. */
class Caller implements User {
  readonly principal: Principal;
  readonly client: string;
  readonly origin: string;
  readonly gone: AbortSignal;

  constructor(principal: Principal, client: string, origin: string, gone: AbortSignal) {
    this.principal = principal;
    this.client = client;
    this.origin = origin;
    this.gone = gone;
  }

  get isAuthenticated(): boolean {
    return true;
  }

  get userName(): string {
    return this.principal.id;
  }
}

export function contextOf(request: FastifyRequest, { raw }: FastifyReply): ServerCallContext {
  const gone = new AbortController();
  whenClosed(raw, () => gone.abort());
  const user = new Caller(callerOf(request), clientOf(request), originOf(request), gone.signal);
  const requestedVersion = versionOf(request);
  return new ServerCallContext({ user, ...(requestedVersion !== '' && { requestedVersion }) });
}

/** Of nobody who calls just now: what is done for a task of theirs on our own account. */
export const contextOfOwner = (owner: string): ServerCallContext =>
  new ServerCallContext({
    user: new Caller({ ...LOCAL, id: owner }, '', '', new AbortController().signal),
    requestedVersion: '1.0',
  });

/** '' where none is named, which means 0.3. */
export function versionOf({ headers, query }: FastifyRequest): string {
  const named = headers['a2a-version'] ?? (query as Record<string, unknown> | null)?.['A2A-Version'];
  return typeof named === 'string' ? named.trim().slice(0, 20) : '';
}

function whoIs({ user }: ServerCallContext): Caller {
  if (user instanceof Caller) return user;
  throw new Error('a call without its caller');
}

/** Says when the connection that the call came by is closed. */
export const goneFor = (context: ServerCallContext): AbortSignal => whoIs(context).gone;

export const originFor = (context: ServerCallContext): string => whoIs(context).origin;

export function callFor(context: ServerCallContext): CallContext {
  const { principal, client } = whoIs(context);
  return { principal, client };
}
