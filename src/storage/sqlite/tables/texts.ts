import type { ListPosition } from '../../../ports/cursor.ts';

/** A list as JSON texts. A thread sends them piece by piece, so that no message is large. */
export interface Texts {
  readonly texts: readonly string[];
  /** Where the next page begins; null: there is none. */
  readonly next: ListPosition | null;
}

export interface PageRow extends ListPosition {
  readonly text: string;
}

/** Sorts before and after every time that is stored. */
export const BEFORE_ALL: ListPosition = { at: '', id: '' };
export const AFTER_ALL: ListPosition = { at: '\u{10ffff}', id: '' };

/** Of rows that were asked for with one more than `limit`. */
export function pageOf(rows: readonly PageRow[], limit: number): Texts {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? { at: last.at, id: last.id } : null;
  return { texts: shown.map((row) => row.text), next };
}

export const allOf = (texts: readonly string[]): Texts => ({ texts, next: null });
