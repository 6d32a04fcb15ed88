import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { Records } from '../../src/ports/records.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { StoreThread, type ThreadLimits } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis, sampleRule } from '../support/samples.ts';
import { pagingContract } from './paging.contract.ts';
import { recordsContract } from './records.contract.ts';

let folder: string;
let opened: StoreThread[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-thread-'));
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
  rmSync(folder, { recursive: true, force: true });
});

function open(limits: Partial<ThreadLimits> = {}, name = 'records.db') {
  const file = join(folder, name);
  const store = new StoreThread(file, limits);
  opened.push(store);
  return { file, store, records: recordsOver(store) };
}

const put = (records: Records, id: string) =>
  records.analyses.put({ owner: 'ann', analysis: sampleAnalysis({ analysis_id: id }), imageKey: null, state: { id } });

const ids = (count: number) => Array.from({ length: count }, (_, n) => `ana_${n}`);

recordsContract('sqlite in a thread', async () => open().records);
pagingContract('sqlite in a thread', async () => open().records);

it('starts no thread and makes no file before the first call', async () => {
  const { file, store, records } = open();
  expect(store.worker).toBeUndefined();
  expect(existsSync(file)).toBe(false);
  await records.ping();
  expect(store.worker).toBeDefined();
});

it.each(['removed', 'replaced'])('takes no write into a store that was %s', async (how) => {
  const { file, records } = open();
  await put(records, 'ana_1');
  rmSync(folder, { recursive: true, force: true });
  if (how === 'replaced') {
    mkdirSync(folder);
    const other = createSqliteRecords(file);
    await put(other, 'ana_0');
    await other.close();
  }
  await expect(put(records, 'ana_2')).rejects.toMatchObject({ code: 'DB_001', message: /removed or replaced/ });
  await put(records, 'ana_3');
  expect(await records.analyses.count({ owner: 'ann' })).toBe(how === 'replaced' ? 2 : 1);
  const again = createSqliteRecords(file);
  expect(await again.analyses.get('ana_3')).not.toBeNull();
  await again.close();
});

it.each([
  ['to nothing', '', () => 0],
  ['in the middle', '', (bytes: number) => bytes / 2],
  ['of its last page', '', (bytes: number) => bytes - 1],
  ['in its log, to nothing', '-wal', () => 0],
  ['in its log, in the first frame', '-wal', () => 1000],
])('takes no write into a store that was cut %s', async (_where, suffix, left) => {
  const { file, store, records } = open();
  // So much that part of it lies in the file and part in the log.
  const long = 'x'.repeat(100_000);
  const fill = (id: string) =>
    records.analyses.put({ owner: 'ann', analysis: sampleAnalysis({ analysis_id: id }), imageKey: null, state: long });
  for (const id of ids(200)) await fill(id);
  const path = `${file}${suffix}`;
  truncateSync(path, Math.floor(left(statSync(path).size)));
  await expect(fill('ana_lost')).rejects.toMatchObject({ code: 'DB_001', message: /cut short/, advice: /backup/ });
  // What is left is whole and takes writes, or none.
  const next = await fill('ana_next').then(
    () => 'written',
    (error: AppError) => error,
  );
  await store.close();
  if (next === 'written') {
    const db = new Database(file, { readonly: true });
    expect(db.pragma('quick_check', { simple: true })).toBe('ok');
    expect(db.prepare("SELECT count(*) AS n FROM analyses WHERE id IN ('ana_lost', 'ana_next')").get()).toEqual({
      n: 1,
    });
    db.close();
  } else expect(next).toMatchObject({ code: 'DB_001', message: /damaged/ });
});

it('goes on with a backup that was put in the place of a store that was cut', async () => {
  const { file, records } = open();
  for (const id of ids(3)) await put(records, id);
  const backup = new Database(file, { readonly: true });
  await backup.backup(`${file}.backup`);
  backup.close();
  truncateSync(file, 10);
  await expect(records.ping()).rejects.toMatchObject({ code: 'DB_001', message: /cut short/ });
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
  renameSync(`${file}.backup`, file);
  await put(records, 'ana_9');
  expect(await records.analyses.count({ owner: 'ann' })).toBe(4);
});

it('refuses one call at most where another program shortens the files by right, and loses nothing', async () => {
  const { file, records } = open();
  for (const id of ids(20)) await put(records, id);
  const tool = new Database(file);
  tool.exec('CREATE TABLE large (text TEXT); DROP TABLE large; VACUUM');
  tool.pragma('wal_checkpoint(TRUNCATE)');
  tool.close();
  await put(records, 'ana_20').catch((error) => expect(error).toMatchObject({ code: 'DB_001' }));
  await put(records, 'ana_21');
  for (const id of [...ids(20), 'ana_21']) expect(await records.analyses.get(id)).not.toBeNull();
});

