import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-blobs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('gives back bytes and type, overwrites, and deletes once', async () => {
  const blobs = createDiskBlobs(folder);
  const bytes = Buffer.from([0, 10, 255, 10, 13, 0]);
  await blobs.put('image/x', bytes, 'image/jpeg');
  expect(await blobs.get('image/x')).toEqual({ bytes, contentType: 'image/jpeg' });
  await blobs.put('image/x', Buffer.from('new'), 'image/png');
  expect((await blobs.get('image/x'))?.bytes.toString()).toBe('new');
  expect(await blobs.delete('image/x')).toBe(true);
  expect(await blobs.delete('image/x')).toBe(false);
  expect(await blobs.get('image/x')).toBeNull();
});

it('keeps hostile keys inside its folder and leaves no half-written file', async () => {
  const root = join(folder, 'blobs');
  const blobs = createDiskBlobs(root);
  for (const key of ['../../escape', '/etc/passwd', 'a\0b', '', 'x'.repeat(5000)]) {
    await blobs.put(key, Buffer.from(key), 'text/plain');
    expect((await blobs.get(key))?.bytes.toString()).toBe(key);
  }
  expect(readdirSync(folder)).toEqual(['blobs']);
  expect(readdirSync(root, { recursive: true }).filter((name) => String(name).endsWith('.part'))).toEqual([]);
});

it('reports a folder that cannot be written as STORAGE_001', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(createDiskBlobs(file).put('k', Buffer.from('v'), 'text/plain')).rejects.toMatchObject({
    code: 'STORAGE_001',
  });
});
