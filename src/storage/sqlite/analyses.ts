import type { Analysis } from '../../contract/analysis.ts';
import type { AnalysisRecords, StoredAnalysis } from '../../ports/records.ts';
import { type Db, guarded } from './database.ts';

interface Row {
  owner: string;
  analysis: string;
  state: string;
  image_key: string | null;
}

export function sqliteAnalyses(db: Db): AnalysisRecords {
  const put = db.prepare(
    `INSERT OR REPLACE INTO analyses (id, created_at, owner, sha256, image_key, analysis, state)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const get = db.prepare<[string], Row>('SELECT owner, analysis, state, image_key FROM analyses WHERE id = ?');
  const list = db.prepare<[string, number, number], { analysis: string }>(
    'SELECT analysis FROM analyses WHERE owner = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?',
  );
  const count = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM analyses WHERE owner = ?');
  const remove = db.prepare<[string]>('DELETE FROM analyses WHERE id = ?');
  const inUse = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM analyses WHERE image_key = ?');
  return {
    async put({ owner, analysis, imageKey, state }: StoredAnalysis) {
      guarded(() =>
        put.run(
          analysis.analysis_id,
          analysis.timestamp,
          owner,
          analysis.image.sha256,
          imageKey,
          JSON.stringify(analysis),
          JSON.stringify(state),
        ),
      );
    },
    async get(id) {
      const row = guarded(() => get.get(id));
      if (!row) return null;
      const { owner, analysis, image_key, state } = row;
      return { owner, analysis: JSON.parse(analysis) as Analysis, imageKey: image_key, state: JSON.parse(state) };
    },
    async list(owner, { limit, offset }) {
      return guarded(() => ({
        items: list.all(owner, limit, offset).map((row) => JSON.parse(row.analysis) as Analysis),
        total: count.get(owner)?.n ?? 0,
      }));
    },
    async delete(id) {
      return guarded(() => remove.run(id).changes > 0);
    },
    async imageInUse(imageKey) {
      return guarded(() => (inUse.get(imageKey)?.n ?? 0) > 0);
    },
  };
}
