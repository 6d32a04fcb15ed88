import { existsSync } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RestoreTarget } from '../backup/restore.ts';
import { ALL_KINDS, RESTORED } from '../backup/restored-kinds.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import { syncFolder, writeError } from '../storage/disk/durable-rename.ts';
import { privateDataFolder } from '../storage/private.ts';
import { copyStore } from '../storage/records/copy-store.ts';
import { recordsOver } from '../storage/records/records-over.ts';
import type { Store } from '../storage/records/store.ts';
import { isUnused } from '../storage/sqlite/copies/copied-store.ts';
import { runCopy } from '../storage/sqlite/copies/run-copy.ts';
import { reserveOf } from '../storage/sqlite/space-reserve.ts';
import { StoreThread } from '../storage/sqlite/thread/store-thread.ts';
import { openBlobs, openStore, recordsFile } from './open-stores.ts';

interface TargetOptions {
  /** Of the backup. */
  readonly id: string;
  readonly force: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly now: () => Date;
}

/** The store of the configuration, whatever it is, as the target of a restore. */
export async function withTarget<T>(
  config: Config,
  options: TargetOptions,
  work: (target: RestoreTarget) => Promise<T>,
): Promise<T> {
  const blobs = await openBlobs(config);
  const store = config.MONGODB_ATLAS_URI === undefined ? null : await openStore(config);
  const makeUsable: RestoreTarget['makeUsable'] = (file, without) =>
    runCopy({ kind: 'use', file, without }, options.signal);
  try {
    const of = store === null ? embeddedTarget(recordsFile(config), options) : mongoTarget(store, options);
    return await work({ blobs, makeUsable, ...of });
  } finally {
    await Promise.all([blobs.close(), store?.close()]);
  }
}

type Target = Pick<RestoreTarget, 'assertFree' | 'take'>;

/** One file takes the place of another, at once; with `force` the other one stays beside it under another name. */
function embeddedTarget(file: string, { force, now }: TargetOptions): Target {
  const logs = ['-wal', '-shm', '-journal'].map((suffix) => file + suffix);
  const isThere = () => [file, ...logs].some((one) => existsSync(one));
  return {
    async assertFree() {
      if (!isThere()) return;
      if (!force) throw notEmpty('There is a store in H200_DATA_DIR already.');
      if (existsSync(file) && !isUnused(file)) throw inUse();
    },
    async take(copy) {
      privateDataFolder(dirname(file));
      if (isThere() && !force) throw notEmpty('A store was made in H200_DATA_DIR meanwhile.');
      try {
        if (existsSync(file)) {
          if (!isUnused(file)) throw inUse();
          const stamp = now()
            .toISOString()
            .replace(/[-:]|\.\d+/g, '');
          await link(file, join(dirname(file), `records-before-restore-${stamp}.db`));
        }
        for (const log of logs) await rm(log, { force: true });
        await rename(copy, file);
        await rm(reserveOf(file), { force: true });
        await syncFolder(dirname(file));
      } catch (cause) {
        throw writeError(cause);
      }
    },
  };
}

const MARK = 'running';

/** Record by record; a mark says that it goes on, so that it can be begun again. What is there with `force` stays as it is. */
function mongoTarget(store: Store, { id, force, signal, now }: TargetOptions): Target {
  const { registry } = recordsOver(store);
  const begun = async () => (await registry.get('restore', MARK))?.value as { backup?: string } | undefined;
  return {
    async assertFree() {
      if (force || (await begun())?.backup === id) return;
      const first = { a: '', b: 0 } as const;
      const [analyses, rules, calibrations, users] = [
        await store.call('countAnalyses', [null, null]),
        (await store.call('recordKeys', 'rule version', first, 1)).length,
        (await store.call('recordKeys', 'calibration', first, 1)).length,
        await registry.count('user', null),
      ];
      if (analyses + rules + calibrations + users > 0) throw notEmpty('The MongoDB database holds records already.');
    },
    async take(copy) {
      const source = new StoreThread(copy);
      const mark = { id: MARK, lookup: null, owner: 'system', created_at: now().toISOString(), expires_at: null };
      try {
        await registry.add('restore', { ...mark, version: 1, value: { backup: id } });
        const kinds = ALL_KINDS.filter((kind) => RESTORED[kind] !== 'not');
        const { different, unreadable } = await copyStore(source, store, { kinds, ...(signal && { signal }) });
        if (different.length + unreadable.length > 0 && !force) {
          throw new AppError('BACKUP_004', {
            message: `${different.length} records of the backup were not taken, as others are there under their ids, and ${unreadable.length} cannot be read.`,
          });
        }
        await registry.remove('restore', MARK);
      } finally {
        await source.close();
      }
    },
  };
}

const notEmpty = (message: string): AppError =>
  new AppError('BACKUP_004', {
    message,
    advice: 'Restore into an empty H200_DATA_DIR or database, or add --force.',
  });

const inUse = (): AppError =>
  new AppError('BACKUP_004', {
    message: 'A server has the store open.',
    advice: 'Stop all servers that use this H200_DATA_DIR, then restore again.',
  });