it('knows a log that was emptied by right, by itself or by another program', async () => {
  const { file, records } = open();
  for (const id of ids(20)) await put(records, id);
  expect(await records.analyses.purge()).toBe(true);
  expect(statSync(`${file}-wal`).size).toBe(0);
  await put(records, 'ana_20');
  const tool = new Database(file);
  tool.pragma('wal_checkpoint(TRUNCATE)');
  tool.close();
  await put(records, 'ana_21');
  expect(await records.analyses.count({ owner: 'ann' })).toBe(22);
});

it('takes writes while another program writes, checkpoints and closes', async () => {
  const { file, records } = open();
  await put(records, 'ana_1');
  for (let n = 0; n < 3; n += 1) {
    const other = createSqliteRecords(file);
    await put(other, `ana_other_${n}`);
    await other.close();
    const tool = new Database(file);
    tool.pragma('wal_checkpoint(RESTART)');
    tool.close();
    await put(records, `ana_${n + 2}`);
  }
  expect(await records.analyses.count({ owner: 'ann' })).toBe(7);
});

it('lists more than one piece of work in order, beside other calls', async () => {
  const { records } = open();
  const long = 'ü'.repeat(20_000);
  await Promise.all(
    ids(120).map((id, n) =>
      records.analyses.put({
        owner: 'ann',
        analysis: sampleAnalysis({
          analysis_id: id,
          timestamp: new Date(1e12 + n).toISOString(),
          warnings: [long],
        }),
        imageKey: null,
        state: null,
      }),
    ),
  );
  const page = { limit: 100 };
  const [first, one, second] = await Promise.all([
    records.analyses.list('ann', page),
    records.analyses.get('ana_7'),
    records.analyses.list('ann', { limit: 3 }),
  ]);
  expect(first.items.map((a) => a.analysis_id)).toEqual(ids(120).toReversed().slice(0, 100));
  expect(first.nextCursor).not.toBeNull();
  expect(one?.analysis.warnings).toEqual([long]);
  expect(second.items.map((a) => a.analysis_id)).toEqual(['ana_119', 'ana_118', 'ana_117']);
});

it('keeps code, message, advice and details of an error', async () => {
  const { records } = open();
  const rule = sampleRule({ version: 2 });
  const entry = { rule_id: rule.rule_id, version: 2, action: 'updated' as const, rule, changes: [], user_id: 'ann' };
  const thrown = await records.rules
    .write([{ entry: { ...entry, reason: null, created_at: rule.updated_at }, expectedVersion: 1 }])
    .catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(AppError);
  const details = { rule_id: rule.rule_id, expected: 1, stored: 0 };
  expect((thrown as AppError).toJSON()).toEqual(new AppError('RULES_006', { details }).toJSON());

  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const analysis = sampleAnalysis();
  await expect(records.analyses.put({ owner: 'ann', analysis, imageKey: null, state: circle })).rejects.toMatchObject({
    code: 'DB_002',
  });
});

it('says why the store cannot be opened, and opens it once the cause is gone', async () => {
  const { file, records } = open();
  const newer = new Database(file);
  newer.pragma('user_version = 999');
  newer.close();
  await expect(records.ping()).rejects.toMatchObject({
    code: 'DB_001',
    message: expect.stringContaining('newer version'),
    advice: expect.stringContaining('Update'),
  });
  rmSync(file);
  await records.ping();
  await put(records, 'ana_1');
  expect(await records.analyses.get('ana_1')).not.toBeNull();

  writeFileSync(join(folder, 'broken.db'), 'this is not a database'.repeat(500));
  await expect(open({}, 'broken.db').records.ping()).rejects.toMatchObject({ code: 'DB_001' });
});

it.each(['one write', 'several at once'])(
  '%s that waited while a newer version changed the store is refused',
  async (how) => {
    const { file, records } = open();
    await put(records, 'ana_1');
    const newer = new Database(file);
    newer.exec('BEGIN IMMEDIATE');
    newer.pragma('user_version = 999');
    const many = how === 'one write' ? ['ana_2'] : ['ana_2', 'ana_3', 'ana_4'];
    const writes = Promise.allSettled(many.map((id) => put(records, id)));
    await sleep(300);
    newer.exec('COMMIT');
    for (const write of await writes)
      expect(write).toMatchObject({ reason: { code: 'DB_001', message: expect.stringMatching(/newer version/) } });
    expect(newer.prepare('SELECT count(*) FROM analyses').pluck().get()).toBe(1);
    newer.close();
  },
);

