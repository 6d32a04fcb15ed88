import type { Db } from '../database.ts';

/** `owner` null: everyone's. `until`: made then or before; null: whenever. */
export type RemovalFilter = readonly [owner: string | null, until: string | null];

export interface RemovedRow {
  readonly id: string;
  readonly owner: string;
  readonly image_key: string | null;
}

/** Behind every time that is written as ISO 8601. */
const EVER = '~';

/** Deleting many analyses; a trigger takes their evaluations along. */
export function removalTable(db: Db) {
  const statements = (whose: string, order: string) => ({
    count: db.prepare<object, { n: number }>(
      `SELECT count(*) AS n FROM analyses WHERE ${whose} AND created_at <= @until`,
    ),
    remove: db.prepare<object, RemovedRow>(
      `DELETE FROM analyses WHERE id IN (
         SELECT id FROM analyses WHERE ${whose} AND created_at <= @until ${order} LIMIT @limit)
       RETURNING id, owner, image_key`,
    ),
  });
  const everyones = statements('@owner IS NULL', '');
  const ones = statements('owner = @owner', 'ORDER BY created_at, id');
  const withOwner = (owner: string | null) => (owner === null ? everyones : ones);
  return {
    reads: {
      countAnalyses: ([owner, until]: RemovalFilter): number =>
        withOwner(owner).count.get({ owner, until: until ?? EVER })?.n ?? 0,
      /**
       * Takes what was deleted out of the write-ahead log as well; the pages of the store itself are overwritten by
       * `secure_delete`. False where another connection reads just now or a transaction is open.
       */
      purge(): boolean {
        if (db.inTransaction) return false;
        const wait = db.pragma('busy_timeout', { simple: true });
        db.pragma('busy_timeout = 0');
        try {
          const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
          return state?.busy === 0;
        } finally {
          db.pragma(`busy_timeout = ${wait}`);
        }
      },
    },
    writes: {
      removeMatching: ([owner, until]: RemovalFilter, limit: number): RemovedRow[] =>
        withOwner(owner).remove.all({ owner, until: until ?? EVER, limit }),
    },
  };
}
