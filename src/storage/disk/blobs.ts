import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../errors.ts';
import type { Blobs } from '../../ports/blobs.ts';

/**
 * Blobs as files under `root`, two levels of folders by the key's sha256, so a key can never name a path. A blob is
 * written beside its place, flushed, renamed and the folder flushed: after `put` it survives a crash.
 */
export function createDiskBlobs(root: string): Blobs {
  const place = (key: string) => {
    const hash = createHash('sha256').update(key).digest('hex');
    return join(root, hash.slice(0, 2), hash);
  };
  return {
    async put(key, bytes, contentType) {
      const file = place(key);
      const part = `${file}.${randomUUID()}.part`;
      const header = Buffer.from(`${JSON.stringify({ key, contentType })}\n`);
      try {
        await mkdir(dirname(file), { recursive: true });
        const handle = await open(part, 'wx');
        try {
          await handle.writev([header, bytes]);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(part, file);
        await syncFolder(dirname(file));
      } catch (cause) {
        await rm(part, { force: true }).catch(() => {});
        const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
        throw new AppError(full ? 'STORAGE_003' : 'STORAGE_001', { cause });
      }
    },
    async get(key) {
      const content = await readFile(place(key)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return null;
        throw new AppError('STORAGE_002', { cause });
      });
      if (!content) return null;
      const end = content.indexOf(0x0a);
      const { contentType } = JSON.parse(content.subarray(0, end).toString()) as { contentType: string };
      return { bytes: content.subarray(end + 1), contentType };
    },
    async delete(key) {
      return rm(place(key)).then(
        () => true,
        (cause: NodeJS.ErrnoException) => {
          if (cause.code === 'ENOENT') return false;
          throw new AppError('STORAGE_001', { cause });
        },
      );
    },
  };
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
