import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAll } from '../../src/ports/byte-stream.ts';
import { besides, placeOf } from '../../src/storage/disk/blob-folder.ts';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { createMemoryBlobs } from '../../src/storage/memory/blobs.ts';
import { ANY_AGE, blobsContract } from './blobs.contract.ts';

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-blobs-'));
  root = join(folder, 'blobs');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const limits = { maxBytes: 1000 };
const unsettled = (path: string) =>
  readdirSync(path, { recursive: true })
    .map(String)
    .filter((name) => /\.(part|aside)$/.test(name));

blobsContract('memory', () => ({ blobs: createMemoryBlobs(), leftovers: () => [], close: () => {} }));
blobsContract('disk', () => {
  const path = mkdtempSync(join(tmpdir(), 'h200-blobs-'));
  return {
    blobs: createDiskBlobs(path),
    leftovers: () => unsettled(path),
    close: () => rmSync(path, { recursive: true, force: true }),
  };
});

it('keeps hostile keys inside its folder', async () => {
  const blobs = createDiskBlobs(root);
  for (const key of ['../../escape', '/etc/passwd', 'a\0b'])
    await blobs.put(key, Buffer.from(key), 'text/plain', limits);
  expect(readdirSync(folder)).toEqual(['blobs']);
});

it('reports a folder that cannot be written as STORAGE_001, and closes the source', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const source = Readable.from([Buffer.from('v')]);
  await expect(createDiskBlobs(file).put('k', source, 'text/plain', limits)).rejects.toMatchObject({
    code: 'STORAGE_001',
  });
  expect(source.destroyed).toBe(true);
  await expect(createDiskBlobs(root).put('k'.repeat(70_000), Buffer.from('v'), 'a/b', limits)).rejects.toMatchObject({
    code: 'STORAGE_001',
  });
  expect(unsettled(root)).toEqual([]);
});

it.runIf(process.platform === 'linux')('closes its files however a read or a write ends', async () => {
  const blobs = createDiskBlobs(root);
  await blobs.put('k', Buffer.alloc(900_000), 'a/b', { maxBytes: 1e6 });
  const openFiles = () => readdirSync('/proc/self/fd').length;
  const before = openFiles();
  for (let n = 0; n < 5; n += 1) {
    await blobs.stat('k');
    await expect(readAll((await blobs.get('k'))!.stream, 10)).rejects.toMatchObject({ code: 'VALIDATION_004' });
    for await (const _chunk of (await blobs.get('k'))!.stream) break;
    (await blobs.get('k'))!.stream.destroy();
    const controller = new AbortController();
    await blobs.get('k', { signal: controller.signal });
    controller.abort();
    await blobs.put('other', Buffer.alloc(2000), 'a/b', limits).catch(() => {});
    for await (const _key of blobs.list({ prefix: '', olderThanMs: ANY_AGE })) break;
  }
  await expect.poll(openFiles).toBeLessThanOrEqual(before);
});

it('says STORAGE_002 of a file that is no blob, and lists the others', async () => {
  const blobs = createDiskBlobs(root);
  for (const key of ['cut', 'text', 'other', 'whole']) await blobs.put(key, Buffer.from('v'), 'a/b', limits);
  truncateSync(placeOf(root, 'cut'), 9);
  writeFileSync(placeOf(root, 'text'), 'no header\n');
  writeFileSync(placeOf(root, 'other'), '{"key":1}\n');
  for (const key of ['cut', 'text', 'other']) {
    await expect(blobs.get(key)).rejects.toMatchObject({ code: 'STORAGE_002' });
    await expect(blobs.stat(key)).rejects.toMatchObject({ code: 'STORAGE_002' });
  }
  const keys: string[] = [];
  for await (const key of blobs.list({ prefix: '', olderThanMs: ANY_AGE })) keys.push(key);
  expect(keys).toEqual(['whole']);
});

