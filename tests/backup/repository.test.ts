import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockPlace } from '../../src/backup/lock.ts';
import { type Manifest, PART_BYTES, timeOfBackup } from '../../src/backup/manifest.ts';
import { Names } from '../../src/backup/names.ts';
import { prune } from '../../src/backup/prune.ts';
import { Repository } from '../../src/backup/repository.ts';
import { verifyBackup } from '../../src/backup/verify.ts';
import { diskPlace } from '../../src/storage/disk/backup-place.ts';

// Keys are slow to derive, and a busy machine is slower.
vi.setConfig({ testTimeout: 240_000 });

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'h200-repository-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const KEY = 'a key of sixteen characters or more';
const photoKey = `image/${'ab'.repeat(32)}`;
const keys = [undefined, KEY] as const;

async function opened(key: string | undefined): Promise<Repository> {
  return (await Repository.open(diskPlace(root), key, true))!;
}

async function* bytesOf(...chunks: readonly (Buffer | string)[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

/** A backup of a few bytes and a photo. */
async function fill(repository: Repository, id = '20260101T000000000Z-00000001', text = 'records'): Promise<Manifest> {
  const known = await repository.objects();
  await repository.putPhoto({ key: photoKey, contentType: 'image/png', bytes: Buffer.from('a picture') });
  const manifest: Manifest = {
    id,
    created_at: `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)}T00:00:00.000Z`,
    program: 'test',
    store: 'embedded',
    moment: true,
    analyses: 1,
    unreadable: 0,
    records: await repository.putStream(bytesOf(text), known),
    photos: { count: 1, missing: 0, named: [], list: await repository.putStream(bytesOf(`${photoKey}\n`), known) },
  };
  await repository.putBackup(manifest);
  return manifest;
}

async function all(stream: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

function filesOf(folder = root): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

const readWhole = async (key: string | undefined) => contentsOf((await Repository.open(diskPlace(root), key))!);

async function contentsOf(repository: Repository): Promise<string[]> {
  const manifest = await repository.backup((await repository.ids()).at(-1)!);
  const parts: string[] = [];
  for await (const part of repository.stream(manifest.records)) parts.push(part.toString());
  for await (const one of repository.photoKeys(manifest)) parts.push((await repository.photo(one)).bytes.toString());
  return parts;
}

/** Those that say how to read the place; each stands in for the other. */
const configsOf = () => filesOf().filter((file) => file.endsWith('.json'));
const othersOf = () => filesOf().filter((file) => !file.endsWith('.json'));

describe.each(keys)('with the key %s', (key) => {
  it('gives back what was put, and files that nobody else may read', async () => {
    await fill(await opened(key));
    expect(await readWhole(key)).toEqual(['records', 'a picture']);
    for (const file of filesOf()) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('refuses any changed byte of any file', async () => {
    const repository = await opened(key);
    await fill(repository);
    let tried = 0;
    for (const file of othersOf()) {
      const before = readFileSync(file);
      for (let at = 0; at < before.length; at += 1) {
        const changed = Buffer.from(before);
        changed[at] = changed[at]! ^ (1 << (at % 8));
        writeFileSync(file, changed);
        await expect(contentsOf(repository), `${file} ${at}`).rejects.toMatchObject({ code: 'BACKUP_002' });
        tried += 1;
      }
      writeFileSync(file, before);
    }
    expect(tried).toBeGreaterThan(400);
    expect(await readWhole(key)).toEqual(['records', 'a picture']);
  }, 240_000);

  it('refuses any file that was cut or made longer', async () => {
    const repository = await opened(key);
    await fill(repository);
    for (const file of othersOf()) {
      const before = readFileSync(file);
      for (const other of [before.subarray(0, -1), Buffer.alloc(0), Buffer.concat([before, Buffer.from('x')])]) {
        writeFileSync(file, other);
        await expect(contentsOf(repository), file).rejects.toMatchObject({ code: 'BACKUP_002' });
      }
      rmSync(file);
      await expect(contentsOf(repository), file).rejects.toThrow();
      writeFileSync(file, before);
    }
  });

  it('is read, and gone on with, by a copy of the file that says how, whichever of them is lost or damaged', async () => {
    await fill(await opened(key));
    const [copy, config] = configsOf();
    expect(configsOf()).toHaveLength(2);
    const bytes = readFileSync(config!);
    expect(readFileSync(copy!).equals(bytes)).toBe(true);
    rmSync(copy!);
    expect(await readWhole(key)).toEqual(['records', 'a picture']);
    writeFileSync(copy!, bytes);
    for (const damage of [() => rmSync(config!), () => writeFileSync(config!, bytes.with(70, 0))]) {
      damage();
      expect((await readWhole(key))[1]).toBe('a picture');
      await fill(await opened(key), '20260102T000000000Z-00000002', 'later');
      expect(readFileSync(config!).equals(bytes)).toBe(true);
      expect(await readWhole(key)).toEqual(['later', 'a picture']);
    }
  });

  it('refuses files that have changed their places', async () => {
    const repository = await opened(key);
    await fill(repository, '20260101T000000000Z-00000001', 'first');
    await fill(repository, '20260102T000000000Z-00000002', 'second');
    const [older, newer] = ['20260101T000000000Z-00000001', '20260102T000000000Z-00000002'].map((id) =>
      join(root, 'backups', id),
    );
    writeFileSync(newer!, readFileSync(older!));
    await expect(readWhole(key)).rejects.toMatchObject({ code: 'BACKUP_002' });
    const [a, b, c] = filesOf(join(root, 'objects'));
    writeFileSync(a!, readFileSync(b!));
    writeFileSync(b!, readFileSync(c!));
    const report = await verifyBackup(repository, '20260101T000000000Z-00000001');
    expect(report.problem).not.toBeNull();
  });

  it('writes long streams in parts, and a part that is known once', async () => {
    const repository = await opened(key);
    const block = Buffer.alloc(PART_BYTES, 'x');
    const known = new Names();
    const stream = await repository.putStream(bytesOf(block, block.subarray(0, 10), block.subarray(10), 'end'), known);
    expect(stream.parts).toHaveLength(3);
    expect(stream.parts[1]).toBe(stream.parts[0]);
    const read: Buffer[] = [];
    for await (const part of repository.stream(stream)) read.push(part);
    expect(Buffer.concat(read).equals(Buffer.concat([block, block, Buffer.from('end')]))).toBe(true);
    const other = { ...stream, bytes: stream.bytes - 1 };
    await expect(all(repository.stream(other))).rejects.toMatchObject({ code: 'BACKUP_002' });
    const turned = { ...stream, parts: stream.parts.toReversed() };
    await expect(all(repository.stream(turned))).rejects.toMatchObject({ code: 'BACKUP_002' });
  });
});

it('says plainly that the key is another one, is missing, or has nothing to open', async () => {
  await fill(await opened(KEY));
  for (const key of [undefined, `${KEY}!`]) {
    await expect(readWhole(key)).rejects.toMatchObject({ code: 'BACKUP_003' });
  }
  await expect(readWhole(`${KEY}!`)).rejects.toThrow('is not the key that the backups there were made with');
  rmSync(root, { recursive: true });
  await fill(await opened(undefined));
  await expect(readWhole(KEY)).rejects.toThrow('are not encrypted, and a key is given');
});

describe('where what says how to read the place is lost, with every copy', () => {
  const lose = () => {
    for (const file of configsOf()) rmSync(file);
  };

  it('nothing new is begun over encrypted backups, and they are not said to be none', async () => {
    const repository = await opened(KEY);
    const { id } = await fill(repository);
    const bytes = readFileSync(configsOf()[1]!);
    lose();
    for (const create of [false, true]) {
      const opening = Repository.open(diskPlace(root), KEY, create);
      await expect(opening).rejects.toMatchObject({
        code: 'BACKUP_002',
        advice: expect.stringContaining('another copy'),
      });
    }
    rmSync(join(root, 'backups', id));
    await expect(opened(KEY)).rejects.toMatchObject({ code: 'BACKUP_002' });
    expect(configsOf()).toEqual([]);
    rmSync(join(root, 'objects'), { recursive: true });
    expect(await Repository.open(diskPlace(root), KEY)).toBeNull();
    await opened(KEY);
    expect(readFileSync(configsOf()[0]!).equals(bytes)).toBe(false);
  });

  it('a changed byte of it is refused', async () => {
    await fill(await opened(KEY));
    const [copy, config] = configsOf();
    const bytes = readFileSync(config!);
    rmSync(copy!);
    for (let at = 0; at < bytes.length; at += 1) {
      writeFileSync(config!, bytes.with(at, bytes[at]! ^ (1 << (at % 8))));
      await expect(readWhole(KEY), `${at}`).rejects.toMatchObject({ code: 'BACKUP_002' });
    }
  });

  it('backups that are not encrypted are read all the same, but not with a key', async () => {
    await fill(await opened(undefined));
    lose();
    await expect(Repository.open(diskPlace(root), KEY, true)).rejects.toMatchObject({ code: 'BACKUP_002' });
    expect(await readWhole(undefined)).toEqual(['records', 'a picture']);
    await opened(undefined);
    expect(configsOf()).toHaveLength(1);
  });

  it('a place of an older program, without copies, gets one with its next backup', async () => {
    const { id } = await fill(await opened(KEY));
    rmSync(join(root, 'backups', `${id}.json`));
    await fill(await opened(KEY), '20260102T000000000Z-00000002', 'later');
    rmSync(join(root, 'h200-backup.json'));
    const repository = await opened(KEY);
    expect(await contentsOf(repository)).toEqual(['later', 'a picture']);
    expect((await repository.backup(id)).id).toBe(id);
  });
});

it('keeps nothing readable, nor names that tell what is in it, with a key', async () => {
  await fill(await opened(KEY));
  const names = filesOf().map((file) => file.slice(root.length));
  const all = Buffer.concat(filesOf().map((file) => readFileSync(file))).toString('latin1') + names.join();
  for (const secret of ['records', 'a picture', photoKey.slice(6), KEY]) expect(all).not.toContain(secret);
});

describe('a hostile place', () => {
  it('is asked for nothing outside of it, and for nothing too long', async () => {
    const place = diskPlace(join(root, 'in'));
    const repository = await opened(undefined);
    writeFileSync(join(root, 'secret'), 'x');
    for (const name of [
      '../secret',
      'objects/../../secret',
      'backups/../../secret',
      '/etc/passwd',
      'objects/aa/b',
      'lock/x',
      '',
    ]) {
      await expect(place.get(name, 100), name).rejects.toMatchObject({ code: 'BACKUP_002' });
      await expect(place.put(name, Buffer.from('x')), name).rejects.toMatchObject({ code: 'BACKUP_002' });
      await expect(place.remove(name), name).rejects.toMatchObject({ code: 'BACKUP_002' });
    }
    for (const id of ['../../secret', '..', 'latest/..', '20260101T000000000Z-0000000x']) {
      await expect(repository.backup(id)).rejects.toMatchObject({ code: 'BACKUP_005' });
    }
    await fill(repository);
    await expect(diskPlace(root).get('h200-backup.json', 10)).rejects.toMatchObject({ code: 'BACKUP_002' });
  });

  it.each([
    ['parts that are no names', (m: Manifest) => ({ ...m, records: { ...m.records, parts: ['../../../etc/passwd'] } })],
    ['more fields', (m: Manifest) => ({ ...m, more: 'rm' })],
    ['another id', (m: Manifest) => ({ ...m, id: '20260101T000000000Z-00000009' })],
    ['negative sizes', (m: Manifest) => ({ ...m, records: { ...m.records, bytes: -1 } })],
    ['no object', () => []],
    ['a huge list', (m: Manifest) => ({ ...m, records: { ...m.records, parts: Array(200_001).fill('a'.repeat(64)) } })],
    ['fewer photos than listed', (m: Manifest) => ({ ...m, photos: { ...m.photos, count: 0 } })],
    ['other parts', (m: Manifest) => ({ ...m, records: m.photos.list })],
    ['a list of something else', (m: Manifest) => ({ ...m, photos: { ...m.photos, list: m.records } })],
  ])('has a backup with %s, which is refused', async (name, change) => {
    const { openSealing } = await import('../../src/backup/sealing.ts');
    const manifest = await fill(await opened(undefined));
    const bytes = Buffer.from(JSON.stringify(change(manifest)));
    const place = `backups/${manifest.id}`;
    await diskPlace(root).put(place, await openSealing.seal(place, bytes, { pack: true }));
    if (name === 'other parts') {
      expect(await readWhole(undefined)).toEqual([`${photoKey}\n`, 'a picture']);
      return;
    }
    await expect(readWhole(undefined)).rejects.toMatchObject({ code: 'BACKUP_002' });
  });

  it('packs a file that would fill the memory, and is refused', async () => {
    const { openSealing } = await import('../../src/backup/sealing.ts');
    const bomb = await openSealing.seal('x', Buffer.alloc(64 * 2 ** 20), { pack: true });
    expect(bomb.length).toBeLessThan(2 ** 20);
    await expect(openSealing.open('x', bomb, 2 ** 20, { pack: true })).rejects.toMatchObject({ code: 'BACKUP_002' });
  });
});

describe('the lock', () => {
  const now = () => new Date();
  it('is for one at a time, and free again afterwards or when its process is gone', async () => {
    const place = diskPlace(root);
    const first = await lockPlace(place, now);
    await expect(lockPlace(place, now)).rejects.toMatchObject({ code: 'BACKUP_001' });
    await first.assertHeld();
    await first.release();
    const second = await lockPlace(place, now);
    await expect(first.assertHeld()).rejects.toMatchObject({ code: 'BACKUP_001' });
    await first.release();
    await second.assertHeld();
    const held = JSON.parse(readFileSync(join(root, 'lock'), 'utf8'));
    await second.release();
    writeFileSync(join(root, 'lock'), JSON.stringify({ ...held, holder: 'x', pid: 2 ** 22 + 1 }));
    await (await lockPlace(place, now)).release();
  });

  it('of another machine, or one that nobody can read, ends by its age', async () => {
    const { utimesSync } = await import('node:fs');
    const place = diskPlace(root);
    for (const text of [
      JSON.stringify({ holder: 'x', machine: 'other', pid: 1, since: new Date().toISOString() }),
      'x',
    ]) {
      await place.put('lock', Buffer.from(text));
      await expect(lockPlace(place, now)).rejects.toMatchObject({ code: 'BACKUP_001' });
      utimesSync(join(root, 'lock'), 0, Date.now() / 1000 - 601);
      await (await lockPlace(place, now)).release();
    }
  });
});

it('an id says when to the millisecond, so that two of one second have an order', () => {
  expect(timeOfBackup('20260131T235959123Z-0000000f').toISOString()).toBe('2026-01-31T23:59:59.123Z');
});

describe('what is not kept', () => {
  const free = { assertHeld: async () => {}, release: async () => {} };
  const now = new Date('2026-02-01');
  it('goes, with the files that nothing else needs; what is damaged keeps all files', async () => {
    const repository = await opened(undefined);
    for (const day of [1, 2, 3]) await fill(repository, `2026010${day}T000000000Z-0000000${day}`, `day ${day}`);
    const before = filesOf(join(root, 'objects')).length;
    const keep = { last: 1, daily: 0, weekly: 0 };
    const older = join(root, 'backups', '20260101T000000000Z-00000001');
    const bytes = readFileSync(older);
    writeFileSync(older, 'x');
    expect(await prune(repository, free, { keep: { ...keep, last: 3 }, now })).toEqual({
      backups: [],
      objects: 0,
      unreadable: ['20260101T000000000Z-00000001'],
      ahead: [],
    });
    writeFileSync(older, bytes);
    await repository.putPhoto({
      key: `image/${'cd'.repeat(32)}`,
      contentType: 'image/png',
      bytes: Buffer.from('of a killed one'),
    });
    expect(await prune(repository, free, { keep, now })).toEqual({
      backups: ['20260102T000000000Z-00000002', '20260101T000000000Z-00000001'],
      objects: 3,
      unreadable: [],
      ahead: [],
    });
    expect(filesOf(join(root, 'objects'))).toHaveLength(before - 2);
    expect(await readWhole(undefined)).toEqual(['day 3', 'a picture']);
  });
});
