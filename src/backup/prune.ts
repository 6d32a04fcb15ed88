import { toAppError } from '../errors.ts';
import { objectPlace } from '../ports/backup-place.ts';
import { type Keep, notKept } from './keep.ts';
import type { PlaceLock } from './lock.ts';
import type { Manifest } from './manifest.ts';
import { Names } from './names.ts';
import type { Repository } from './repository.ts';

export interface Pruned {
  readonly backups: readonly string[];
  /** Files that no backup needs any more. */
  readonly objects: number;
  /** Backups that cannot be read: as long as there is one, no file goes, as it might need it. */
  readonly unreadable: readonly string[];
}

/** Removes backups that are not to be kept, and then the files that none needs. `lock`: of the place. */
export async function prune(
  repository: Repository,
  lock: PlaceLock,
  keep: Keep,
  signal?: AbortSignal,
): Promise<Pruned> {
  const manifests: Manifest[] = [];
  const unreadable: string[] = [];
  for (const id of await repository.ids()) {
    try {
      manifests.push(await repository.backup(id));
    } catch (thrown) {
      if (toAppError(thrown).code !== 'BACKUP_002') throw thrown;
      unreadable.push(id);
    }
  }
  const backups = notKept(manifests, keep);
  await lock.assertHeld();
  for (const id of backups) await repository.removeBackup(id);
  if (unreadable.length > 0) return { backups, objects: 0, unreadable };

  const needed = new Names();
  const kept = manifests.filter(({ id }) => !backups.includes(id));
  for (const manifest of kept) {
    for (const name of [...manifest.records.parts, ...manifest.photos.list.parts]) needed.add(name);
    try {
      for await (const key of repository.photoKeys(manifest)) needed.add(repository.nameOfPhoto(key));
    } catch (thrown) {
      if (toAppError(thrown).code !== 'BACKUP_002') throw thrown;
      return { backups, objects: 0, unreadable: [manifest.id] };
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
  return { backups, objects, unreadable };
}