it('writes no more into a store that a newer version of the program has changed', async () => {
  const { file, records } = open();
  await put(records, 'ana_1');
  const newer = new Database(file);
  newer.pragma('user_version = 999');
  newer.close();
  await expect(put(records, 'ana_2')).rejects.toMatchObject({ code: 'DB_001', message: /newer version/ });
  await expect(put(records, 'ana_3')).rejects.toMatchObject({ code: 'DB_001', message: /newer version/ });
});

it('keeps what was acknowledged when the thread dies; who waits gets DB_001 and later calls work', async () => {
  const { file, store, records } = open();
  const acknowledged: string[] = [];
  const failed: unknown[] = [];
  for (let round = 0; round < 3; round += 1) {
    const before = acknowledged.length;
    let stop = false;
    let n = 0;
    const writers = ids(16).map(async () => {
      while (!stop) {
        const id = `ana_${round}_${n++}`;
        await put(records, id).then(
          () => acknowledged.push(id),
          (error) => failed.push(error),
        );
      }
    });
    while (acknowledged.length === before) await sleep(1);
    await store.worker?.terminate();
    stop = true;
    await Promise.all(writers);
    await put(records, `ana_after_${round}`);
  }
  expect(failed.length).toBeGreaterThan(0);
  for (const error of failed) {
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'DB_001' });
  }
  for (const id of acknowledged) expect(await records.analyses.state(id)).toEqual({ id });
  await store.close();
  const db = new Database(file, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
});

it('starts a thread that dies again and again so often and no more', async () => {
  const { store, records } = open({ starts: 2 });
  for (let n = 0; n < 2; n += 1) {
    await records.ping();
    await store.worker?.terminate();
  }
  await expect(records.ping()).rejects.toMatchObject({ code: 'DB_001', retryAfterS: expect.any(Number) });
});

it('takes so many calls and so much text at once, and more when they are answered', async () => {
  const few = open({ calls: 2 }).records;
  const answers = await Promise.allSettled([few.ping(), few.ping(), few.ping()]);
  expect(answers.map((a) => a.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(answers[2]).toMatchObject({ reason: { code: 'SYSTEM_002', retryAfterS: 1 } });
  await few.ping();

  const short = open({ characters: 2000 }, 'short.db').records;
  const both = await Promise.allSettled([put(short, 'ana_1'), put(short, 'ana_2'), put(short, 'ana_3')]);
  expect(both.map((a) => a.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  await put(short, `ana_${'x'.repeat(4000)}`);
});

it('ends the wait for a store that another process holds, and never begins what was given up', async () => {
  const { file, records } = open({ answerMs: 4000 });
  await put(records, 'ana_1');
  const other = new Database(file);
  other.exec('BEGIN IMMEDIATE');
  const late = await Promise.allSettled([put(records, 'ana_2'), put(records, 'ana_3')]);
  for (const one of late) expect(one).toMatchObject({ reason: { code: 'DB_001', message: /in time/ } });
  other.exec('ROLLBACK');
  other.close();
  await sleep(300);
  await put(records, 'ana_4');
  expect(await records.analyses.get('ana_3')).toBeNull();
  expect(await records.analyses.get('ana_4')).not.toBeNull();
});

it('closes after all writes that it took, and takes none after that', async () => {
  const { file, store, records } = open();
  const writes = ids(200).map((id) => put(records, id));
  const closed = store.close();
  await expect(records.ping()).rejects.toMatchObject({ code: 'SYSTEM_001' });
  await Promise.all(writes);
  await closed;
  await store.close();
  const again = createSqliteRecords(file);
  expect(await again.analyses.count({ owner: 'ann' })).toBe(200);
  await again.close();
});

it('gives up closing in the end', async () => {
  const { file, store, records } = open({ closeMs: 200 });
  await records.ping();
  const other = new Database(file);
  other.exec('BEGIN IMMEDIATE');
  const write = put(records, 'ana_1').catch((error: unknown) => error);
  await store.close();
  expect(await write).toMatchObject({ code: 'DB_001' });
  other.close();
});

it('holds the process while a call waits, and no longer', () => {
  const script = join(folder, 'script.mjs');
  const thread = new URL('../../src/storage/sqlite/thread/store-thread.ts', import.meta.url).href;
  writeFileSync(
    script,
    `import { StoreThread } from ${JSON.stringify(thread)};
     await new StoreThread(${JSON.stringify(join(folder, 'records.db'))}).call('ping');
     console.log('answered');`,
  );
  expect(execFileSync(process.execPath, [script], { timeout: 20_000, encoding: 'utf8' })).toBe('answered\n');
});
