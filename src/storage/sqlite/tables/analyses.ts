import type { ListPosition } from '../../../ports/cursor.ts';
import type { AnalysisRow, HeadRow, StoredRow } from '../../records/rows.ts';
import { AFTER_ALL, type PageRow, pageOf, type Texts } from '../../records/texts.ts';
import { ofRow, orElse } from '../damaged-rows.ts';
import { asOneWrite, type Db } from '../database.ts';
import { termTable } from './terms.ts';

export function analysisTable(db: Db) {
  const put = db.prepare<[AnalysisRow]>(
    `INSERT OR REPLACE INTO analyses (id, created_at, owner, sha256, image_key, analysis, state, list_item, terms)
     VALUES (@id, @created_at, @owner, @sha256, @image_key, @analysis, @state, @list_item, @terms)`,
  );
  const terms = termTable(db);
  const putWhole = asOneWrite(db, (row: AnalysisRow) => {
    // Of one of this id that is replaced: no trigger sees that.
    terms.remove(row.id);
    put.run(row);
    terms.add(row);
  });
  const get = db.prepare<[string], StoredRow>('SELECT owner, analysis, image_key FROM analyses WHERE id = ?');
  const head = db.prepare<[string], HeadRow>('SELECT owner, image_key FROM analyses WHERE id = ?');
  // Where the row cannot be read: the indexes know it too, but are not sorted by id.
  const owner = db.prepare<[string], { owner: string }>(
    'SELECT owner FROM analyses INDEXED BY analyses_by_owner WHERE id = ?',
  );
  const state = db.prepare<[string], { state: string }>('SELECT state FROM analyses WHERE id = ?');
  // Answered by the index alone: an analysis is long, and what it is listed by stands behind it in its row.
  const list = db.prepare<[string, string, string, number], PageRow>(
    `SELECT created_at AS at, id, list_item AS text FROM analyses INDEXED BY analyses_by_owner
     WHERE owner = ? AND (created_at, id) < (?, ?)
     ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const ids = db.prepare<{ owner: string; prefix: string; limit: number }, { id: string }>(
    `SELECT id FROM analyses INDEXED BY analyses_by_owner
     WHERE owner = @owner AND substr(id, 1, length(@prefix)) = @prefix
     ORDER BY created_at DESC, id DESC LIMIT @limit`,
  );
  const inUse = db.prepare<[string], { key: string }>(
    'SELECT value AS key FROM json_each(?) WHERE EXISTS (SELECT 1 FROM analyses WHERE image_key = value)',
  );
  const imageKeys = db.prepare<[string, number], { key: string }>(
    'SELECT DISTINCT image_key AS key FROM analyses WHERE image_key > ? ORDER BY image_key LIMIT ?',
  );
  return {
    reads: {
      getAnalysis: (id: string): StoredRow | null => ofRow(() => get.get(id)) ?? null,
      analysisHead: (id: string): HeadRow | null =>
        orElse(
          () => head.get(id),
          () => {
            const found = owner.get(id);
            return found && { ...found, image_key: null };
          },
        ) ?? null,
      analysisState: (id: string): string | null => ofRow(() => state.get(id))?.state ?? null,
      listAnalyses(owner: string, after: ListPosition | null, limit: number): Texts {
        const { at, id } = after ?? AFTER_ALL;
        return pageOf(list.all(owner, at, id, limit + 1), limit);
      },
      ...terms.reads,
      analysisIds: (owner: string, prefix: string, limit: number): string[] =>
        ids.all({ owner, prefix, limit }).map((row) => row.id),
      /** `imageKeys` is a JSON list. */
      imagesInUse: (imageKeys: string): string[] => inUse.all(imageKeys).map((row) => row.key),
      imageKeys: (after: string, limit: number): string[] => imageKeys.all(after, limit).map((row) => row.key),
    },
    writes: {
      putAnalysis(row: AnalysisRow): void {
        putWhole(row);
      },
      ...terms.writes,
    },
  };
}
