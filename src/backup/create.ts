import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import { type Keep, newestOf } from './keep.ts';
import { lockPlace } from './lock.ts';
import { MAX_NAMED, MAX_PHOTO, type Manifest, timeOfBackup } from './manifest.ts';
import { Names } from './names.ts';
import { type Pruned, prune } from './prune.ts';
import { readPhoto } from './read-photo.ts';
import type { Repository } from './repository.ts';
import { Reread } from './reread.ts';

/** The store as it was, in a file of this machine. */
export interface StoreCopy {
  readonly file: string;
  readonly store: Manifest['store'];
  readonly moment: boolean;
  readonly analyses: number;
  readonly unreadable: number;
  /** Of its photos, in order, behind `after`. */
  imageKeys(after: string, limit: number): Promise<string[]>;
}

export interface BackupSource {
  /** Into this machine's own folder, which whoever calls removes. */
  copy(signal?: AbortSignal): Promise<StoreCopy>;
  readonly blobs: Blobs;
  /** Those of the photos that the store itself names just now. */
  imagesInUse(keys: readonly string[]): Promise<readonly string[]>;
}

export interface CreateOptions {
  readonly now: () => Date;
  readonly program: string;
  /** Null: nothing is removed. */
  readonly keep: Keep | null;
  /** BACKUP_001 where somebody made one so short a time ago, ms. */
  readonly unlessWithinMs?: number | undefined;
  /** What is there is written once more. */
  readonly full?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onStart?: (analyses: number) => void;
  readonly onPhoto?: () => void;
}

export interface CreateReport {
  readonly manifest: Manifest;
  /** Photos that were not there before. */
  readonly new_photos: number;
  /** Files of older backups that were damaged there, and are whole again. */
  readonly mended: number;
  /** Photos that it has not because they are damaged where they are; among those that the manifest counts as missing. */
  readonly damaged: number;
  readonly pruned: Pruned | null;
}

const KEYS_AT_ONCE = 500;
/** Photos that are read and written at once. */
const AT_ONCE = 4;

/** Makes one backup. It is listed when it is whole, and not before; what a killed one left is removed by a later one. */
export async function createBackup(
  repository: Repository,
  source: BackupSource,
  options: CreateOptions,
): Promise<CreateReport> {
  const { now, program, keep, signal } = options;
  const lock = await lockPlace(repository.place, now);
  try {
    await assertDue(repository, options);
    await repository.place.tidy();
    const created_at = now().toISOString();
    const known = options.full ? new Names() : await repository.objects(signal);
    const reread = new Reread(known.size);
    const copy = await source.copy(signal);
    options.onStart?.(copy.analyses);
    const records = await repository.putStream(createReadStream(copy.file, { signal }), known, reread);
    const photos = await keepPhotos(repository, source, copy, { known, reread }, options);
    const manifest: Manifest = {
      id: idOf(created_at),
      created_at,
      program,
      store: copy.store,
      moment: copy.moment,
      analyses: copy.analyses,
      unreadable: copy.unreadable,
      records,
      photos: photos.kept,
    };
    await assertWhole(repository, manifest, signal);
    await lock.assertHeld();
    signal?.throwIfAborted();
    await repository.putBackup(manifest);
    const pruned = keep && (await prune(repository, lock, { keep, now: now(), made: manifest.id, signal }));
    return { manifest, new_photos: photos.fresh, mended: reread.mended, damaged: photos.damaged, pruned };
  } finally {
    await lock.release();
  }
}

/** Others may have made one while this one waited to begin. */
async function assertDue(repository: Repository, { unlessWithinMs, now }: CreateOptions): Promise<void> {
  if (unlessWithinMs === undefined) return;
  const { newest } = newestOf(await repository.ids(), now());
  if (newest === null) return;
  if (Math.abs(now().getTime() - timeOfBackup(newest).getTime()) >= unlessWithinMs) return;
  throw new AppError('BACKUP_001', { message: 'Another backup was made just now.' });
}

async function keepPhotos(
  repository: Repository,
  source: BackupSource,
  copy: StoreCopy,
  { known, reread }: { readonly known: Names; readonly reread: Reread },
  { signal, onPhoto }: CreateOptions,
) {
  const named: string[] = [];
  let [count, missing, damaged, fresh] = [0, 0, 0, 0];
  const broken = new Set<string>();
  const keep = async (key: string): Promise<string | null> => {
    const isThere = known.has(repository.nameOfPhoto(key));
    if (isThere && !(reread.isDue() && !(await repository.isWholePhoto(key)))) return key;
    const found = await readPhoto(source.blobs, key, MAX_PHOTO);
    if (found === 'damaged') broken.add(key);
    if (typeof found === 'string') return null;
    await repository.putPhoto({ key, ...found });
    if (isThere) reread.mended += 1;
    else fresh += 1;
    return key;
  };
  const keys = async function* () {
    for (let after = ''; ; ) {
      const page = await copy.imageKeys(after, KEYS_AT_ONCE);
      const last = page.at(-1);
      if (last === undefined) return;
      for (let at = 0; at < page.length; at += AT_ONCE) {
        signal?.throwIfAborted();
        const some = page.slice(at, at + AT_ONCE);
        const kept = await Promise.all(some.map(keep));
        const lost = some.filter((_, n) => kept[n] === null);
        // One whose analysis was deleted meanwhile is not missing.
        const stillNamed = lost.length === 0 ? [] : await source.imagesInUse(lost);
        missing += stillNamed.length;
        damaged += stillNamed.filter((key) => broken.has(key)).length;
        broken.clear();
        named.push(...stillNamed.slice(0, MAX_NAMED - named.length));
        for (const key of kept) {
          onPhoto?.();
          if (key === null) continue;
          count += 1;
          yield Buffer.from(`${key}\n`);
        }
      }
      after = last;
    }
  };
  const list = await repository.putStream(keys(), known, reread);
  return { kept: { count, missing, named, list }, damaged, fresh };
}

/** Whether everything that it names is there: somebody may have cleared up meanwhile. */
async function assertWhole(repository: Repository, manifest: Manifest, signal?: AbortSignal): Promise<void> {
  const there = await repository.objects(signal);
  const parts = [...manifest.records.parts, ...manifest.photos.list.parts];
  let isWhole = parts.every((name) => there.has(name));
  for await (const key of repository.photoKeys(manifest)) isWhole &&= there.has(repository.nameOfPhoto(key));
  if (isWhole) return;
  throw new AppError('BACKUP_001', { message: 'Something that the backup needs was removed while it was made.' });
}

const idOf = (createdAt: string): string => `${createdAt.replace(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`;
