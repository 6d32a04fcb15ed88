import { createHash, timingSafeEqual } from 'node:crypto';
import { ConfigError } from '../../config/config-error.ts';
import { AppError } from '../../errors.ts';
import { isLoopback } from './guard.ts';

/** Throws ConfigError when the address can be reached from other machines and no token protects it. */
export function assertBindable(host: string, token: string | undefined): void {
  if (isLoopback(host) || token !== undefined) return;
  throw new ConfigError([
    `H200_API_TOKEN: must be set to listen on ${host}, which other machines can reach; --host 127.0.0.1 needs none`,
  ]);
}

/** Checks `Authorization: Bearer …` in constant time. Throws AUTH_001. */
export function createTokenCheck(token: string | undefined): (authorization: string | undefined) => void {
  if (token === undefined) return () => {};
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1];
    if (given === undefined || !timingSafeEqual(digest(given), expected)) throw new AppError('AUTH_001');
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
