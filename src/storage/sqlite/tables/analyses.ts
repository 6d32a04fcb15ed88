import type { Db } from '../database.ts';
import type { Texts } from './texts.ts';

/** `analysis` and `state` are JSON. */
export interface AnalysisRow {
  readonly id: string;
  readonly created_at: string;
  readonly owner: string;
  readonly sha256: string | null;
  readonly image_key: string | null;
  readonly analysis: string;
  readonly state: string;
}

type StoredRow = Pick<AnalysisRow, 'owner' | 'analysis' | 'state' | 'image_key'>;

export function analysisTable(db: Db) {
  const put = db.prepare<[AnalysisRow]>(
    `INSERT OR REPLACE INTO analyses (id, created_at, owner, sha256, image_key, analysis, state)
     VALUES (@id, @created_at, @owner, @sha256, @image_key, @analysis, @state)`,
  );
  const get = db.prepare<[string], StoredRow>('SELECT owner, analysis, state, image_key FROM analyses WHERE id = ?');
  const list = db.prepare<[string, number, number], { analysis: string }>(
    'SELECT analysis FROM analyses WHERE owner = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?',
  );
  const count = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM analyses WHERE owner = ?');
  const remove = db.prepare<[string]>('DELETE FROM analyses WHERE id = ?');
  const inUse = db.prepare<[string], { key: string }>(
    'SELECT value AS key FROM json_each(?) WHERE EXISTS (SELECT 1 FROM analyses WHERE image_key = value)',
  );
  return {
    reads: {
      getAnalysis: (id: string): StoredRow | null => get.get(id) ?? null,
      listAnalyses: (owner: string, limit: number, offset: number): Texts => ({
        texts: list.all(owner, limit, offset).map((row) => row.analysis),
        total: count.get(owner)?.n ?? 0,
      }),
      /** `imageKeys` is a JSON list. */
      imagesInUse: (imageKeys: string): string[] => inUse.all(imageKeys).map((row) => row.key),
    },
    writes: {
      putAnalysis(row: AnalysisRow): void {
        put.run(row);
      },
      deleteAnalysis: (id: string): boolean => remove.run(id).changes > 0,
    },
  };
}
