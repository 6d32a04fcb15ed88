import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createBackup } from '../../src/backup/create.ts';
import { Repository } from '../../src/backup/repository.ts';
import { verifyBackup } from '../../src/backup/verify.ts';
import type { BackupPlace } from '../../src/ports/backup-place.ts';
import { diskPlace } from '../../src/storage/disk/backup-place.ts';
import { createMemoryBlobs } from '../../src/storage/memory/blobs.ts';
import { CopiedStore } from '../../src/storage/sqlite/copies/copied-store.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { smallDisk } from '../support/small-disk.ts';

// Keys are slow to derive, and a busy machine is slower.
vi.setConfig({ testTimeout: 240_000 });

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'h200-killed-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

class Killed extends Error {}

/** From its nth writing step on nothing reaches the place any more, as after kill -9. */
function killedAt(place: BackupPlace, step: number): BackupPlace {
  let steps = 0;
  const alive = async <T>(run: () => Promise<T>): Promise<T> => {
    steps += 1;
    if (steps >= step) throw new Killed();
    return run();
  };
  return {
    ...place,
    put: (...given) => alive(() => place.put(...given)),
    putNew: (...given) => alive(() => place.putNew(...given)),
    remove: (...given) => alive(() => place.remove(...given)),
    tidy: () => alive(() => place.tidy()),
  };
}

async function sourceOf(photos: readonly string[]) {
  const file = join(root, 'store.db');
  const records = createSqliteRecords(file);
  await records.ping();
  await records.close();
  const db = new Database(file);
  db.pragma('journal_mode = DELETE');
  const add = db.prepare(
    "INSERT OR REPLACE INTO analyses (id, created_at, owner, image_key, analysis, state) VALUES (?, '2026', 'x', ?, '{}', '{}')",
  );
  const blobs = createMemoryBlobs();
  for (const [n, name] of photos.entries()) {
    const key = `image/${name.repeat(64)}`;
    add.run(`ana_${n}`, key);
    await blobs.put(key, Buffer.from(name), 'image/png', { maxBytes: 100 });
  }
  db.close();
  const copied = new CopiedStore(file);
  return {
    blobs,
    imagesInUse: async (keys: readonly string[]) => keys,
    copy: async () => ({
      file,
      store: 'embedded' as const,
      moment: true,
      analyses: photos.length,
      unreadable: 0,
      imageKeys: copied.imageKeys,
    }),
  };
}

let second = 0;
const options = (keep: { last: number; daily: number; weekly: number } | null = null) => ({
  now: () => {
    second += 1;
    return new Date(Date.UTC(2026, 0, 1, 0, 0, second));
  },
  program: 'test',
  keep,
});

it('wherever it is killed: what is listed is whole, and the next one is made', async () => {
  let steps = 0;
  const keep = { last: 1, daily: 0, weekly: 0 };
  for (let step = 1; ; step += 1) {
    const place = diskPlace(join(root, `kept-${step}`));
    const first = (await Repository.open(place, undefined, true))!;
    await createBackup(first, await sourceOf(['f', 'a']), options());
    const source = await sourceOf(['a', 'b', 'c', 'd', 'e']);
    const dying = (await Repository.open(killedAt(place, step), undefined, true))!;
    const end = await createBackup(dying, source, options(keep)).catch((thrown: unknown) => thrown);
    const ids = await first.ids();
    expect(ids.length, `step ${step}`).toBeGreaterThanOrEqual(1);
    for (const id of ids) expect(await verifyBackup(first, id), `step ${step}`).toMatchObject({ problem: null });
    const made = await createBackup(first, source, options(keep));
    expect(await verifyBackup(first, made.manifest.id)).toMatchObject({ problem: null, photos: 5 });
    expect(await first.ids()).toEqual([made.manifest.id]);
    if (!(end instanceof Killed)) break;
    steps = step;
  }
  // Lock, tidying, parts, photos, the list, what it consists of, old ones that go.
  expect(steps).toBeGreaterThan(8);
});

it('on a full disk: nothing is listed that is not whole, and it works again once there is space', async ({ skip }) => {
  const disk = smallDisk(24);
  if (disk === null) return skip('this process may not mount a file system');
  try {
    const place = diskPlace(join(disk.path, 'kept'));
    const repository = (await Repository.open(place, undefined, true))!;
    const source = await sourceOf(['a']);
    await createBackup(repository, source, options());
    const more = await sourceOf(['a', 'b', 'c', 'd', 'e', 'f']);
    for (const leave of [0, 4096, 8192, 12_288, 16_384, 24_576]) {
      disk.fill(leave);
      const end = await createBackup(repository, more, options()).catch((thrown: unknown) => thrown);
      if (end instanceof Error) expect(end).toMatchObject({ code: 'STORAGE_003' });
      for (const id of await repository.ids())
        expect(await verifyBackup(repository, id)).toMatchObject({ problem: null });
      disk.free();
    }
    const { manifest } = await createBackup(repository, more, options());
    expect(await verifyBackup(repository, manifest.id)).toMatchObject({ problem: null, photos: 6 });
  } finally {
    disk.remove();
  }
});
