import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listItem } from '../../src/contract/analysis-list-item.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { sampleAnalysis, sampleRule } from '../support/samples.ts';
import { recordsContract } from './records.contract.ts';
import { registryContract } from './registry.contract.ts';
import { searchContract } from './search.contract.ts';

recordsContract('sqlite in memory', async () => createSqliteRecords(':memory:'));
registryContract('sqlite in memory', async () => createSqliteRecords(':memory:'));
searchContract('sqlite in memory', async () => createSqliteRecords(':memory:'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-records-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('loses nothing that was acknowledged when the process is killed in the middle of writing', async () => {
  const file = join(folder, 'records.db');
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const writer = fork(fileURLToPath(new URL('./crash-writer.ts', import.meta.url)), [file, String(round)]);
    writer.on('message', (id: string) => acknowledged.push(id));
    await once(writer, 'message');
    await sleep(60 + 40 * round);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
  }
  const db = new Database(file);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  const records = createSqliteRecords(file);
  expect(acknowledged.length).toBeGreaterThan(3);
  for (const id of acknowledged) expect(await records.analyses.state(id)).toEqual({ id });
  await records.close();
});

it('refuses a file that is no database, and a store of a newer version, with a clear error', () => {
  const broken = join(folder, 'broken.db');
  writeFileSync(broken, 'this is not a database'.repeat(500));
  expect(() => createSqliteRecords(broken)).toThrow(expect.objectContaining({ code: 'DB_001' }));

  const newer = join(folder, 'newer.db');
  const db = new Database(newer);
  db.pragma('user_version = 999');
  db.close();
  expect(() => createSqliteRecords(newer)).toThrow(/newer version/);
});

it('refuses a file whose tables are gone, and lets go of it', () => {
  const file = join(folder, 'gone.db');
  createSqliteRecords(file).close();
  const db = new Database(file);
  db.exec('DROP TABLE analyses');
  expect(() => createSqliteRecords(file)).toThrow(expect.objectContaining({ code: 'DB_002' }));
  db.pragma('locking_mode = EXCLUSIVE');
  db.exec('CREATE TABLE other (id INTEGER)');
  db.close();
});

it('says DB_001 when the folder cannot be made', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => createSqliteRecords(join(file, 'sub', 'records.db'))).toThrow(
    expect.objectContaining({ code: 'DB_001' }),
  );
});

it('gives what was stored before there were owners to the one who used this machine', async () => {
  const file = join(folder, 'old.db');
  const db = new Database(file);
  db.exec(SCHEMA_1);
  const { owner: _owner, scope: _scope, ...rule } = sampleRule();
  const entry = {
    rule_id: rule.rule_id,
    version: 1,
    action: 'created',
    rule,
    changes: [],
    user_id: 'mcp',
    reason: null,
    created_at: rule.created_at,
  };
  db.prepare('INSERT INTO rules VALUES (?, 1, 1, ?, ?, ?)').run(
    rule.rule_id,
    rule.type,
    rule.created_at,
    JSON.stringify(rule),
  );
  db.prepare('INSERT INTO rule_history VALUES (?, 1, ?)').run(rule.rule_id, JSON.stringify(entry));
  const analysis = sampleAnalysis();
  db.prepare('INSERT INTO analyses VALUES (?, ?, NULL, NULL, ?, ?)').run(
    analysis.analysis_id,
    analysis.timestamp,
    JSON.stringify(analysis),
    'null',
  );
  const calibration = {
    calibration_id: 'cal_1',
    name: 'desk',
    created_at: analysis.timestamp,
    width: 640,
    height: 480,
    calibration: {
      method: 'scale',
      homography: null,
      mmPerPixel: 0.5,
      scaleSigma: 0.03,
      references: [],
      assumptions: [],
    },
    zones: [],
    tablePx: null,
  };
  db.prepare('INSERT INTO calibrations VALUES (?, ?, ?)').run('cal_1', analysis.timestamp, JSON.stringify(calibration));
  db.prepare('INSERT INTO evaluations VALUES (?, ?, ?, 0, 1, 0)').run(rule.rule_id, analysis.analysis_id, 'now');
  db.pragma('user_version = 1');
  db.close();
  const records = createSqliteRecords(file);
  const page = { limit: 5 };
  expect((await records.rules.list('local', {}, page)).items).toEqual([sampleRule()]);
  expect((await records.rules.history(rule.rule_id)).versions[0]?.rule).toEqual(sampleRule());
  expect((await records.analyses.list('local', page)).items).toEqual([listItem(analysis)]);
  expect((await records.calibrations.list('local', page)).items).toMatchObject([
    { calibration_id: 'cal_1', owner: 'local' },
  ]);
  expect(await records.evaluations.statistics('local', rule.rule_id)).toMatchObject({ violations: 1 });
  expect(await records.rules.count('somebody', {})).toBe(0);
  await records.close();
});

/** The store as version 0.1.0 made it. */
const SCHEMA_1 = `
  CREATE TABLE analyses (
    id TEXT PRIMARY KEY, created_at TEXT NOT NULL, sha256 TEXT, image_key TEXT,
    analysis TEXT NOT NULL, state TEXT NOT NULL) STRICT;
  CREATE INDEX analyses_by_time ON analyses(created_at DESC, id DESC);
  CREATE INDEX analyses_by_image ON analyses(image_key);
  CREATE TABLE rules (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, enabled INTEGER NOT NULL, type TEXT NOT NULL,
    created_at TEXT NOT NULL, rule TEXT NOT NULL) STRICT;
  CREATE TABLE rule_history (
    rule_id TEXT NOT NULL, version INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (rule_id, version)) STRICT;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  INSERT INTO counters VALUES ('rules_revision', 0);
  CREATE TABLE evaluations (
    rule_id TEXT NOT NULL, analysis_id TEXT NOT NULL, at TEXT NOT NULL,
    satisfied INTEGER NOT NULL, violated INTEGER NOT NULL, uncertain INTEGER NOT NULL,
    PRIMARY KEY (rule_id, analysis_id)) STRICT, WITHOUT ROWID;
  CREATE TABLE calibrations (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, calibration TEXT NOT NULL) STRICT;`;
