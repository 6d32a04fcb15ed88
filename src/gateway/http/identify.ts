import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Accounts } from '../../access/accounts/accounts.ts';
import { LOCAL, type Principal } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { clientOf } from './client-of.ts';
import { WrongTokens } from './wrong-tokens.ts';

/**
 * Who sends this Authorization header. Throws AUTH_001 where one is wanted and is missing or wrong, AUTH_002 where it has
 * expired, RATE_001 for a client that sent too many wrong ones.
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
export function callerOf({ principal }: Pick<FastifyRequest, 'principal'>): Principal {
  if (principal === null) throw new AppError('AUTH_001');
  return principal;
}

/** The same for the same caller with the same rights: what was opened by one is for no other. */
export const identityOf = ({ id, kind, permissions }: Principal): string => [kind, id, ...permissions].join(' ');

/** Whether who was somebody still is, with the same rights. A store that does not answer for a moment ends nobody's login. */
export async function stillHolds(principal: Principal, again: () => Promise<Principal>): Promise<boolean> {
  try {
    return identityOf(await again()) === identityOf(principal);
  } catch (thrown) {
    return !(thrown instanceof AppError && thrown.code.startsWith('AUTH_'));
  }
}

/** A login is looked at again this often while an answer goes on, ms: streams may last for hours. */
const LOOK_AGAIN_MS = 30_000;

/** Cuts an answer that still goes on when the login that asked for it has ended, or may do less than it did. */
export function endWithLogin(request: FastifyRequest, raw: ServerResponse, identify: Identify): void {
  const { principal, headers } = request;
  if (principal === null) return;
  const timer = setInterval(async () => {
    if (!(await stillHolds(principal, () => identify(headers.authorization, clientOf(request))))) raw.destroy();
  }, LOOK_AGAIN_MS).unref();
  raw.once('close', () => clearInterval(timer));
}

/** Of an Authorization header; '' for another kind of it. */
export const credentialOf = (authorization: string | undefined): string =>
  /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? '';

/**
 * Without a token and without users everyone who reaches the server is its user. Else it takes the token of the configuration
 * (compared in constant time), a login token or an API key.
 */
export function createIdentify(
  token: string | undefined,
  accounts: Pick<Accounts, 'inUse' | 'identify'>,
  log: Log,
): Identify {
  const expected = token === undefined ? null : digest(token);
  const wrong = new WrongTokens();
  return async (authorization, client) => {
    if (expected === null && !(await accounts.inUse())) return LOCAL;
    if (authorization === undefined) throw new AppError('AUTH_001');
    wrong.refuseGuessing(client);
    const credential = credentialOf(authorization);
    const given = digest(credential);
    if (expected !== null && timingSafeEqual(given, expected)) return LOCAL;
    try {
      if (await accounts.inUse()) return await accounts.identify(credential);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'AUTH_001') throw thrown;
    }
    log.warn({ client }, 'a client sent a wrong access token');
    throw wrong.failed(client, given.toString('base64'));
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
