import type { CopyReport } from '../storage/records/copy-store.ts';

const MOST_NAMED = 20;

/** One line that names them, or as many as fit; nothing where there are none. */
export const named = (what: string, list: readonly string[]): string =>
  list.length === 0
    ? ''
    : `${what}: ${list.slice(0, MOST_NAMED).join(', ')}${list.length > MOST_NAMED ? `, ${list.length - MOST_NAMED} more` : ''}\n`;

export const ids = (list: CopyReport['unreadable']): string[] => list.map(({ kind, id }) => `${kind} ${id}`);
