import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { recordsContract } from './records.contract.ts';

recordsContract('sqlite in memory', async () => createSqliteRecords(':memory:'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-records-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('loses nothing that was acknowledged when the process is killed in the middle of writing', async () => {
  const file = join(folder, 'records.db');
  let acknowledged = 0;
  for (let round = 0; round < 3; round += 1) {
    const writer = fork(fileURLToPath(new URL('./crash-writer.ts', import.meta.url)), [file, String(round)]);
    writer.on('message', () => {
      acknowledged += 1;
    });
    await once(writer, 'message');
    await sleep(60 + 40 * round);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
  }
  const db = new Database(file);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  const records = createSqliteRecords(file);
  expect(acknowledged).toBeGreaterThan(3);
  expect((await records.analyses.list({ limit: 1, offset: 0 })).total).toBeGreaterThanOrEqual(acknowledged);
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

it('says DB_001 when the folder cannot be made', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => createSqliteRecords(join(file, 'sub', 'records.db'))).toThrow(
    expect.objectContaining({ code: 'DB_001' }),
  );
});
