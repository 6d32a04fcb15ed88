import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis } from '../support/samples.ts';

let folder: string;
let file: string;
let store: StoreThread | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-files-'));
  file = join(folder, 'records.db');
  store = undefined;
});
afterEach(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (records: ReturnType<typeof recordsOver>, id: string, state: unknown = null) =>
  records.analyses.put({ owner: 'ann', analysis: sampleAnalysis({ analysis_id: id }), imageKey: null, state });

function openThread() {
  store = new StoreThread(file);
  return recordsOver(store);
}

const run = (script: string, ...args: string[]) =>
  spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

async function outputOf(child: ChildProcess): Promise<{ text: string; signal: string | null }> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { text, signal };
}

it('lives on while other processes open and close the same store', async () => {
  const server = run('./store-server.ts', file, '2500');
  const said = outputOf(server);
  await once(server.stdout!, 'data');
  const others = [1, 2].map(() => outputOf(run('./other-process.ts', file, '2000')));
  const { text, signal } = await said;
  expect(signal).toBeNull();
  const [acknowledged, stored] = text.trim().split('\n').at(-1)!.split(' ').map(Number);
  expect(acknowledged).toBeGreaterThan(0);
  expect(stored).toBe(acknowledged);
  for (const other of await Promise.all(others)) expect(Number(other.text)).toBeGreaterThan(5);
}, 20_000);

it.skipIf(process.platform !== 'linux')('keeps the locks that tell other processes that it is there', async () => {
  const records = openThread();
  for (let n = 0; n < 3; n += 1) await put(records, `ana_${n}`);
  const { ino } = statSync(`${file}-shm`);
  const locks = readFileSync('/proc/locks', 'utf8').split('\n');
  expect(locks.filter((line) => line.includes(`:${ino} `) && line.includes('READ'))).not.toEqual([]);
});

/** Writes over a file without changing its identity or its size. */
function overwrite(bytes: Buffer, at: number): void {
  const before = statSync(file);
  const fd = openSync(file, 'r+');
  writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
  expect([statSync(file).ino, statSync(file).size]).toEqual([before.ino, before.size]);
}

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

it.each([
  ['rubbish over its head', () => Buffer.alloc(8192, 0x5a)],
  ['zeros over all of it', () => Buffer.alloc(statSync(file).size)],
])('notices %s', async (_what, bytes) => {
  const records = openThread();
  for (let n = 0; n < 20; n += 1) await put(records, `ana_${n}`, 'x'.repeat(30_000));
  await records.analyses.purge();
  overwrite(bytes(), 0);
  expect(await refusal(put(records, 'ana_lost'))).toMatchObject({ code: 'DB_001', message: /overwritten/ });
  // Not an empty store in the place of a damaged one.
  expect(await refusal(put(records, 'ana_next'))).toMatchObject({ code: 'DB_001', message: /damaged/ });
});

it.each(['an older copy of itself', 'a store of somebody else'])('notices %s', async (what) => {
  const records = openThread();
  await put(records, 'ana_1', 'x'.repeat(30_000));
  await records.analyses.purge();
  const other = join(folder, 'other.db');
  if (what.startsWith('an older')) copyFileSync(file, other);
  else {
    const strange = createSqliteRecords(other);
    for (let n = 0; n < 9; n += 1) await put(strange as never, `ana_strange${n}`, 'x'.repeat(30_000));
    await strange.close();
  }
  for (let n = 2; n < 20; n += 1) await put(records, `ana_${n}`, 'x'.repeat(30_000));
  await records.analyses.purge();
  const { size } = statSync(file);
  truncateSync(other, size);
  overwrite(readFileSync(other), 0);
  expect(await refusal(put(records, 'ana_lost'))).toMatchObject({ code: 'DB_001', message: /overwritten/ });
});

it('looks through the file after somebody else wrote into its middle', async () => {
  const records = openThread();
  for (let n = 0; n < 40; n += 1) await put(records, `ana_${n}`, 'x'.repeat(30_000));
  await records.analyses.purge();
  const db = new Database(file, { readonly: true });
  const leaf = db.prepare("SELECT pageno FROM dbstat WHERE name = 'analyses' AND pagetype = 'leaf'").pluck().get();
  db.close();
  overwrite(Buffer.alloc(8192, 0x5a), ((leaf as number) - 1) * 16_384);
  expect(await refusal(put(records, 'ana_lost'))).toMatchObject({ code: 'DB_001', message: /damaged/ });
});
