import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Records } from '../../src/ports/records.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis } from '../support/samples.ts';
import { canMount, type SmallDisk, smallDisk } from '../support/small-disk.ts';

let disk: SmallDisk;
let open: Records[];
beforeEach(() => {
  open = [];
});
afterEach(async () => {
  for (const records of open) await records.close();
  disk.remove();
});

function openRecords(): Records {
  const records = recordsOver(new StoreThread(join(disk.path, 'data', 'records.db')));
  open.push(records);
  return records;
}

async function put(records: Records, n: number): Promise<void> {
  const timestamp = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
  const analysis = sampleAnalysis({ analysis_id: `ana_${n}`, timestamp });
  await records.analyses.put({ owner: 'ann', analysis, imageKey: `image/${n}`, state: 'x'.repeat(60_000) });
}

/** As many as find room. */
async function putUntilFull(records: Records): Promise<number> {
  for (let n = 0; ; n += 1) {
    const failure = await put(records, n).then(
      () => null,
      (error: unknown) => error,
    );
    if (failure === null) continue;
    expect(failure).toMatchObject({ code: 'STORAGE_003' });
    return n;
  }
}

describe.skipIf(!canMount())('on a full disk (needs the right to mount one)', () => {
  it.each([8, 24])('of %i MB deletes all, many at a time or one, and takes writes again', async (megabytes) => {
    disk = smallDisk(megabytes)!;
    const records = openRecords();
    const stored = await putUntilFull(records);
    expect(stored).toBeGreaterThan(10);
    disk.fill();
    await expect(records.writable()).rejects.toMatchObject({ code: 'STORAGE_003', advice: /can still be deleted/ });
    expect(await records.analyses.delete('ana_0')).toBe(true);
    let removed = 1;
    for (;;) {
      const some = await records.analyses.removeMatching({ owner: 'ann' }, 50);
      if (some.length === 0) break;
      removed += some.length;
    }
    expect(removed).toBe(stored);
    expect(await records.analyses.purge()).toBe(true);
    disk.free();
    await put(records, 1);
    expect(await records.analyses.get('ana_1')).not.toBeNull();
  });

  it('lists and deletes also where the store is opened only then', async () => {
    disk = smallDisk(12)!;
    const first = openRecords();
    const stored = await putUntilFull(first);
    await first.close();
    open = [];
    disk.fill();
    const records = openRecords();
    expect((await records.analyses.list('ann', { limit: 500 })).items).toHaveLength(stored);
    expect((await records.analyses.removeMatching({ owner: 'ann' }, 5)).length).toBeGreaterThan(0);
  });

  it('says so where nothing is left to give up', async () => {
    disk = smallDisk(8)!;
    const records = openRecords();
    const stored = await putUntilFull(records);
    await records.analyses.delete('ana_0');
    disk.fill();
    const { rmSync } = await import('node:fs');
    rmSync(join(disk.path, 'data', 'records.db-reserve'), { force: true });
    disk.fill();
    const outcome = await records.analyses.removeMatching({ owner: 'ann' }, 50).catch((error: unknown) => error);
    if (Array.isArray(outcome)) expect(outcome.length).toBeGreaterThan(0);
    else
      expect(outcome).toMatchObject({
        code: 'STORAGE_003',
        message: /not even a deletion/,
        advice: /Free a few megabytes/,
      });
    expect(await records.analyses.count({ owner: 'ann' })).toBeLessThan(stored);
  });
});
