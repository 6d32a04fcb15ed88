import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBlobs, openRecords } from '../../src/app/open-stores.ts';
import { checkSettings } from '../../src/cli/settings.ts';
import { loadConfig } from '../../src/config/config.ts';
import { narrow } from '../../src/storage/private.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { sampleAnalysis } from '../support/samples.ts';

let folder: string;
let data: string;
let umask: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-private-'));
  data = join(folder, 'share', 'data');
  umask = process.umask();
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

const mode = (...path: string[]) => statSync(join(data, ...path)).mode & 0o7777;

/** What is stored under `data`, as a server stores it; stays open for `look`. */
async function store(look: () => void): Promise<void> {
  const config = loadConfig({ H200_DATA_DIR: data });
  const [records, blobs] = [await openRecords(config), await openBlobs(config)];
  const imageKey = 'image/1';
  await blobs.put(imageKey, Buffer.from('photo'), 'image/jpeg', { maxBytes: 100 });
  await records.analyses.put({ owner: 'local', analysis: sampleAnalysis(), imageKey, state: null });
  look();
  await records.close();
}

function everything(): [name: string, mode: number, isFolder: boolean][] {
  const names = ['', ...readdirSync(data, { recursive: true }).map(String)];
  return names.map((name) => [name, mode(name), statSync(join(data, name)).isDirectory()]);
}

describe.skipIf(process.platform === 'win32')('what is stored', () => {
  it.each([0, 0o22, 0o77, 0o277])('is readable by nobody else under umask %o', async (mask) => {
    process.umask(mask);
    if (mask === 0o277) {
      // Such a umask makes folders that nobody can use; files come out right.
      mkdirSync(data, { recursive: true });
      chmodSync(join(folder, 'share'), 0o700);
      chmodSync(data, 0o700);
      const records = createSqliteRecords(join(data, 'records.db'));
      expect(mode('records.db')).toBe(0o600);
      return records.close();
    }
    await store(() => {
      const found = everything();
      const files = found.filter(([, , isFolder]) => !isFolder).map(([name]) => name);
      expect(files).toEqual(expect.arrayContaining(['records.db', 'records.db-wal', 'records.db-shm']));
      expect(files).toHaveLength(5);
      for (const [name, bits, isFolder] of found) expect([name, bits]).toEqual([name, isFolder ? 0o700 : 0o600]);
    });
  });

  it('is narrowed where an earlier version stored it for others to read', async () => {
    process.umask(0o22);
    await store(() => {
      chmodSync(data, 0o755);
      for (const name of ['', '-wal', '-shm']) chmodSync(join(data, `records.db${name}`), 0o644);
      chmodSync(join(data, 'blobs'), 0o755);
    });
    chmodSync(join(data, 'records.db'), 0o664);
    await store(() => {
      expect([mode(), mode('blobs'), mode('records.db'), mode('records.db-wal'), mode('records.db-shm')]).toEqual([
        0o700, 0o700, 0o600, 0o600, 0o600,
      ]);
    });
  });

  it('leaves a folder that holds other things as it is, and narrows what is ours in it', async () => {
    mkdirSync(join(data, 'blobs'), { recursive: true });
    writeFileSync(join(data, 'letter.txt'), '');
    chmodSync(data, 0o755);
    chmodSync(join(data, 'blobs'), 0o755);
    chmodSync(join(data, 'letter.txt'), 0o644);
    await store(() => {
      expect([mode(), mode('letter.txt')]).toEqual([0o755, 0o644]);
      expect([mode('blobs'), mode('records.db'), mode('records.db-wal')]).toEqual([0o700, 0o600, 0o600]);
    });
  });

  it.each([0o1777, 0o2770])('leaves a folder that was set up for others (%o)', async (bits) => {
    mkdirSync(data, { recursive: true });
    chmodSync(data, bits);
    await store(() => expect(mode()).toBe(bits));
  });

  it('changes no file that a link leads to', async () => {
    mkdirSync(data, { recursive: true });
    const elsewhere = join(folder, 'elsewhere.db');
    createSqliteRecords(elsewhere).close();
    chmodSync(elsewhere, 0o640);
    symlinkSync(elsewhere, join(data, 'records.db'));
    await store(() => expect(statSync(elsewhere).mode & 0o777).toBe(0o640));
  });

  it('gains no right that its owner took away', () => {
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'records.db'), '', { mode: 0o444 });
    narrow(join(data, 'records.db'));
    expect(mode('records.db')).toBe(0o400);
  });

  it('is in a folder for nobody else also when the doctor made it', () => {
    process.umask(0);
    const [check] = checkSettings(loadConfig({ H200_DATA_DIR: data }), () => false, folder);
    expect(check).toMatchObject({ name: 'data folder', state: 'ok' });
    expect(mode()).toBe(0o700);
  });
});
