import type { ListPosition } from '../../ports/cursor.ts';

/** What is told of a list besides its texts. */
export interface ListEnd {
  /** Of each text, in their order. */
  readonly ids: readonly string[];
  /** Where the next page begins; null: there is none. */
  readonly next: ListPosition | null;
}

/** A list as JSON texts, '' for one that cannot be read. A thread sends them piece by piece, so that no message is large. */
export interface Texts extends ListEnd {
  readonly texts: readonly string[];
}

export interface PageRow extends ListPosition {
  /** Null where it is missing or cannot be read. */
  readonly text: string | null;
}

/** Sorts before and after every time that is stored. */
export const BEFORE_ALL: ListPosition = { at: '', id: '' };
export const AFTER_ALL: ListPosition = { at: '\u{10ffff}', id: '' };

/** Of rows that were asked for with one more than `limit`. */
export function pageOf(rows: readonly PageRow[], limit: number): Texts {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? { at: last.at, id: last.id } : null;
  return { ...allOf(shown), next };
}

export const allOf = (rows: readonly Omit<PageRow, 'at'>[]): Texts => ({
  texts: rows.map((row) => row.text ?? ''),
  ids: rows.map((row) => row.id),
  next: null,
});

/** `keys` come from an index; a row that is not wanted gives undefined, one that cannot be read is kept without its text. */
export function rowByRow(
  keys: Iterable<ListPosition>,
  most: number,
  read: (id: string) => string | null | undefined,
): PageRow[] {
  const rows: PageRow[] = [];
  for (const { at, id } of keys) {
    const text = read(id);
    if (text !== undefined) rows.push({ at, id, text });
    if (rows.length === most) break;
  }
  return rows;
}
