import { AppError } from '../../../errors.ts';
import type { RemovalFilter, RemovedRow } from '../../records/rows.ts';
import { isDamage } from '../damaged-rows.ts';
import { type Db, isFull } from '../database.ts';
import { giveUp, setAside } from '../space-reserve.ts';

/** Behind every time that is written as ISO 8601. */
const EVER = '~';

/** Deleting analyses; a trigger takes their evaluations along. */
export function removalTable(db: Db) {
  const statements = (whose: string, order: string) => {
    const those = `FROM analyses WHERE ${whose} AND created_at <= @until ${order}`;
    return {
      count: db.prepare<object, { n: number }>(
        `SELECT count(*) AS n FROM analyses WHERE ${whose} AND created_at <= @until`,
      ),
      ids: db.prepare<object, { id: string }>(`SELECT id ${those}`),
      remove: db.prepare<object, RemovedRow>(
        `DELETE FROM analyses WHERE id IN (SELECT id ${those} LIMIT @limit) RETURNING id, owner, image_key`,
      ),
    };
  };
  const everyones = statements('@owner IS NULL', '');
  const ones = statements('owner = @owner', 'ORDER BY created_at, id');
  const withOwner = (owner: string | null) => (owner === null ? everyones : ones);
  const removeOne = db.prepare<[string], RemovedRow>(
    'DELETE FROM analyses WHERE id = ? RETURNING id, owner, image_key',
  );

  /**
   * Deletes on a full disk as well: the reserve is given up, and the log is emptied before and after each single deletion,
   * so that it need not grow by more than one. In a transaction that was open before, SQLite has undone all of it: whoever
   * opened it runs this again on its own.
   */
  function evenIfFull<T>(run: () => T, oneByOne: () => T): T {
    const inOther = db.inTransaction;
    try {
      return run();
    } catch (cause) {
      if (inOther || !isFull(cause)) throw cause;
      giveUp(db.name);
      emptyLog(db);
      try {
        return oneByOne();
      } catch (again) {
        throw isFull(again) ? noRoomToDelete(again) : again;
      } finally {
        emptyLog(db);
        setAside(db.name);
      }
    }
  }

  /** What lies in damaged pages stays, and does not keep the others from going. */
  function removeSingly(ids: readonly string[], limit: number): RemovedRow[] {
    const removed: RemovedRow[] = [];
    for (const id of ids) {
      if (removed.length === limit) break;
      try {
        removed.push(...removeOne.all(id));
      } catch (cause) {
        if (isDamage(cause)) continue;
        // What is gone is told, so that its images go as well; they make room for the rest.
        if (isFull(cause) && removed.length > 0) break;
        throw cause;
      }
      if (!db.inTransaction) emptyLog(db);
    }
    return removed;
  }

  return {
    reads: {
      countAnalyses: ([owner, until]: RemovalFilter): number =>
        withOwner(owner).count.get({ owner, until: until ?? EVER })?.n ?? 0,
      /**
       * Takes what was deleted out of the write-ahead log as well; the pages of the store itself are overwritten by
       * `secure_delete`. False where another connection reads just now or a transaction is open.
       */
      purge: (): boolean => !db.inTransaction && emptyLog(db),
    },
    writes: {
      removeMatching([owner, until]: RemovalFilter, limit: number): RemovedRow[] {
        const { ids, remove } = withOwner(owner);
        const those = { owner, until: until ?? EVER };
        const singly = () =>
          removeSingly(
            ids.all(those).map(({ id }) => id),
            limit,
          );
        const all = () => {
          try {
            return remove.all({ ...those, limit });
          } catch (cause) {
            if (isDamage(cause)) return singly();
            throw cause;
          }
        };
        return evenIfFull(all, singly);
      },
      deleteAnalysis(id: string): boolean {
        const one = () => removeOne.all(id).length > 0;
        return evenIfFull(one, one);
      },
    },
  };
}

/** Whether the log is empty now; false where another connection reads just now, or there is no room to do it. */
function emptyLog(db: Db): boolean {
  const wait = db.pragma('busy_timeout', { simple: true });
  db.pragma('busy_timeout = 0');
  try {
    const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return state?.busy === 0;
  } catch (cause) {
    if (isFull(cause)) return false;
    throw cause;
  } finally {
    db.pragma(`busy_timeout = ${wait}`);
  }
}

const noRoomToDelete = (cause: unknown) =>
  new AppError('STORAGE_003', {
    message: 'The disk is so full that not even a deletion finds room: SQLite writes it into its log first.',
    advice: 'Free a few megabytes on the disk of H200_DATA_DIR, then delete again.',
    cause,
  });
