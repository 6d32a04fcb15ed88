import type * as z from 'zod';
import type { Page } from '../../contract/page.ts';
import { AppError } from '../../errors.ts';
import { cursorAfter, type ListName } from '../../ports/cursor.ts';
import { each } from './json.ts';
import { readable } from './readable.ts';
import type { Texts } from './texts.ts';

export async function pageFrom<T>(list: ListName, found: Texts, shape: z.ZodType<T>): Promise<Page<T>> {
  const { items, unreadable } = await readList(found, shape);
  const nextCursor = found.next && cursorAfter(list, found.next);
  return { items, nextCursor, ...(unreadable.length > 0 && { unreadable }) };
}

/** What can be read of a list, and the ids of the rest. */
export async function readList<T>({ texts, ids }: Texts, shape: z.ZodType<T>) {
  const unreadable: string[] = [];
  const read = await each([...texts.entries()], ([at, text]): T[] => {
    try {
      return [readable(text, shape)];
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'DB_003') throw thrown;
      unreadable.push(ids[at] ?? '');
      return [];
    }
  });
  return { items: read.flat(), unreadable };
}
