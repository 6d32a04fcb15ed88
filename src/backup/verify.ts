import { toAppError } from '../errors.ts';
import { type Manifest, WRITE_ANEW } from './manifest.ts';
import type { Repository } from './repository.ts';

export interface VerifyReport {
  readonly id: string;
  readonly photos: number;
  /** What is wrong with it, in words; null: nothing. */
  readonly problem: string | null;
  /** Photos that are damaged or not there. */
  readonly damaged: number;
}

interface VerifyOptions {
  /** Reads its records, and looks whether they can be used; throws BACKUP_002 where not. */
  readonly records?: (manifest: Manifest) => Promise<unknown>;
  readonly signal?: AbortSignal | undefined;
  readonly onPhoto?: () => void;
}

/** Reads all of a backup. */
export async function verifyBackup(
  repository: Repository,
  id: string,
  { records, signal, onPhoto }: VerifyOptions = {},
): Promise<VerifyReport> {
  let manifest: Manifest;
  let [photos, damaged] = [0, 0];
  try {
    manifest = await repository.backup(id);
    if (records) await records(manifest);
    else for await (const _part of repository.stream(manifest.records)) signal?.throwIfAborted();
    const there = await repository.objects(signal);
    for await (const key of repository.photoKeys(manifest)) {
      signal?.throwIfAborted();
      photos += 1;
      if (!there.has(repository.nameOfPhoto(key))) damaged += 1;
      else {
        await repository.photo(key).catch((thrown: unknown) => {
          if (toAppError(thrown).code !== 'BACKUP_002') throw thrown;
          damaged += 1;
        });
      }
      onPhoto?.();
    }
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    if (code !== 'BACKUP_002') throw thrown;
    return { id, photos, problem: message, damaged };
  }
  const problem = damaged === 0 ? null : `Photos that are damaged or not there: ${damaged} of ${photos}. ${WRITE_ANEW}`;
  return { id, photos, problem, damaged };
}
