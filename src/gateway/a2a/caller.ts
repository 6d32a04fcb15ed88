import type { User } from '@a2a-js/sdk/server';
import { ServerCallContext } from '@a2a-js/sdk/server';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../contract/call-context.ts';
import type { Principal } from '../../contract/principal.ts';
import { clientOf } from '../http/client-of.ts';
import { callerOf } from '../http/identify.ts';
import { originOf } from '../http/origin-of.ts';

/** Whoever calls, as the SDK wants to know it: everything is kept by its name. */
class Caller implements User {
  readonly principal: Principal;
  readonly client: string;
  readonly origin: string;

  constructor(principal: Principal, client: string, origin: string) {
    this.principal = principal;
    this.client = client;
    this.origin = origin;
  }

  get isAuthenticated(): boolean {
    return true;
  }

  get userName(): string {
    return this.principal.id;
  }
}

export function contextOf(request: FastifyRequest): ServerCallContext {
  const user = new Caller(callerOf(request), clientOf(request), originOf(request));
  const requestedVersion = versionOf(request);
  return new ServerCallContext({ user, ...(requestedVersion !== '' && { requestedVersion }) });
}

/** '' where none is named, which means 0.3. */
export function versionOf({ headers, query }: FastifyRequest): string {
  const named = headers['a2a-version'] ?? (query as Record<string, unknown> | null)?.['A2A-Version'];
  return typeof named === 'string' ? named.trim().slice(0, 20) : '';
}

function whoIs({ user }: ServerCallContext): Caller {
  if (user instanceof Caller) return user;
  throw new Error('a call without its caller');
}

export const originFor = (context: ServerCallContext): string => whoIs(context).origin;

export function callFor(context: ServerCallContext): CallContext {
  const { principal, client } = whoIs(context);
  return { principal, client };
}
