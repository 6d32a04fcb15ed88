import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { setAside } from '../../src/storage/sqlite/space-reserve.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-emptied-'));
  file = join(folder, 'records.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => createSqliteRecords(file);
const DAMAGED = expect.objectContaining({ code: 'DB_001', message: 'The embedded store is damaged.' });

it('is no new store while its space is set aside', async () => {
  await open().close();
  setAside(file);
  truncateSync(file);
  expect(open).toThrow(DAMAGED);
});

it('is no new store while photos lie beside it', async () => {
  await open().close();
  mkdirSync(join(folder, 'blobs', '06'), { recursive: true });
  truncateSync(file);
  expect(open).toThrow(DAMAGED);
});

it('is one where a first start was killed', async () => {
  writeFileSync(file, '');
  const records = open();
  await records.ping();
  await records.close();
});

it('is one where there is no file, whatever lies beside it', async () => {
  mkdirSync(join(folder, 'blobs', '06'), { recursive: true });
  await open().close();
});
