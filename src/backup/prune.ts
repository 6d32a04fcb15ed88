import { toAppError } from '../errors.ts';
import { damagedBackup, objectPlace } from '../ports/backup-place.ts';
import { isAhead, type Keep, notKept } from './keep.ts';
import type { PlaceLock } from './lock.ts';
import { Names } from './names.ts';
import type { Repository } from './repository.ts';

export interface Pruned {
  readonly backups: readonly string[];
  /** Files that no backup needs any more. */
  readonly objects: number;
  /** Backups that cannot be read: as long as there is one, no file goes, as it might need it. */
  readonly unreadable: readonly string[];
  /** Backups of a time that has not come: they stay until it has. */
  readonly ahead: readonly string[];
}

export interface PruneOptions {
  readonly keep: Keep;
  readonly now: Date;
  /** That was just made: it stays. */
  readonly made?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Removes backups that are not to be kept, and then the files that none needs. `lock`: of the place. */
export async function prune(
  repository: Repository,
  lock: PlaceLock,
  { keep, now, made, signal }: PruneOptions,
): Promise<Pruned> {
  // Of each its time alone: what they consist of may be long.
  const manifests: { readonly id: string; readonly created_at: string }[] = [];
  const unreadable: string[] = [];
  for (const id of await repository.ids()) {
    try {
      const { created_at } = await repository.backup(id);
      manifests.push({ id, created_at });
    } catch (thrown) {
      if (toAppError(thrown).code !== 'BACKUP_002') throw thrown;
      unreadable.push(id);
    }
  }
  const backups = notKept(manifests, keep, { now, made });
  const ahead = manifests.filter(({ created_at }) => isAhead(new Date(created_at), now)).map(({ id }) => id);
  await lock.assertHeld();
  for (const id of backups) await repository.removeBackup(id);
  if (unreadable.length > 0) return { backups, objects: 0, unreadable, ahead };

  const needed = new Names();
  const there = (await repository.objects(signal)).size;
  for (const { id } of manifests.filter((one) => !backups.includes(one.id))) {
    signal?.throwIfAborted();
    try {
      const manifest = await repository.backup(id);
      if (manifest.photos.count > there) throw damagedBackup('photos of it are not there');
      for (const name of [...manifest.records.parts, ...manifest.photos.list.parts]) needed.add(name);
      for await (const key of repository.photoKeys(manifest)) needed.add(repository.nameOfPhoto(key));
    } catch (thrown) {
      if (toAppError(thrown).code !== 'BACKUP_002') throw thrown;
      return { backups, objects: 0, unreadable: [id], ahead };
    }
  }
  await lock.assertHeld();
  let objects = 0;
  for await (const place of repository.place.list('objects/', signal)) {
    const name = place.slice(-64);
    if (needed.has(name)) continue;
    await repository.place.remove(objectPlace(name));
    objects += 1;
  }
  return { backups, objects, unreadable, ahead };
}
