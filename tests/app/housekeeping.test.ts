import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startHousekeeping } from '../../src/app/housekeeping.ts';
import type { Records } from '../../src/ports/records.ts';
import { placeOf } from '../../src/storage/disk/blob-folder.ts';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import type { Log } from '../../src/telemetry/log.ts';

let folder: string;
let records: Records;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-housekeeping-'));
  records = createSqliteRecords(':memory:');
});
afterEach(async () => {
  await records.close();
  rmSync(folder, { recursive: true, force: true });
});

function open() {
  const blobs = createDiskBlobs(folder);
  const log = { info: vi.fn(), warn: vi.fn() };
  return {
    blobs,
    log,
    start: (rounds = { firstAfterMs: 5, everyMs: 5 }) =>
      startHousekeeping({ blobs, records, log: log as unknown as Log }, rounds),
    async putOrphan(key: string) {
      await blobs.put(key, Buffer.from(key), 'image/jpeg', { maxBytes: 100 });
      utimesSync(placeOf(folder, key), 0, 0);
    },
  };
}

it('removes what killed processes left, round after round, until it is stopped', async () => {
  const { blobs, log, start, putOrphan } = open();
  await putOrphan('image/1');
  const housekeeping = start();
  await expect.poll(() => blobs.stat('image/1')).toBeUndefined();
  await putOrphan('image/2');
  await expect.poll(() => blobs.stat('image/2')).toBeUndefined();
  expect(log.info).toHaveBeenCalledWith({ parts: 0, restored: 0, images: 1 }, expect.any(String));
  housekeeping.stop();
  await housekeeping.done();
  await putOrphan('image/3');
  await sleep(50);
  expect(await blobs.stat('image/3')).toBeDefined();
  expect(log.warn).not.toHaveBeenCalled();
});

it('says what went wrong and tries again', async () => {
  const { blobs, log, start, putOrphan } = open();
  await putOrphan('image/1');
  const { imagesInUse } = records.analyses;
  records.analyses.imagesInUse = () => Promise.reject(new Error('locked'));
  const housekeeping = start();
  await expect.poll(() => log.warn.mock.calls.length).toBeGreaterThan(0);
  expect(await blobs.stat('image/1')).toBeDefined();
  records.analyses.imagesInUse = imagesInUse;
  await expect.poll(() => blobs.stat('image/1')).toBeUndefined();
  housekeeping.stop();
  await housekeeping.done();
});

it('does nothing when it is stopped before its first round', async () => {
  const { blobs, start, putOrphan } = open();
  await putOrphan('image/1');
  const housekeeping = start({ firstAfterMs: 30, everyMs: 5 });
  housekeeping.stop();
  await housekeeping.done();
  await sleep(60);
  expect(await blobs.stat('image/1')).toBeDefined();
});
