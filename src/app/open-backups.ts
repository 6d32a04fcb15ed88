import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { BackupSource } from '../backup/create.ts';
import { Repository } from '../backup/repository.ts';
import { ALL_KINDS } from '../backup/restored-kinds.ts';
import { type BackupDestination, backupDestination } from '../config/backup-destination.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import type { BackupPlace } from '../ports/backup-place.ts';
import type { Blobs } from '../ports/blobs.ts';
import { diskPlace } from '../storage/disk/backup-place.ts';
import { copyStore } from '../storage/records/copy-store.ts';
import type { Store } from '../storage/records/store.ts';
import { CopiedStore } from '../storage/sqlite/copies/copied-store.ts';
import { runCopy } from '../storage/sqlite/copies/run-copy.ts';
import { StoreThread } from '../storage/sqlite/thread/store-thread.ts';
import { openBlobs, openStore, recordsFile, storeExists } from './open-stores.ts';

/** `to`: in place of H200_BACKUP_TO. Throws VALIDATION_001 where neither says where, ConfigError for a place that makes no sense. */
export function destinationOf(config: Config, to: string | undefined): BackupDestination {
  const text = to ?? config.H200_BACKUP_TO;
  if (text === undefined) {
    throw new AppError('VALIDATION_001', {
      message: 'Nothing says where backups are kept.',
      advice: 'Set H200_BACKUP_TO, or name a folder or s3://BUCKET/FOLDER with the command.',
    });
  }
  return backupDestination(config, text);
}

export async function openPlace(destination: BackupDestination): Promise<BackupPlace> {
  if (destination.kind === 'folder') return diskPlace(resolve(destination.folder));
  const [{ Bucket }, { s3Place }] = await Promise.all([
    import('../storage/s3/bucket.ts'),
    import('../storage/s3/backup-place.ts'),
  ]);
  return s3Place(new Bucket(destination.settings), destination.folder, destination.isOwn);
}

/** Throws VALIDATION_001 for the folder of the store and whatever is in it: backups there go with it. */
function assertApart(config: Config, destination: BackupDestination): void {
  if (destination.kind !== 'folder') return;
  const way = relative(realFolder(config.H200_DATA_DIR), realFolder(destination.folder));
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return;
  throw new AppError('VALIDATION_001', {
    message: 'Backups are to be kept in H200_DATA_DIR, and would be lost with it.',
    advice: 'Name a folder on another disk, or s3://BUCKET/FOLDER. What is there can still be listed and restored.',
  });
}

/** Where it really is, or will be once it is made. */
function realFolder(folder: string): string {
  const path = resolve(folder);
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realFolder(parent), basename(path));
  }
}

/** The place is closed afterwards. Where there are no backups: `create` makes a place of them, else BACKUP_005. */
export async function withRepository<T>(
  config: Config,
  {
    to,
    key,
    create = false,
  }: { readonly to?: string | undefined; readonly key?: string | undefined; readonly create?: boolean },
  work: (repository: Repository) => Promise<T>,
): Promise<T> {
  const destination = destinationOf(config, to);
  if (create) assertApart(config, destination);
  const place = await openPlace(destination);
  try {
    const repository = await Repository.open(place, key ?? config.H200_BACKUP_KEY, create);
    if (repository === null) throw new AppError('BACKUP_005', { message: 'There are no backups at that place.' });
    return await work(repository);
  } finally {
    await place.close();
  }
}

/** The store of the configuration, for as long as it is backed up; what `work` needs beside it lies in `folder`. */
export async function withSource<T>(
  config: Config,
  folder: string,
  work: (source: BackupSource) => Promise<T>,
): Promise<T> {
  if (!storeExists(config)) {
    throw new AppError('VALIDATION_002', {
      message: 'There is no store to back up.',
      advice: 'Set H200_DATA_DIR, or MONGODB_ATLAS_URI, as the server has it.',
    });
  }
  const [store, blobs] = [await openStore(config), await openBlobs(config)];
  const copies: CopiedStore[] = [];
  try {
    return await work(sourceOf(config, folder, store, blobs, copies));
  } finally {
    for (const copy of copies) copy.close();
    await Promise.all([store.close(), blobs.close()]);
  }
}

function sourceOf(config: Config, folder: string, store: Store, blobs: Blobs, copies: CopiedStore[]): BackupSource {
  const isEmbedded = config.MONGODB_ATLAS_URI === undefined;
  return {
    blobs,
    imagesInUse: (keys) => store.call('imagesInUse', JSON.stringify(keys)),
    async copy(signal) {
      const file = `${folder}/copy.db`;
      const unreadable = isEmbedded ? 0 : await readInto(store, file, signal);
      const task = isEmbedded
        ? ({ kind: 'copy', from: recordsFile(config), to: file } as const)
        : ({ kind: 'use', file, without: [] } as const);
      const { analyses } = await runCopy(task, signal);
      const copied = new CopiedStore(file);
      copies.push(copied);
      return {
        ...{ file, analyses, unreadable },
        store: isEmbedded ? 'embedded' : 'mongodb',
        moment: isEmbedded,
        imageKeys: copied.imageKeys,
      };
    },
  };
}

/** Record by record, as each is when it is read; how many could not be read. */
async function readInto(store: Store, file: string, signal?: AbortSignal): Promise<number> {
  const target = new StoreThread(file);
  try {
    const { unreadable, different } = await copyStore(store, target, { kinds: ALL_KINDS, ...(signal && { signal }) });
    return unreadable.length + different.length;
  } finally {
    await target.close();
  }
}
