import type { FastifyRequest } from 'fastify';
import { ConfigError } from '../../config/config-error.ts';
import { isLoopback } from './guard.ts';

/** Throws ConfigError when the address can be reached from other machines and neither token nor login protects it. */
export function assertBindable(host: string, secret: string | undefined, loginWanted = false): void {
  if (isLoopback(host) || secret !== undefined || loginWanted) return;
  throw new ConfigError([
    `H200_API_TOKEN (or H200_ADMIN_USERNAME and H200_ADMIN_PASSWORD): must be set, or --login given, to listen on ${host}, which other machines can reach; --host 127.0.0.1 needs none`,
  ]);
}

/** Whether it came with a token, right or wrong; another kind of authorization may be meant for a proxy. */
export const hasToken = ({ headers }: FastifyRequest): boolean => /^Bearer /i.test(headers.authorization ?? '');
