import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createImageIntake } from '../../src/image/intake.ts';
import { testImage } from './test-images.ts';

let folder: string;
let root: string;
let photo: string;
let intake: ReturnType<typeof createImageIntake>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-known-'));
  root = join(folder, 'photos');
  mkdirSync(root);
  photo = join(root, 'desk.jpg');
  writeFileSync(photo, await testImage('jpeg'));
  intake = createImageIntake({ allowedRoots: [root] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** As if the files had been written a while ago: nobody can set when a file changed. */
const later = () => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });

it('knows a file that is as it was read, under each of its names', async () => {
  later();
  expect(await intake.recall(photo)).toBeNull();
  const { bytes: _, ...image } = await intake.open(photo);
  symlinkSync(photo, join(root, 'link.jpg'));
  expect(await intake.recall(photo)).toEqual(image);
  expect(await intake.recall(`file://${photo}`)).toEqual(image);
  expect(await intake.recall(join(root, 'link.jpg'))).toEqual({ ...image, label: 'link.jpg' });
});

it('does not know a file that was written since, of the same size and with its time set back', async () => {
  later();
  const before = await intake.open(photo);
  const { atime, mtime } = statSync(photo);
  const other = Buffer.from(before.bytes);
  other[other.length - 3] = other.at(-3)! ^ 1;
  writeFileSync(photo, other);
  utimesSync(photo, atime, mtime);
  expect(await intake.recall(photo)).toBeNull();
  expect((await intake.open(photo)).sha256).not.toBe(before.sha256);
});

it('does not know a file that may change once more within the tick in which it was read', async () => {
  await intake.open(photo);
  expect(await intake.recall(photo)).toBeNull();
  later();
  expect(await intake.recall(photo)).toBeNull();
});

it('tells nothing of a known file that the caller may not read any more', async () => {
  const other = join(folder, 'others.jpg');
  writeFileSync(other, await testImage('jpeg'));
  later();
  await intake.open(other, { roots: [folder] });
  expect(await intake.recall(other, { roots: [folder] })).not.toBeNull();
  await expect(intake.recall(other)).rejects.toMatchObject({ code: 'VALIDATION_007' });
  await intake.open(photo);
  unlinkSync(photo);
  symlinkSync(other, photo);
  await expect(intake.recall(photo)).rejects.toMatchObject({ code: 'VALIDATION_007' });
});

it('tells nothing of a known file whose folder became a link that leads out', async () => {
  const inside = join(root, 'inside');
  mkdirSync(inside);
  renameSync(photo, join(inside, 'desk.jpg'));
  later();
  await intake.open(join(inside, 'desk.jpg'));
  expect(await intake.recall(join(inside, 'desk.jpg'))).not.toBeNull();
  renameSync(inside, join(folder, 'outside'));
  symlinkSync(join(folder, 'outside'), inside);
  await expect(intake.recall(join(inside, 'desk.jpg'))).rejects.toMatchObject({ code: 'VALIDATION_007' });
});
