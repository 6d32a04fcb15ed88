import type { FastifyReply } from 'fastify';
import { AppError } from '../../../errors.ts';
import { BAD_SESSION, jsonRpcError } from './json-rpc.ts';

/** 503 for one connection too many, with the seconds after which there is room; null: nobody can know. */
export function refuseFull(
  reply: FastifyReply,
  what: string,
  retryAfterS: number | null,
  id: string | number | null = null,
): FastifyReply {
  const error = new AppError('SYSTEM_002', {
    message: `Too many ${what} are open.`,
    advice: 'Close those that are not needed, then try again.',
    ...(retryAfterS !== null && { retryAfterS }),
  });
  if (retryAfterS !== null) reply.header('retry-after', String(retryAfterS));
  const message = `${error.code}: ${error.message} ${error.advice}`;
  return reply.code(503).send(jsonRpcError(BAD_SESSION, message, id, error.toJSON()));
}
