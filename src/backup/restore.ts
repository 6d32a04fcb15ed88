import { createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, toAppError } from '../errors.ts';
import { damagedBackup } from '../ports/backup-place.ts';
import type { Blobs } from '../ports/blobs.ts';
import { writeError } from '../storage/disk/durable-rename.ts';
import { FILE_MODE } from '../storage/private.ts';
import { MAX_PHOTO, type Manifest, WRITE_ANEW } from './manifest.ts';
import type { Names } from './names.ts';
import type { Repository } from './repository.ts';
import { kindsLeftOut } from './restored-kinds.ts';

export interface RestoreTarget {
  /** Throws BACKUP_004 where it holds something already, or is in use. */
  assertFree(): Promise<void>;
  readonly blobs: Blobs;
  /** Whether the file is a store of ours through and through; takes entries of these kinds out of it. */
  makeUsable(
    file: string,
    without: readonly string[],
  ): Promise<{ readonly analyses: number; readonly left: Readonly<Record<string, number>> }>;
  /** The file's records become those of the store. */
  take(file: string): Promise<void>;
}

export interface RestoreOptions {
  /** A folder for the copy, on the disk of the store. */
  readonly folder: string;
  /** Everybody has to log in again. */
  readonly endLogins: boolean;
  /** Photos that the backup does not have whole are left out. */
  readonly partial: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onStart?: (photos: number) => void;
  readonly onPhoto?: () => void;
}

export interface RestoreReport {
  readonly manifest: Manifest;
  readonly photos: number;
  /** Photos that the backup should have and has not whole. */
  readonly lost: number;
  /** What was left out of the registry, by kind; such as messages that waited to be sent. */
  readonly left_out: Readonly<Record<string, number>>;
}

const AT_ONCE = 4;

/**
 * Puts a backup into a store. Its records are read and checked before anything is written; then come the photos, which nothing refers to
 * yet, and the records last: a restore that is ended before leaves no store, and begun again goes on.
 */
export async function restoreBackup(
  repository: Repository,
  id: string,
  target: RestoreTarget,
  options: RestoreOptions,
): Promise<RestoreReport> {
  const { signal, partial } = options;
  const manifest = await repository.backup(id);
  await target.assertFree();
  const { file, left } = await readRecords(repository, manifest, target.makeUsable, options);
  const there = await repository.objects(signal);
  if (!partial) await assertPhotos(repository, manifest, there);
  options.onStart?.(manifest.photos.count);
  const lost = await takePhotos(repository, manifest, there, target.blobs, options);
  signal?.throwIfAborted();
  await target.take(file);
  const left_out = Object.fromEntries(Object.entries(left).filter(([, count]) => count > 0));
  return { manifest, photos: manifest.photos.count - lost, lost, left_out };
}

/** Into a file of the folder: a store of ours through and through, or BACKUP_002 is thrown. */
export async function readRecords(
  repository: Repository,
  manifest: Manifest,
  makeUsable: RestoreTarget['makeUsable'],
  { folder, endLogins, signal }: Pick<RestoreOptions, 'folder' | 'endLogins' | 'signal'>,
): Promise<{ readonly file: string; readonly left: Readonly<Record<string, number>> }> {
  await assertRoom(folder, manifest.records.bytes);
  const file = join(folder, 'records.db');
  await write(repository, manifest, file, signal);
  const { analyses, left } = await makeUsable(file, kindsLeftOut(endLogins));
  if (analyses !== manifest.analyses) throw damagedBackup('it has other analyses than it says');
  return { file, left };
}

async function write(repository: Repository, { records }: Manifest, file: string, signal?: AbortSignal): Promise<void> {
  const into = createWriteStream(file, { flags: 'wx', mode: FILE_MODE });
  await pipeline(Readable.from(repository.stream(records)), into, { signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw writeError(cause);
  });
}

/** Whatever a backup says of its size, servers can go on writing, bytes. */
const LEFT_FREE = 256 * 2 ** 20;

export const fits = (bytes: number, free: number): boolean => bytes + LEFT_FREE <= free;

/** Before a byte is written: what does not fit would fill the disk that servers write to. */
async function assertRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (fits(bytes, bavail * bsize)) return;
  throw new AppError('STORAGE_003', {
    message: `The records of the backup have ${gigabytes(bytes)} GB; ${gigabytes(bavail * bsize)} GB are free where H200_DATA_DIR lies.`,
    advice: 'Free space there, or restore another backup if this one cannot be so large.',
  });
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

async function assertPhotos(repository: Repository, manifest: Manifest, there: Names): Promise<void> {
  // A list that is longer than all that is there need not be read to its end.
  let missing = Math.max(0, manifest.photos.count - there.size);
  if (missing === 0) {
    for await (const key of repository.photoKeys(manifest)) if (!there.has(repository.nameOfPhoto(key))) missing += 1;
  }
  if (missing > 0) throw photosLost(`${missing} of its photos are not there.`);
}

const photosLost = (message: string, cause?: unknown): AppError =>
  new AppError('BACKUP_002', {
    message,
    advice: `"--partial" restores all the rest. ${WRITE_ANEW} Older backups share their photos, so that they have the same fault.`,
    ...(cause !== undefined && { cause }),
  });

async function takePhotos(
  repository: Repository,
  manifest: Manifest,
  there: Names,
  blobs: Blobs,
  { signal, partial, onPhoto }: RestoreOptions,
): Promise<number> {
  let lost = 0;
  const take = async (key: string): Promise<void> => {
    try {
      if ((await blobs.stat(key)) === undefined) {
        if (!there.has(repository.nameOfPhoto(key))) throw damagedBackup('a photo is not there');
        const { bytes, contentType } = await repository.photo(key);
        await blobs.put(key, bytes, contentType, { maxBytes: MAX_PHOTO, signal });
      }
    } catch (thrown) {
      if (toAppError(thrown).code !== 'BACKUP_002') throw thrown;
      if (!partial) throw photosLost('A photo of the backup is damaged, or was changed.', thrown);
      lost += 1;
    }
    onPhoto?.();
  };
  let some: string[] = [];
  const takeSome = async () => {
    signal?.throwIfAborted();
    await Promise.all(some.map(take));
    some = [];
  };
  for await (const key of repository.photoKeys(manifest)) {
    some.push(key);
    if (some.length === AT_ONCE) await takeSome();
  }
  await takeSome();
  return lost;
}
