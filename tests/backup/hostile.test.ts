import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MAX_PHOTO, type Manifest, PART_BYTES } from '../../src/backup/manifest.ts';
import { Names } from '../../src/backup/names.ts';
import { prune } from '../../src/backup/prune.ts';
import { Repository } from '../../src/backup/repository.ts';
import { fits, restoreBackup } from '../../src/backup/restore.ts';
import { openSealing } from '../../src/backup/sealing.ts';
import { verifyBackup } from '../../src/backup/verify.ts';
import { objectPlace } from '../../src/ports/backup-place.ts';
import { diskPlace } from '../../src/storage/disk/backup-place.ts';
import { createMemoryBlobs } from '../../src/storage/memory/blobs.ts';

/** Backups that somebody made to harm whoever reads them: without a key their checksums are right. */
let root: string;
let place: ReturnType<typeof diskPlace>;
let repository: Repository;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'h200-hostile-'));
  place = diskPlace(join(root, 'kept'));
  repository = (await Repository.open(place, undefined, true))!;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const ID = '20260101T000000000Z-00000001';
const keyOf = (n: number) => `image/${n.toString(16).padStart(64, '0')}`;
const hashOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

async function* one(...chunks: readonly (string | Buffer)[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

interface Made {
  readonly records?: Manifest['records'];
  readonly photos?: { readonly count: number; readonly list: Manifest['records'] };
  readonly id?: string;
  readonly created_at?: string;
}

/** As it is given, whether the schema would let it pass or not. */
async function put({ records, photos, id = ID, created_at = '2026-01-01T00:00:00.000Z' }: Made): Promise<void> {
  const none = { bytes: 0, sha256: hashOf(''), parts: [] };
  const manifest = {
    ...{ id, created_at, program: 'test', store: 'embedded', moment: true, analyses: 0, unreadable: 0 },
    records: records ?? none,
    photos: { count: 0, missing: 0, named: [], list: none, ...photos },
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  await place.put(`backups/${id}`, await openSealing.seal(`backups/${id}`, bytes, { pack: true }));
}

function restore(partial = false) {
  const blobs = createMemoryBlobs();
  const folder = join(root, 'work');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const target = {
    assertFree: async () => {},
    blobs,
    makeUsable: async () => ({ analyses: 0, left: {} }),
    take: async () => {},
  };
  return restoreBackup(repository, ID, target, { folder, endLogins: false, partial });
}

/** `times` the same four megabytes of zeros, which take four kilobytes there. */
async function repeated(times: number): Promise<Manifest['records']> {
  const part = Buffer.alloc(PART_BYTES);
  const { parts } = await repository.putStream(one(part), new Names());
  return { bytes: times * PART_BYTES, sha256: hashOf(part), parts: Array<string>(times).fill(parts[0]!) };
}

it('records of 838 GB, made of one small file, are refused before a byte is written', async () => {
  await put({ records: await repeated(200_000) });
  await expect(restore()).rejects.toMatchObject({ code: 'STORAGE_003', message: expect.stringContaining('838.9 GB') });
  expect(readdirSync(join(root, 'work'))).toEqual([]);
});

it('records that would leave the servers of that disk nothing to write with are refused', () => {
  const free = 10 * 2 ** 30;
  expect([free, free - 2 ** 20, free - 2 ** 28, free - 2 ** 30].map((bytes) => fits(bytes, free))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

it('parts that are not those of its size are refused', async () => {
  const records = await repeated(3);
  await put({ records: { ...records, bytes: PART_BYTES } });
  await expect(repository.backup(ID)).rejects.toMatchObject({ code: 'BACKUP_002' });
  await put({ records: { ...records, bytes: Number.MAX_SAFE_INTEGER } });
  await expect(repository.backup(ID)).rejects.toMatchObject({ code: 'BACKUP_002' });
});

it('a thousand million photos that are not there are refused at once, and hold up neither check nor clearing up', async () => {
  const count = 1_000_000_000;
  const bytes = count * 71;
  const { parts } = await repository.putStream(one(Buffer.alloc(PART_BYTES, 'x')), new Names());
  const list = { bytes, sha256: hashOf(''), parts: Array<string>(Math.ceil(bytes / PART_BYTES)).fill(parts[0]!) };
  await put({ photos: { count, list } });
  await expect(restore()).rejects.toThrow(`${count - 1} of its photos are not there`);
  await expect(restore(true)).rejects.toMatchObject({ code: 'BACKUP_002' });
  expect((await verifyBackup(repository, ID)).problem).toContain('names something else');
  const free = { assertHeld: async () => {}, release: async () => {} };
  const keep = { last: 1, daily: 0, weekly: 0 };
  expect(await prune(repository, free, { keep, now: new Date() })).toMatchObject({ objects: 0, unreadable: [ID] });
  await put({ photos: { count: count + 1, list } });
  await expect(repository.backup(ID)).rejects.toMatchObject({ code: 'BACKUP_002' });
});

it('a list that names one photo many times is refused', async () => {
  const lines = Array<string>(1000)
    .fill(`${keyOf(1)}\n`)
    .join('');
  await repository.putPhoto({ key: keyOf(1), contentType: 'image/png', bytes: Buffer.from('x') });
  await put({ photos: { count: 1000, list: await repository.putStream(one(lines), new Names()) } });
  await expect(restore(true)).rejects.toThrow('not in order');
});

it('a photo that is packed, which ours never are, is not unpacked', async () => {
  const bytes = Buffer.alloc(MAX_PHOTO);
  const head = { key: keyOf(1), content_type: 'image/png', sha256: hashOf(bytes) };
  const name = repository.nameOfPhoto(keyOf(1));
  const bomb = await openSealing.seal(name, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]), {
    pack: true,
  });
  expect(bomb.length).toBeLessThan(2 ** 20);
  await place.put(objectPlace(name), bomb);
  await expect(repository.photo(keyOf(1))).rejects.toMatchObject({ code: 'BACKUP_002' });
});

it('what says another time than its name is refused, and a name that is no time is none', async () => {
  await put({ created_at: '2099-01-01T00:00:00.000Z' });
  await expect(repository.backup(ID)).rejects.toMatchObject({ code: 'BACKUP_002' });
  await put({ id: '20269999T999999999Z-00000001' });
  expect(await repository.ids()).toEqual([ID]);
});

it('links, folders, pipes and devices are not read, and nothing is waited for', async () => {
  const name = 'ab'.repeat(32);
  const path = join(root, 'kept', objectPlace(name));
  mkdirSync(join(path, '..'), { recursive: true });
  const secret = join(root, 'secret');
  writeFileSync(secret, 'x');
  const kinds: readonly (readonly [string, () => void])[] = [
    ['a link to a file', () => symlinkSync(secret, path)],
    ['a link to endless zeros', () => symlinkSync('/dev/zero', path)],
    ['a folder', () => mkdirSync(path)],
    ['a pipe', () => expect(spawnSync('mkfifo', [path]).status).toBe(0)],
  ];
  for (const [kind, make] of kinds) {
    make();
    await expect(place.get(objectPlace(name), 1000), kind).rejects.toMatchObject({ code: 'BACKUP_002' });
    rmSync(path, { recursive: true });
  }
  // Written to: what a link leads to stays as it was.
  symlinkSync(secret, path);
  await place.put(objectPlace(name), Buffer.from('new'));
  expect((await place.get(objectPlace(name), 10))?.toString()).toBe('new');
  expect(existsSync(secret)).toBe(true);
  appendFileSync(path, 'x'.repeat(100));
  await expect(place.get(objectPlace(name), 100)).rejects.toMatchObject({ code: 'BACKUP_002' });
});
