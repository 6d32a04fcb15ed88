import type { Page, PageRequest } from '../../src/contract/page.ts';
import { cursorAfter, type ListName, positionOf } from '../../src/ports/cursor.ts';

/** A page of a list that is in memory in its order; entries are told apart by their id. */
export function pageOf<T>(
  list: ListName,
  items: readonly T[],
  idOf: (item: T) => string,
  { limit, cursor }: PageRequest,
): Page<T> {
  const after = positionOf(list, cursor);
  const start = after === null ? 0 : items.findIndex((item) => idOf(item) === after.id) + 1;
  const shown = items.slice(start, start + limit);
  const last = shown.at(-1);
  const more = last !== undefined && start + limit < items.length;
  return { items: shown, nextCursor: more ? cursorAfter(list, { at: '', id: idOf(last) }) : null };
}
