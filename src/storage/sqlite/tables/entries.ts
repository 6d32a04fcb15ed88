import type { ListPosition } from '../../../ports/cursor.ts';
import type { EntryRow } from '../../records/rows.ts';
import { AFTER_ALL, type PageRow, pageOf, type Texts } from '../../records/texts.ts';
import { ofRow } from '../damaged-rows.ts';
import { asOneWrite, type Db } from '../database.ts';

/** Everything of the registry, kind by kind. */
export function entryTable(db: Db) {
  const add = db.prepare<[EntryRow]>(
    `INSERT OR IGNORE INTO entries (kind, id, lookup, owner, created_at, expires_at, version, entry)
     VALUES (@kind, @id, @lookup, @owner, @created_at, @expires_at, @version, @entry)`,
  );
  const replace = db.prepare<[EntryRow]>(
    `UPDATE OR IGNORE entries SET lookup = @lookup, owner = @owner, expires_at = @expires_at, version = @version, entry = @entry
     WHERE kind = @kind AND id = @id AND version = @version - 1`,
  );
  const get = db.prepare<[string, string], { entry: string }>('SELECT entry FROM entries WHERE kind = ? AND id = ?');
  const find = db.prepare<[string, string], { entry: string }>(
    'SELECT entry FROM entries INDEXED BY entries_by_lookup WHERE kind = ? AND lookup = ?',
  );
  const listAll = db.prepare<[string, string, string, number], PageRow>(
    `SELECT created_at AS at, id, entry AS text FROM entries INDEXED BY entries_by_time
     WHERE kind = ? AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const listOwn = db.prepare<[string, string, string, string, number], PageRow>(
    `SELECT created_at AS at, id, entry AS text FROM entries INDEXED BY entries_by_owner
     WHERE kind = ? AND owner = ? AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const countAll = db.prepare<[string], { n: number }>(
    'SELECT count(*) AS n FROM entries INDEXED BY entries_by_time WHERE kind = ?',
  );
  const countOwn = db.prepare<[string, string], { n: number }>(
    'SELECT count(*) AS n FROM entries INDEXED BY entries_by_owner WHERE kind = ? AND owner = ?',
  );
  const under = db.prepare<[string, string, string, number], { entry: string }>(
    `SELECT entry FROM entries INDEXED BY entries_by_lookup
     WHERE kind = ? AND lookup > ? AND lookup < ? || '!' ORDER BY lookup LIMIT ?`,
  );
  const countUnder = db.prepare<[string, string, string], { n: number }>(
    `SELECT count(*) AS n FROM entries INDEXED BY entries_by_lookup
     WHERE kind = ? AND lookup > ? || ' ' AND lookup < ? || '!'`,
  );
  const addAll = asOneWrite(db, (rows: readonly EntryRow[]) => {
    for (const row of rows) add.run(row);
  });
  const remove = db.prepare<[string, string]>('DELETE FROM entries WHERE kind = ? AND id = ?');
  const removeOlder = db.prepare<[string, string, string, number]>(
    `DELETE FROM entries WHERE kind = ? AND id IN (
       SELECT id FROM entries INDEXED BY entries_by_time WHERE kind = ? AND created_at < ? ORDER BY created_at, id LIMIT ?)`,
  );
  const removeExpired = db.prepare<[string]>('DELETE FROM entries WHERE expires_at <= ?');
  return {
    reads: {
      getEntry: (kind: string, id: string): string | null => ofRow(() => get.get(kind, id))?.entry ?? null,
      findEntry: (kind: string, lookup: string): string | null => ofRow(() => find.get(kind, lookup))?.entry ?? null,
      entriesUnder: (kind: string, name: string, limit: number, after = `${name} `): string[] =>
        under.all(kind, after, name, limit).map(({ entry }) => entry),
      countEntries: (kind: string, owner: string | null): number =>
        (owner === null ? countAll.get(kind) : countOwn.get(kind, owner))?.n ?? 0,
      countEntriesUnder: (kind: string, name: string): number => countUnder.get(kind, name, name)?.n ?? 0,
      listEntries(kind: string, owner: string | null, after: ListPosition | null, limit: number): Texts {
        const { at, id } = after ?? AFTER_ALL;
        const rows =
          owner === null ? listAll.all(kind, at, id, limit + 1) : listOwn.all(kind, owner, at, id, limit + 1);
        return pageOf(rows, limit);
      },
    },
    writes: {
      addEntry: (row: EntryRow): boolean => add.run(row).changes > 0,
      addEntries: (rows: readonly EntryRow[]): void => addAll(rows),
      replaceEntry: (row: EntryRow): boolean => replace.run(row).changes > 0,
      removeEntry: (kind: string, id: string): boolean => remove.run(kind, id).changes > 0,
      removeOlderEntries: (kind: string, time: string, limit: number): number =>
        removeOlder.run(kind, kind, time, limit).changes,
      removeExpired: (now: string): number => removeExpired.run(now).changes,
    },
  };
}
