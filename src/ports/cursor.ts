import { AppError } from '../errors.ts';

/** The lists that are read page by page; a cursor holds for one of them. */
export type ListName =
  | 'analyses'
  | 'rules'
  | 'removed_rules'
  | 'calibrations'
  | 'entries'
  | 'search'
  | 'similar'
  | 'jobs';

/**
 * The last entry of a page. The next page holds what comes behind it in the order of time and id, so that no entry is
 * shown twice or left out when others are written or removed meanwhile.
 */
export interface ListPosition {
  readonly at: string;
  readonly id: string;
}

const MAX_CURSOR = 512;

export const cursorAfter = (list: ListName, { at, id }: ListPosition): string =>
  Buffer.from(JSON.stringify([list, at, id])).toString('base64url');

/** Null for the first page. Throws VALIDATION_002 for anything that `cursorAfter` did not make for this list. */
export function positionOf(list: ListName, cursor: string | undefined): ListPosition | null {
  if (cursor === undefined) return null;
  const position = cursor.length <= MAX_CURSOR ? readPosition(list, cursor) : null;
  if (position !== null && cursorAfter(list, position) === cursor) return position;
  throw new AppError('VALIDATION_002', {
    message: 'The cursor is none of this list.',
    advice: 'Pass next_cursor as the page before gave it, or leave cursor out for the first page.',
    details: { problems: [{ field: 'cursor', problem: 'is no next_cursor of this list' }] },
  });
}

function readPosition(list: ListName, cursor: string): ListPosition | null {
  try {
    const [name, at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return name === list && typeof at === 'string' && typeof id === 'string' ? { at, id } : null;
  } catch {
    return null;
  }
}
