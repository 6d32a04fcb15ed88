import Database from 'better-sqlite3';
import { listItem } from '../../src/contract/analysis-list-item.ts';
import type { PageRequest } from '../../src/contract/page.ts';
import type { NewAnalysis, Outcome } from '../../src/ports/records.ts';

/** What the record store does to SQLite and to JSON, and nothing else. */
export function openBareStore(file: string) {
  const db = new Database(file);
  for (const pragma of ['page_size = 16384', 'journal_mode = WAL', 'synchronous = FULL']) db.pragma(pragma);
  db.exec(
    `CREATE TABLE analyses (id TEXT PRIMARY KEY, created_at TEXT, owner TEXT, sha256 TEXT, image_key TEXT, analysis TEXT, state TEXT, list_item TEXT) STRICT;
     CREATE INDEX analyses_by_owner ON analyses(owner, created_at DESC, id DESC, list_item);
     CREATE INDEX analyses_by_image ON analyses(image_key);
     CREATE TABLE evaluations (rule_id TEXT, analysis_id TEXT, at TEXT, satisfied INTEGER, violated INTEGER,
       uncertain INTEGER, owner TEXT, PRIMARY KEY (rule_id, analysis_id)) STRICT, WITHOUT ROWID;`,
  );
  const put = db.prepare('INSERT OR REPLACE INTO analyses VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const get = db.prepare<[string], { analysis: string }>(
    'SELECT owner, analysis, image_key FROM analyses WHERE id = ?',
  );
  const list = db.prepare<[string, number], { list_item: string }>(
    'SELECT list_item FROM analyses WHERE owner = ? ORDER BY created_at DESC, id DESC LIMIT ?',
  );
  const insert = db.prepare('INSERT OR REPLACE INTO evaluations VALUES (?, ?, ?, 1, 0, 0, ?)');
  const ping = db.prepare('SELECT 1');
  return {
    put({ analysis: a, owner, imageKey, state }: NewAnalysis) {
      const { analysis_id, timestamp, image } = a;
      const texts = [a, state, listItem(a)].map((value) => JSON.stringify(value));
      put.run(analysis_id, timestamp, owner, image.sha256, imageKey, ...texts);
    },
    get(id: string) {
      const row = get.get(id);
      return row && JSON.parse(row.analysis);
    },
    list: (owner: string, { limit }: PageRequest) => list.all(owner, limit).map((row) => JSON.parse(row.list_item)),
    append: db.transaction((owner: string, id: string, at: string, outcomes: readonly Outcome[]) => {
      for (const { rule_id } of outcomes) insert.run(rule_id, id, at, owner);
    }),
    ping: () => ping.get(),
    close: () => db.close(),
  };
}
