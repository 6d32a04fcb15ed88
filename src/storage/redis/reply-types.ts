import { CacheFailure } from './reply-errors.ts';

/** Whoever answers may be anyone: each reply is checked before it is used; CacheFailure `broken` for what is none. */

export const count = (reply: unknown): number => (Number.isSafeInteger(reply) ? (reply as number) : broken());

/** So many whole numbers from 0 to `most`. */
export const counts = (reply: unknown, length: number, most: number): number[] =>
  Array.isArray(reply) && reply.length === length && reply.every((one) => count(one) >= 0 && one <= most)
    ? reply
    : broken();

export const bytes = (reply: unknown): Buffer => (Buffer.isBuffer(reply) ? reply : broken());

export const text = (reply: unknown): string => (typeof reply === 'string' ? reply : broken());

export const texts = (reply: unknown): string[] =>
  Array.isArray(reply) && reply.every((one) => typeof one === 'string') ? reply : broken();

/** Of SCAN: where to go on, and keys. */
export function page(reply: unknown): [string, string[]] {
  if (!Array.isArray(reply) || reply.length !== 2) return broken();
  return [text(reply[0]), texts(reply[1])];
}

export function done(reply: unknown): true {
  return reply === 'OK' ? true : broken();
}

function broken(): never {
  throw new CacheFailure({ kind: 'broken', isAway: false, isRefused: false, isReadOnly: false, word: 'no such reply' });
}
