import { randomUUID } from 'node:crypto';
import { constants, link, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../errors.ts';
import { makeFolderLater } from '../../make-folder.ts';
import { type BackupPlace, damagedBackup, isPlaceName } from '../../ports/backup-place.ts';
import { readAll } from '../../ports/byte-stream.ts';
import { FILE_MODE, FOLDER_MODE } from '../private.ts';
import { syncFolder } from './durable-rename.ts';

/** Of a backup, or of a new disk and whoever looked at it. */
const OF_A_PLACE = /^(h200-backup\.json|lock|backups|objects|lost\+found|\..*)$/;
const PART = /\.[0-9a-f-]{36}\.part$/;

export function diskPlace(root: string): BackupPlace {
  const pathOf = (name: string): string => {
    if (!isPlaceName(name)) throw damagedBackup(`it names something that no backup has`);
    return join(root, name);
  };

  async function writePart(path: string, bytes: Uint8Array): Promise<string> {
    await makeFolderLater(dirname(path), FOLDER_MODE);
    const part = `${path}.${randomUUID()}.part`;
    const file = await open(part, 'wx', FILE_MODE);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } catch (cause) {
      await file.close().catch(() => {});
      await rm(part, { force: true }).catch(() => {});
      throw cause;
    }
    await file.close();
    return part;
  }

  const guarded = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (cause) {
      throw cause instanceof AppError ? cause : placeError(cause);
    }
  };

  return {
    label: root,
    get: (name, maxBytes) =>
      guarded(async () => {
        const file = await open(pathOf(name), ONLY_FILES).catch(unlessAbsent);
        if (file === null) return null;
        try {
          const found = await file.stat();
          if (!found.isFile()) throw noFile();
          if (found.size > maxBytes) throw damagedBackup('one of its files is too long');
          if (found.size === 0) return Buffer.alloc(0);
          // It may grow meanwhile.
          const bytes = file.createReadStream({ autoClose: false, end: found.size - 1 });
          return await readAll(bytes, found.size, { expected: found.size });
        } finally {
          await file.close();
        }
      }),
    put: (name, bytes) =>
      guarded(async () => {
        const path = pathOf(name);
        await rename(await writePart(path, bytes), path);
        await syncFolder(dirname(path));
      }),
    putNew: (name, bytes) =>
      guarded(async () => {
        const path = pathOf(name);
        const part = await writePart(path, bytes);
        try {
          await link(part, path);
          await syncFolder(dirname(path));
          return true;
        } catch (cause) {
          if (codeOf(cause) === 'EEXIST') return false;
          throw cause;
        } finally {
          await rm(part, { force: true });
        }
      }),
    remove: (name) => guarded(() => rm(pathOf(name), { force: true })),
    async *list(prefix, signal) {
      for await (const name of filesBelow(root, prefix)) {
        signal?.throwIfAborted();
        if (isPlaceName(name)) yield name;
      }
    },
    changedAt: (name) => guarded(async () => (await stat(pathOf(name)).catch(unlessAbsent))?.mtimeMs ?? null),
    now: () => Date.now(),
    tidy: () =>
      guarded(async () => {
        for (const prefix of ['objects/', 'backups/', '']) {
          for await (const name of filesBelow(root, prefix))
            if (PART.test(name)) await rm(join(root, name), { force: true });
        }
      }),
    strange: () =>
      guarded(async () => {
        const names = (await readdir(root).catch(unlessAbsent)) ?? [];
        return names.find((name) => !OF_A_PLACE.test(name) && !PART.test(name)) ?? null;
      }),
    close: async () => {},
  };
}

/** No link is followed, and nothing is waited for that somebody might write to. */
const ONLY_FILES = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const noFile = () => damagedBackup('something lies there that is no file: a link, a folder or a device');

/** Names with slashes; of '' the files right there. */
async function* filesBelow(root: string, prefix: string): AsyncGenerator<string> {
  const folder = await opendir(join(root, prefix)).catch(unlessAbsent);
  if (folder === null) return;
  for await (const entry of folder) {
    if (entry.isFile()) yield `${prefix}${entry.name}`;
    else if (entry.isDirectory() && prefix === 'objects/') yield* filesBelow(root, `${prefix}${entry.name}/`);
  }
}

const codeOf = (cause: unknown): string => `${(cause as NodeJS.ErrnoException).code ?? ''}`;

function unlessAbsent(cause: unknown): null {
  if (['ENOENT', 'ENOTDIR'].includes(codeOf(cause))) return null;
  throw cause;
}

function placeError(cause: unknown): AppError {
  const code = codeOf(cause);
  if (/^(ELOOP|EISDIR|ENXIO)$/.test(code)) return noFile();
  if (/^(ENOSPC|EDQUOT|EFBIG)$/.test(code)) {
    return new AppError('STORAGE_003', {
      message: 'There is no space left where backups are kept.',
      advice: 'Free space there, or keep fewer backups (H200_BACKUP_KEEP_DAILY, H200_BACKUP_KEEP_WEEKLY).',
      cause,
    });
  }
  return new AppError('STORAGE_001', {
    message: `The folder of backups cannot be used (${code || 'unknown'}).`,
    advice: 'Name a folder that this user may read and write.',
    cause,
  });
}