it('ends a read of other bytes than were stored with STORAGE_002, and reads what an earlier version stored', async () => {
  const blobs = createDiskBlobs(root);
  const bytes = Buffer.alloc(600_000, 'a');
  await blobs.put('k', bytes, 'a/b', { maxBytes: 1e6 });
  const place = placeOf(root, 'k');
  const file = readFileSync(place);
  file[file.length - 5]! ^= 1;
  writeFileSync(place, file);
  const read = async () => readAll((await blobs.get('k'))!.stream, 1e6);
  await expect(read()).rejects.toMatchObject({ code: 'STORAGE_002', details: { damaged: true } });
  writeFileSync(place, file.subarray(0, file.length - 100));
  await expect(read()).rejects.toMatchObject({ code: 'STORAGE_002' });
  writeFileSync(place, Buffer.concat([Buffer.from('{"key":"k","contentType":"a/b"}\n'), bytes]));
  expect((await read()).equals(bytes)).toBe(true);
});

it('counts the age of a blob from its last put', async () => {
  const blobs = createDiskBlobs(root);
  const old = async () => {
    for await (const key of blobs.list({ prefix: '', olderThanMs: 3_600_000 })) return key;
    return null;
  };
  await blobs.put('k', Buffer.from('v'), 'a/b', limits);
  utimesSync(placeOf(root, 'k'), 0, 0);
  expect(await old()).toBe('k');
  await blobs.put('k', Buffer.from('v'), 'a/b', limits);
  expect(await old()).toBeNull();
});

it('removes parts and puts back what was set aside, once they are old, and nothing else', async () => {
  const blobs = createDiskBlobs(root);
  await blobs.put('k', Buffer.from('v'), 'a/b', limits);
  const place = placeOf(root, 'k');
  const lost = placeOf(root, 'lost');
  mkdirSync(dirname(lost), { recursive: true });
  writeFileSync(besides(lost, 'aside'), '{"key":"lost","contentType":"a/b"}\nkept');
  writeFileSync(besides(place, 'aside'), '{"key":"k","contentType":"a/b"}\nolder');
  writeFileSync(besides(place, 'part'), 'half');
  const strange = join(dirname(place), 'notes.part');
  writeFileSync(strange, 'of a person');
  // Its time of writing is kept when a file is set aside.
  for (const name of unsettled(root)) utimesSync(join(root, name), 0, 0);
  expect(await blobs.tidy({ olderThanMs: 3_600_000, limit: 100 })).toEqual({ removed: 0, restored: 0 });
  expect(await blobs.tidy({ olderThanMs: ANY_AGE, limit: 100 })).toEqual({ removed: 1, restored: 2 });
  expect(unsettled(root).map((name) => join(root, name))).toEqual([strange]);
  expect((await readAll((await blobs.get('lost'))!.stream, 100)).toString()).toBe('kept');
  expect((await readAll((await blobs.get('k'))!.stream, 100)).toString()).toBe('v');
});

it('looks at so many files and no more, and at others the next time', async () => {
  const blobs = createDiskBlobs(root);
  for (let n = 0; n < 40; n += 1) {
    const part = besides(placeOf(root, `k${n}`), 'part');
    mkdirSync(dirname(part), { recursive: true });
    writeFileSync(part, '');
  }
  expect(await blobs.tidy({ olderThanMs: ANY_AGE, limit: 15 })).toMatchObject({ removed: 15 });
  const all = { olderThanMs: ANY_AGE, limit: 100, signal: AbortSignal.abort(new Error('enough')) };
  await expect(blobs.tidy(all)).rejects.toThrow('enough');
  expect(unsettled(root)).toHaveLength(25);
});

it('narrows files and folders that others may read', async () => {
  const blobs = createDiskBlobs(root);
  await blobs.put('k', Buffer.from('v'), 'a/b', limits);
  const place = placeOf(root, 'k');
  chmodSync(place, 0o644);
  chmodSync(dirname(place), 0o755);
  await blobs.tidy({ olderThanMs: ANY_AGE, limit: 10 });
  expect(statSync(place).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(place)).mode & 0o777).toBe(0o700);
  expect(existsSync(place)).toBe(true);
});

it('holds so many bytes in memory and no more', async () => {
  const blobs = createMemoryBlobs({ maxBytes: 1500 });
  await blobs.put('a', Buffer.alloc(1000), 'a/b', limits);
  await expect(blobs.put('b', Buffer.alloc(501), 'a/b', limits)).rejects.toMatchObject({ code: 'STORAGE_003' });
  await blobs.put('a', Buffer.alloc(900), 'a/b', limits);
  expect(await blobs.put('b', Buffer.alloc(501), 'a/b', limits)).toBe(501);
});
