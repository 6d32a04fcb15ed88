import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { LOCAL, type Principal } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { WrongTokens } from './wrong-tokens.ts';

/**
 * Who sends this Authorization header. Throws AUTH_001 where one is wanted and is missing or wrong, RATE_001 for a client that
 * sent too many wrong ones.
 */
export type Identify = (authorization: string | undefined, client: string) => Promise<Principal>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on a route that is open to everyone, for somebody who did not say who it is. */
    principal: Principal | null;
  }
  interface FastifyInstance {
    identify: Identify;
  }
}

/** Who calls a route that is not open. */
export function callerOf({ principal }: FastifyRequest): Principal {
  if (principal === null) throw new AppError('AUTH_001');
  return principal;
}

/** Without a token everyone who reaches the server is its user; with one, who has it. Compared in constant time. */
export function createIdentify(token: string | undefined, log: Log): Identify {
  if (token === undefined) return async () => LOCAL;
  const expected = digest(token);
  const wrong = new WrongTokens();
  return async (authorization, client) => {
    if (authorization === undefined) throw new AppError('AUTH_001');
    wrong.refuseGuessing(client);
    const given = digest(/^Bearer +(\S+)\s*$/i.exec(authorization)?.[1] ?? '');
    if (timingSafeEqual(given, expected)) return LOCAL;
    log.warn({ client }, 'a client sent a wrong access token');
    throw wrong.failed(client, given.toString('base64'));
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
