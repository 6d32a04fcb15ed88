import type { Unseen } from '../app/owners.ts';
import type { CopyReport } from '../storage/records/copy-store.ts';

const MOST_NAMED = 20;

/** One line that names them, or as many as fit; nothing where there are none. */
export const named = (what: string, list: readonly string[]): string =>
  list.length === 0
    ? ''
    : `${what}: ${list.slice(0, MOST_NAMED).join(', ')}${list.length > MOST_NAMED ? `, ${list.length - MOST_NAMED} more` : ''}\n`;

export const ids = (list: CopyReport['unreadable']): string[] => list.map(({ kind, id }) => `${kind} ${id}`);

/** Lines about records that are there and that no user sees, and what to do; nothing where there are none. */
export const unseen = ({ nobodys, machines }: Unseen, wayOut: string): string =>
  [
    nobodys === 0 ? '' : `${nobodys} records belong to users who are not in this store: nobody sees them. ${wayOut}\n`,
    machines === 0
      ? ''
      : `${machines} records are this machine's own: the command line and stdio see them, the server's users do not. ${wayOut}\n`,
  ].join('');
