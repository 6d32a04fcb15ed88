import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/app/open-stores.ts';
import { loadConfig } from '../../src/config/config.ts';
import { openDatabase } from '../../src/storage/sqlite/database.ts';
import { SCHEMA, schemaBefore } from '../../src/storage/sqlite/schema-change.ts';
import type { Log } from '../../src/telemetry/log.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-schema-'));
  file = join(folder, 'records.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const versionOf = () => {
  const db = openDatabase(file);
  const version = db.pragma('user_version', { simple: true });
  db.close();
  return version;
};

it('is what a new store has, which is not moved', () => {
  expect(schemaBefore(file)).toBeNull();
  expect(versionOf()).toBe(SCHEMA);
  expect(schemaBefore(file)).toBeNull();
});

it('no store is moved that is none of ours', () => {
  for (const bytes of ['', 'x', 'x'.repeat(4096)]) {
    writeFileSync(file, bytes);
    expect(schemaBefore(file)).toBeNull();
  }
});

it('that a store of an older version is moved for good is in the log, before it is', async () => {
  const old = new Database(file);
  old.pragma('user_version = 5');
  old.close();
  expect(schemaBefore(file)).toBe(5);
  const said: unknown[][] = [];
  const log = { warn: (...words: unknown[]) => void said.push(words) } as unknown as Log;
  const store = await openStore(loadConfig({ H200_DATA_DIR: folder }), { log });
  await store.close();
  expect(said).toEqual([[{ from: 5, to: SCHEMA }, expect.stringContaining(`from schema 5 to ${SCHEMA}`)]]);
});
