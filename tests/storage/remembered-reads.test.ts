import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis } from '../support/samples.ts';

let folder: string;
let file: string;
let store: StoreThread;
let records: ReturnType<typeof recordsOver>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-remembered-'));
  file = join(folder, 'records.db');
  store = new StoreThread(file);
  records = recordsOver(store);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (to: Pick<typeof records, 'analyses'>, id: string) =>
  to.analyses.put({ owner: 'ann', analysis: sampleAnalysis({ analysis_id: id }), imageKey: null, state: null });
const head = () => records.analyses.head('ana_1');
/** Calls that reached the thread while `work` ran. */
async function asked(work: () => Promise<unknown>): Promise<number> {
  const sent = vi.spyOn(store.worker!, 'postMessage');
  await work();
  const { length } = sent.mock.calls;
  sent.mockRestore();
  return length;
}
async function known(): Promise<void> {
  for (let n = 0; n < 3; n += 1) await head();
  expect(await asked(head)).toBe(0);
}

it('asks the thread no more for what it said, until something is written', async () => {
  await put(records, 'ana_1');
  await known();
  expect(await head()).toMatchObject({ owner: 'ann' });
  await put(records, 'ana_2');
  expect(await asked(head)).toBe(1);
  await known();
});

it('sees a deletion of its own at once', async () => {
  await put(records, 'ana_1');
  await known();
  await records.analyses.delete('ana_1');
  expect(await head()).toBeNull();
});

it('sees what another process wrote at once', async () => {
  await put(records, 'ana_1');
  await known();
  const other = createSqliteRecords(file);
  await other.analyses.delete('ana_1');
  expect(await head()).toBeNull();
  await known();
  await put(other, 'ana_1');
  expect(await head()).toMatchObject({ owner: 'ann' });
  await other.close();
});

it('remembers that nothing was there only until it is', async () => {
  await records.ping();
  await known();
  await put(records, 'ana_1');
  expect(await head()).not.toBeNull();
});

it('knows nothing of a store whose file was moved away', async () => {
  await put(records, 'ana_1');
  await known();
  renameSync(file, join(folder, 'moved.db'));
  await expect(head()).rejects.toMatchObject({ code: 'DB_001', message: /removed or replaced/ });
});

it('waits for nobody who has the store to himself', async () => {
  await put(records, 'ana_1');
  await known();
  const other = new Database(file);
  other.exec('BEGIN EXCLUSIVE');
  expect(await head()).not.toBeNull();
  other.exec('ROLLBACK');
  other.close();
});

it('leaves no log behind when it is closed', async () => {
  await put(records, 'ana_1');
  await known();
  await store.close();
  expect(readdirSync(folder).filter((name) => name.endsWith('-wal'))).toEqual([]);
});
