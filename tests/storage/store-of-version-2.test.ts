import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Analysis } from '../../src/contract/analysis.ts';
import { AnalysisListItem, listItem } from '../../src/contract/analysis-list-item.ts';
import { searchTerms } from '../../src/contract/search-terms.ts';
import type { Verdict } from '../../src/contract/verdict.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { sampleAnalysis } from '../support/samples.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-older-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const verdicts = (['violated', 'violated', 'uncertain', 'satisfied', 'not_applicable'] as const).map(
  (verdict) => ({ rule_id: 'rule_a', verdict, objects: [] as string[] }) as Verdict,
);
const objects = (count: number) =>
  Array.from({ length: count }, () => ({ id: 'mug-1', class: 'mug' })) as Analysis['objects'];

it('lists what was stored before there were list items as it lists what is stored now', async () => {
  const analyses = [
    sampleAnalysis({ analysis_id: 'ana_3', detections: objects(1), objects: objects(3), rules: verdicts }),
    sampleAnalysis({
      analysis_id: 'ana_2',
      rules: verdicts.slice(1),
      findings: { violated: 900, uncertain: 0, satisfied: 7 },
    }),
    sampleAnalysis({ analysis_id: 'ana_1', model: null, image: { width: 40_000, height: 1, sha256: null } }),
  ];
  const file = join(folder, 'records.db');
  const db = new Database(file);
  db.exec(SCHEMA_2);
  const insert = db.prepare("INSERT INTO analyses VALUES (?, ?, NULL, NULL, ?, 'null', 'ann')");
  for (const one of analyses) insert.run(one.analysis_id, one.timestamp, JSON.stringify(one));
  insert.run('ana_damaged', analyses[0]!.timestamp, '{"analysis_id":');
  db.pragma('user_version = 2');
  db.close();

  const records = createSqliteRecords(file);
  const { items } = await records.analyses.list('ann', { limit: 9 });
  expect(items).toEqual(analyses.map(listItem));
  for (const item of items) expect(() => AnalysisListItem.parse(item)).not.toThrow();
  await records.analyses.put({ owner: 'ann', analysis: analyses[0]!, imageKey: null, state: null });
  expect((await records.analyses.list('ann', { limit: 9 })).items).toEqual(items);
  expect((await records.analyses.get('ana_1'))?.analysis).toEqual(analyses[2]);
  await records.close();
});

/** The tables of schema 2 that later ones change. */
const SCHEMA_2 = `
  CREATE TABLE analyses (
    id TEXT PRIMARY KEY, created_at TEXT NOT NULL, sha256 TEXT, image_key TEXT,
    analysis TEXT NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL DEFAULT 'local') STRICT;
  CREATE INDEX analyses_by_owner ON analyses(owner, created_at DESC, id DESC);
  CREATE INDEX analyses_by_image ON analyses(image_key);
  CREATE TABLE rules (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, enabled INTEGER NOT NULL, type TEXT NOT NULL,
    created_at TEXT NOT NULL, rule TEXT NOT NULL, owner TEXT NOT NULL DEFAULT 'local',
    scope TEXT NOT NULL DEFAULT 'mine') STRICT;
  CREATE TABLE rule_history (
    rule_id TEXT NOT NULL, version INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (rule_id, version)) STRICT;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  CREATE TABLE evaluations (
    rule_id TEXT NOT NULL, analysis_id TEXT NOT NULL, at TEXT NOT NULL,
    satisfied INTEGER NOT NULL, violated INTEGER NOT NULL, uncertain INTEGER NOT NULL,
    owner TEXT NOT NULL DEFAULT 'local', PRIMARY KEY (rule_id, analysis_id)) STRICT, WITHOUT ROWID;
  CREATE TABLE calibrations (
    id TEXT PRIMARY KEY, created_at TEXT NOT NULL, calibration TEXT NOT NULL,
    owner TEXT NOT NULL DEFAULT 'local') STRICT;`;

it('searches what was stored before there were terms once they are set, and names what has none', async () => {
  const file = join(folder, 'records.db');
  const db = new Database(file);
  db.exec(SCHEMA_2);
  const one = sampleAnalysis({ analysis_id: 'ana_1', objects: objects(1) });
  db.prepare("INSERT INTO analyses VALUES (?, ?, NULL, NULL, ?, 'null', 'ann')").run(
    one.analysis_id,
    one.timestamp,
    JSON.stringify(one),
  );
  db.pragma('user_version = 2');
  db.close();
  const records = createSqliteRecords(file);
  const find = async () => (await records.analyses.search('ann', { terms: searchTerms(one) }, { limit: 9 })).items;
  expect([await find(), await records.analyses.withoutTerms(5)]).toEqual([[], ['ana_1']]);
  await records.analyses.setTerms('ana_1', searchTerms(one));
  expect([await find(), await records.analyses.withoutTerms(5)]).toEqual([[listItem(one)], []]);
  await records.analyses.delete('ana_1');
  expect(await find()).toEqual([]);
  await records.close();
});
