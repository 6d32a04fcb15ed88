import type { Analysis } from '../../contract/analysis.ts';
import type { AnalysisRecords, StoredAnalysis } from '../../ports/records.ts';
import { type Db, guarded } from './database.ts';

interface Row {
  analysis: string;
  state: string;
  image_key: string | null;
}

export function sqliteAnalyses(db: Db): AnalysisRecords {
  const put = db.prepare(
    `INSERT OR REPLACE INTO analyses (id, created_at, sha256, image_key, analysis, state) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const get = db.prepare<[string], Row>('SELECT analysis, state, image_key FROM analyses WHERE id = ?');
  const list = db.prepare<[number, number], { analysis: string }>(
    'SELECT analysis FROM analyses ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?',
  );
  const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM analyses');
  const remove = db.prepare<[string]>('DELETE FROM analyses WHERE id = ?');
  const inUse = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM analyses WHERE image_key = ?');
  return {
    async put({ analysis, imageKey, state }: StoredAnalysis) {
      guarded(() =>
        put.run(
          analysis.analysis_id,
          analysis.timestamp,
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
      return { analysis: JSON.parse(row.analysis) as Analysis, imageKey: row.image_key, state: JSON.parse(row.state) };
    },
    async list({ limit, offset }) {
      return guarded(() => ({
        items: list.all(limit, offset).map((row) => JSON.parse(row.analysis) as Analysis),
        total: count.get()?.n ?? 0,
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
