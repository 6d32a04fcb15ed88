import Database from 'better-sqlite3';
import type { Collection, Db } from 'mongodb';
import type { ListPosition } from '../../src/ports/cursor.ts';
import { type AnalysisDocument, INDEX } from '../../src/storage/mongo/schema.ts';

/** The same questions asked of the driver alone, on the thread of the caller; no checks, errors, bounds or cursors. */
export interface BareLists {
  /** Ids, newest first, behind `after`. */
  list(owner: string, after: ListPosition | null, limit: number): Promise<string[]> | string[];
  search(
    owner: string,
    terms: readonly string[],
    since: string,
    until: string,
    limit: number,
  ): Promise<string[]> | string[];
  count(owner: string): Promise<number> | number;
  /** Asks the store nothing; 0. */
  nothing(): Promise<number> | number;
  close(): Promise<void> | void;
}

interface Listed {
  readonly list_item: string;
}
const idsOf = (rows: readonly Listed[]): string[] => rows.map((row) => JSON.parse(row.list_item).analysis_id);

export function bareSqlite(file: string): BareLists {
  const db = new Database(file, { readonly: true });
  const first = db.prepare<unknown[], Listed>(
    `SELECT list_item FROM analyses INDEXED BY analyses_by_owner
     WHERE owner = ? ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const behind = db.prepare<unknown[], Listed>(
    `SELECT list_item FROM analyses INDEXED BY analyses_by_owner
     WHERE owner = ? AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const count = db.prepare<unknown[], { n: number }>('SELECT count(*) AS n FROM analyses WHERE owner = ?');
  const ping = db.prepare<unknown[], { n: number }>('SELECT 0 AS n');
  const between = db.prepare<unknown[], Listed>(
    `SELECT list_item FROM analyses INDEXED BY analyses_by_owner
     WHERE owner = ? AND created_at BETWEEN ? AND ? ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const also = `AND EXISTS (SELECT 1 FROM terms WHERE owner = t.owner AND term = ? AND created_at = t.created_at AND id = t.id)`;
  const having = [0, 1].map((others) =>
    db.prepare<unknown[], Listed>(
      `SELECT a.list_item FROM terms t CROSS JOIN analyses a INDEXED BY analyses_by_owner
         ON a.owner = t.owner AND a.created_at = t.created_at AND a.id = t.id
       WHERE t.owner = ? AND t.term = ? AND t.created_at BETWEEN ? AND ? ${also.repeat(others)}
       ORDER BY t.created_at DESC, t.id DESC LIMIT ?`,
    ),
  );
  return {
    list: (owner, after, limit) =>
      idsOf(after === null ? first.all(owner, limit) : behind.all(owner, after.at, after.id, limit)),
    search(owner, [term, ...others], since, until, limit) {
      if (term === undefined) return idsOf(between.all(owner, since, until, limit));
      return idsOf(having[others.length]!.all(owner, term, since, until, ...others, limit));
    },
    count: (owner) => count.get(owner)!.n,
    nothing: () => ping.get()!.n,
    close: () => {
      db.close();
    },
  };
}

export function bareMongo(analyses: Collection<AnalysisDocument>, db: Db): BareLists {
  const ids = async (filter: object, index: string, limit: number) =>
    idsOf(
      await analyses
        .find(filter, { projection: { list_item: 1 }, hint: index })
        .sort({ created_at: -1, _id: -1 })
        .limit(limit)
        .toArray(),
    );
  return {
    list: (owner, after, limit) =>
      ids({ owner, ...(after && { created_at: { $lt: after.at } }) }, INDEX.analysesByOwner, limit),
    search(owner, terms, since, until, limit) {
      const those = { owner, created_at: { $gte: since, $lte: until } };
      if (terms.length === 0) return ids(those, INDEX.analysesByOwner, limit);
      return ids({ ...those, terms: { $all: terms } }, INDEX.analysesByTerm, limit);
    },
    count: (owner) => analyses.countDocuments({ owner }, { hint: INDEX.analysesByOwner }),
    nothing: () => db.command({ ping: 1 }).then(() => 0),
    close: () => undefined,
  };
}
