import type { Page } from '../../../contract/page.ts';
import { cursorAfter, type ListName } from '../../../ports/cursor.ts';
import type { Texts } from '../tables/texts.ts';
import { allFromJson } from './json.ts';

export async function pageFrom<T>(list: ListName, { texts, next }: Texts): Promise<Page<T>> {
  return { items: await allFromJson<T>(texts), nextCursor: next && cursorAfter(list, next) };
}
