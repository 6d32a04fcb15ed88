import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import { Cursor, Limit } from '../../contract/ids.ts';
import type { Page, PageRequest } from '../../contract/page.ts';
import { AppError } from '../../errors.ts';

const MAX_LIMIT = 100;
/** Lists are walked from their begin for an offset: farther in, a cursor is the way. */
const MAX_OFFSET = 10_000;

/** How every list is asked for: the first `limit`, those after a cursor, or those after so many. */
export const paging = {
  limit: Limit(MAX_LIMIT, 20),
  cursor: Cursor.min(1).optional().describe('X-Next-Cursor of the page before'),
  offset: z.int().min(0).max(MAX_OFFSET).optional().describe('how many to leave out; a cursor is faster'),
} as const;

interface Paging {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly offset?: number | undefined;
}

/** One page of a list. Throws VALIDATION_002 where both a cursor and an offset are given. */
export async function pageOf<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  { limit, cursor, offset = 0 }: Paging,
): Promise<Page<T>> {
  if (offset === 0) return list({ limit, ...(cursor !== undefined && { cursor }) });
  if (cursor !== undefined) {
    throw new AppError('VALIDATION_002', {
      message: 'Both "cursor" and "offset" are given.',
      advice: 'Give one of them.',
      details: { fields: ['cursor', 'offset'] },
    });
  }
  let left = offset;
  let at: string | undefined;
  while (left > 0) {
    const skipped = await list({ limit: Math.min(left, MAX_LIMIT), ...(at !== undefined && { cursor: at }) });
    if (skipped.nextCursor === null) return { items: [], nextCursor: null };
    left -= Math.min(left, MAX_LIMIT);
    at = skipped.nextCursor;
  }
  return list({ limit, ...(at !== undefined && { cursor: at }) });
}

/** What a list says beside its entries: how many there are, where the next page begins, what could not be read. */
export function sendPageHeaders(reply: FastifyReply, page: Page<unknown>, total?: number): void {
  if (total !== undefined) reply.header('x-total-count', String(total));
  if (page.nextCursor !== null) reply.header('x-next-cursor', page.nextCursor);
  if (page.unreadable?.length) reply.header('x-unreadable', page.unreadable.slice(0, 20).join(','));
}
