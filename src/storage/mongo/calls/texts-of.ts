import type { Filter } from 'mongodb';
import type { ListPosition } from '../../../ports/cursor.ts';
import { type PageRow, pageOf, type Texts } from '../../records/texts.ts';

/** A stored text; null where somebody put something else in its place. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** What comes behind a position, by a time and the id. `$eq` and its like take values only: nothing in them is an operator. */
export function behind<T>(time: string, { at, id }: ListPosition, newestFirst: boolean): Filter<T> {
  const [or, beyond] = newestFirst ? ['$lte', '$lt'] : ['$gte', '$gt'];
  return {
    // Bounds the index; which of those of the same moment are meant says the rest.
    [time]: { [or]: at },
    $or: [{ [time]: { [beyond]: at } }, { [time]: { $eq: at }, _id: { [beyond]: id } }],
  } as Filter<T>;
}

export const pageFrom = (rows: readonly PageRow[], limit: number): Texts => pageOf(rows, limit);

/** Ids with this beginning, which need no pattern. */
export const beginsWith = (prefix: string) => ({ $gte: prefix, $lt: `${prefix}\u{10ffff}` });
