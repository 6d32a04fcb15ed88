import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sweepImages } from '../../src/analysis/sweep-images.ts';
import type { Records } from '../../src/ports/records.ts';
import { placeOf } from '../../src/storage/disk/blob-folder.ts';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { sampleAnalysis } from '../support/samples.ts';

let root: string;
let records: Records;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'h200-damaged-'));
  records = createSqliteRecords(':memory:');
});
afterEach(async () => {
  await records.close();
  rmSync(root, { recursive: true, force: true });
});

const HEADS = {
  empty: '',
  rubbish: 'rubbish\nmore',
  'without an end': 'x'.repeat(100_000),
  "another file's": '{"key":"image/other","contentType":"image/jpeg"}\nphoto',
};

function putDamaged(key: string, head: string): string {
  const path = placeOf(root, key);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, head);
  utimesSync(path, 0, 0);
  return path;
}

const sweep = () => sweepImages({ blobs: createDiskBlobs(root), records }, { olderThanMs: 3_600_000, limit: 1000 });

it.each(Object.entries(HEADS))(
  'sweeps a file with a head that is %s, and keeps it where an analysis refers to it',
  async (_what, head) => {
    const blobs = createDiskBlobs(root);
    const stray = putDamaged('image/stray', head);
    const used = putDamaged('image/used', head);
    await records.analyses.put({ owner: 'ann', analysis: sampleAnalysis(), imageKey: 'image/used', state: null });
    expect(await sweep()).toBe(1);
    expect([existsSync(stray), existsSync(used)]).toEqual([false, true]);
    await expect(blobs.get('image/used')).rejects.toMatchObject({ code: 'STORAGE_002', details: { damaged: true } });
    await expect(blobs.stat('image/used')).rejects.toMatchObject({ code: 'STORAGE_002' });
    // Analysing the image again mends it.
    await blobs.put('image/used', Buffer.from('photo'), 'image/jpeg', { maxBytes: 100 });
    expect(await blobs.stat('image/used')).toMatchObject({ size: 5 });
  },
);

it('leaves a young one, and puts back what has become whole meanwhile', async () => {
  const path = putDamaged('image/young', 'rubbish\n');
  utimesSync(path, Date.now() / 1000, Date.now() / 1000);
  expect(await sweep()).toBe(0);
  expect(existsSync(path)).toBe(true);
  const blobs = createDiskBlobs(root);
  await blobs.put('image/young', Buffer.from('photo'), 'image/jpeg', { maxBytes: 100 });
  expect(await blobs.discard(blobs.nameOf('image/young'))).toBe(false);
  expect(await blobs.stat('image/young')).toMatchObject({ size: 5 });
});
