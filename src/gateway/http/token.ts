import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ConfigError } from '../../config/config-error.ts';
import { AppError } from '../../errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { clientOf } from './client-of.ts';
import { isLoopback } from './guard.ts';
import { WrongTokens } from './wrong-tokens.ts';

/** Throws ConfigError when the address can be reached from other machines and no token protects it. */
export function assertBindable(host: string, token: string | undefined): void {
  if (isLoopback(host) || token !== undefined) return;
  throw new ConfigError([
    `H200_API_TOKEN: must be set to listen on ${host}, which other machines can reach; --host 127.0.0.1 needs none`,
  ]);
}

/** Whether it came with a token, right or wrong; another kind of authorization may be meant for a proxy. */
export const hasToken = ({ headers }: FastifyRequest): boolean => /^Bearer /i.test(headers.authorization ?? '');

/**
 * Checks `Authorization: Bearer …` in constant time. Throws AUTH_001, or RATE_001 for a client that sent too many wrong ones.
 */
export function createTokenCheck(token: string | undefined, log: Log): (request: FastifyRequest) => void {
  if (token === undefined) return () => {};
  const expected = digest(token);
  const wrong = new WrongTokens();
  return (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) throw new AppError('AUTH_001');
    const client = clientOf(request);
    wrong.refuseGuessing(client);
    const given = digest(/^Bearer +(\S+)\s*$/i.exec(authorization)?.[1] ?? '');
    if (timingSafeEqual(given, expected)) return;
    log.warn({ client }, 'a client sent a wrong access token');
    throw wrong.failed(client, given.toString('base64'));
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
