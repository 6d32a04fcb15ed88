import { type CreateReport, createBackup } from '../backup/create.ts';
import { isAhead, type Keep, newestOf } from '../backup/keep.ts';
import { type Manifest, timeOfBackup } from '../backup/manifest.ts';
import type { Repository } from '../backup/repository.ts';
import { type RestoreReport, type RestoreTarget, readRecords, restoreBackup } from '../backup/restore.ts';
import { type VerifyReport, verifyBackup } from '../backup/verify.ts';
import { inWorkFolder } from '../backup/work-folder.ts';
import type { Config } from '../config/config.ts';
import { AppError, toAppError } from '../errors.ts';
import { runCopy } from '../storage/sqlite/copies/run-copy.ts';
import { VERSION } from '../version.ts';
import { withRepository, withSource } from './open-backups.ts';
import { withTarget } from './restore-target.ts';

interface Place {
  /** In place of H200_BACKUP_TO. */
  readonly at?: string | undefined;
  /** In place of H200_BACKUP_KEY. */
  readonly key?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface CreateChoice extends Place {
  /** What is there is written once more. */
  readonly full?: boolean;
  /** BACKUP_001 where somebody made one so short a time ago, ms. */
  readonly unlessWithinMs?: number | undefined;
  /** Nothing is removed. */
  readonly keepAll?: boolean;
  readonly onStart?: (analyses: number) => void;
  readonly onPhoto?: () => void;
  readonly now?: () => Date;
}

export const keepOf = (config: Config): Keep => ({
  last: config.H200_BACKUP_KEEP_LAST,
  daily: config.H200_BACKUP_KEEP_DAILY,
  weekly: config.H200_BACKUP_KEEP_WEEKLY,
});

/** Backs up the store of the configuration, also while servers write. */
export function makeBackup(config: Config, choice: CreateChoice = {}): Promise<CreateReport> {
  const { at: to, key, signal, full = false, keepAll = false, onStart, onPhoto } = choice;
  return withRepository(config, { to, key, create: true }, (repository) =>
    inWorkFolder(config.H200_DATA_DIR, (folder) =>
      withSource(config, folder, (source) =>
        createBackup(repository, source, {
          now: choice.now ?? (() => new Date()),
          program: VERSION,
          keep: keepAll ? null : keepOf(config),
          full,
          unlessWithinMs: choice.unlessWithinMs,
          signal,
          ...(onStart && { onStart }),
          ...(onPhoto && { onPhoto }),
        }),
      ),
    ),
  );
}

/** When the newest one was made, by its name; null: there is none. `ahead`: those of a time that has not come. */
export async function newestBackup(
  config: Config,
  { at: to, key }: Place = {},
  now = new Date(),
): Promise<{ readonly at: Date | null; readonly ahead: readonly string[] }> {
  try {
    return await withRepository(config, { to, key }, async (repository) => {
      const { newest, ahead } = newestOf(await repository.ids(), now);
      return { at: newest === null ? null : timeOfBackup(newest), ahead };
    });
  } catch (thrown) {
    if (toAppError(thrown).code === 'BACKUP_005') return { at: null, ahead: [] };
    throw thrown;
  }
}

/** Without the names of its parts: they may be many. */
export type Listed = (ReturnType<typeof summary> | { readonly id: string; readonly problem: string }) & {
  /** Of a time that has not come. */
  readonly ahead: boolean;
};

function summary({ records, photos, ...rest }: Manifest) {
  const { list: _, ...counted } = photos;
  return { ...rest, records: records.bytes, photos: counted };
}

/** Oldest first; those that cannot be read say why. */
export function listBackups(config: Config, { at: to, key }: Place = {}, now = new Date()): Promise<Listed[]> {
  return withRepository(config, { to, key }, async (repository) => {
    const listed: Listed[] = [];
    for (const id of await repository.ids()) {
      const one = await repository.backup(id).then(summary, (thrown: unknown) => {
        const { code, message } = toAppError(thrown);
        if (!code.startsWith('BACKUP_')) throw thrown;
        return { id, problem: message };
      });
      listed.push({ ...one, ahead: isAhead(timeOfBackup(id), now) });
    }
    return listed;
  });
}

/** `id`: one of them, `latest` or `all`. */
export function verifyBackups(
  config: Config,
  id: string,
  { at: to, key, signal }: Place = {},
  now = new Date(),
): Promise<VerifyReport[]> {
  return withRepository(config, { to, key }, async (repository) => {
    const ids = await repository.ids();
    const reports: VerifyReport[] = [];
    for (const one of id === 'all' ? ids : [chosen(ids, id, newestOf(ids, now).newest ?? ids.at(-1))])
      reports.push(
        await inWorkFolder(config.H200_DATA_DIR, (folder) => {
          const into = { folder, endLogins: false, signal };
          const use: RestoreTarget['makeUsable'] = (file, without) => runCopy({ kind: 'use', file, without }, signal);
          const records = (manifest: Manifest) => readRecords(repository, manifest, use, into);
          return verifyBackup(repository, one, { records, signal });
        }),
      );
    return reports;
  });
}

interface RestoreChoice extends Place {
  readonly force?: boolean;
  readonly endLogins?: boolean;
  readonly partial?: boolean;
  readonly now?: () => Date;
  readonly onStart?: (photos: number) => void;
  readonly onPhoto?: () => void;
}

/** Puts a backup, or the `latest`, into the store of the configuration. */
export function restore(config: Config, id: string, choice: RestoreChoice = {}): Promise<RestoreReport> {
  const { at: to, key, signal, force = false, endLogins = false, partial = false, onStart, onPhoto } = choice;
  const now = choice.now ?? (() => new Date());
  return withRepository(config, { to, key }, async (repository) => {
    const one = await backupToRestore(repository, id, now());
    return inWorkFolder(config.H200_DATA_DIR, (folder) =>
      withTarget(config, { id: one, force, signal, now }, (target) =>
        restoreBackup(repository, one, target, {
          folder,
          endLogins,
          partial,
          signal,
          ...(onStart && { onStart }),
          ...(onPhoto && { onPhoto }),
        }),
      ),
    );
  });
}

/** Throws BACKUP_004 where nobody can know which one is the latest. */
async function backupToRestore(repository: Repository, id: string, now: Date): Promise<string> {
  const ids = await repository.ids();
  const { newest, ahead } = newestOf(ids, now);
  if (id !== 'latest' || ahead.length === 0) return chosen(ids, id, newest);
  throw new AppError('BACKUP_004', {
    message: `Which backup is the latest is not certain: of ${ahead.length} the time has not come by this machine's clock, the last one is ${ahead.at(-1)}.`,
    advice: `Name one by its id. If the clock of this machine is right, ${newest ?? 'none'} is the newest of the others; if it is behind, set it.`,
  });
}

function chosen(ids: readonly string[], id: string, latest: string | null | undefined): string {
  const found = (id === 'latest' ? latest : ids.find((one) => one === id)) ?? undefined;
  if (found === undefined) throw new AppError('BACKUP_005');
  return found;
}
