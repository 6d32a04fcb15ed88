import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError } from '../../errors.ts';
import { makeFolderLater } from '../../make-folder.ts';
import type { Blobs } from '../../ports/blobs.ts';
import { abandon, bounded, endOnAbort } from '../../ports/byte-stream.ts';
import { FILE_MODE, FOLDER_MODE } from '../private.ts';
import { besides, nameOf, placeOf, placeOfName, walk } from './blob-folder.ts';
import { type Header, headerBytes, isDamaged, readHeader } from './blob-header.ts';
import { restore, syncFolder, writeError } from './durable-rename.ts';
import { tidyBlobs } from './tidy.ts';

/** Bytes that a stream reads at once. */
const CHUNK = 256 * 1024;

/**
 * Blobs as files under `root`. A blob is written beside its place, flushed, renamed and the folder flushed: after `put`
 * it survives a crash. Several processes may use the folder at once.
 */
export function createDiskBlobs(root: string): Blobs {
  return {
    async put(key, source, contentType, { maxBytes, signal }) {
      const file = placeOf(root, key);
      const part = besides(file, 'part');
      const content = new Content({ key, contentType }, bounded(source, maxBytes, signal));
      try {
        await makeFolderLater(dirname(file), FOLDER_MODE);
        const handle = await open(part, 'wx', FILE_MODE);
        try {
          await handle.chmod(FILE_MODE);
          await handle.writeFile(content);
          await handle.sync();
        } finally {
          await handle.close();
        }
        signal?.throwIfAborted();
        await rename(part, file);
        await syncFolder(dirname(file));
        return content.size;
      } catch (cause) {
        await rm(part, { force: true }).catch(() => {});
        abandon(source);
        if (content.failure) throw content.failure.error;
        signal?.throwIfAborted();
        throw writeError(cause);
      }
    },

    async get(key, { signal } = {}) {
      signal?.throwIfAborted();
      return opened(placeOf(root, key), async (file) => {
        const { contentType, length } = await readHeader(file, nameOf(key));
        const size = (await file.stat()).size - length;
        const stream = endOnAbort(file.createReadStream({ start: length, highWaterMark: CHUNK }), signal);
        return { size, contentType, stream };
      });
    },

    async stat(key) {
      return opened(placeOf(root, key), async (file) => {
        const { contentType, length } = await readHeader(file, nameOf(key));
        const { size } = await file.stat();
        await file.close();
        return { size: size - length, contentType };
      });
    },

    async delete(key, inUse) {
      const file = placeOf(root, key);
      const aside = besides(file, 'aside');
      const found = await rename(file, aside).then(() => true, absent);
      if (!found) return false;
      let used = true;
      try {
        used = (await inUse?.()) ?? false;
      } finally {
        if (used) await restore(aside, file);
      }
      if (!used) await rm(aside, { force: true }).catch((cause) => Promise.reject(writeError(cause)));
      return !used;
    },

    async *list({ prefix, olderThanMs, signal }) {
      for await (const path of olderBlobs(root, olderThanMs, signal)) {
        const key = await keyOf(path).catch(() => undefined);
        if (key?.startsWith(prefix)) yield key;
      }
    },

    nameOf,

    async *damaged({ olderThanMs, signal }) {
      for await (const path of olderBlobs(root, olderThanMs, signal)) {
        if (await isDamagedFile(path)) yield basename(path);
      }
    },

    async discard(name) {
      const file = placeOfName(root, name);
      const aside = besides(file, 'aside');
      if (!(await rename(file, aside).then(() => true, absent))) return false;
      const damaged = await isDamagedFile(aside, name);
      if (damaged) await rm(aside, { force: true }).catch((cause) => Promise.reject(writeError(cause)));
      else await restore(aside, file);
      return damaged;
    },

    tidy: (options) => tidyBlobs(root, options),
  };
}

/** Header and blob as one stream that counts, and remembers whether it was the source that failed. */
class Content implements AsyncIterable<Uint8Array> {
  size = 0;
  failure: { readonly error: unknown } | null = null;
  private readonly header: Header;
  private readonly chunks: AsyncGenerator<Uint8Array>;

  constructor(header: Header, chunks: AsyncGenerator<Uint8Array>) {
    this.header = header;
    this.chunks = chunks;
  }

  async *[Symbol.asyncIterator]() {
    yield headerBytes(this.header);
    try {
      for await (const chunk of this.chunks) {
        this.size += chunk.length;
        yield chunk;
      }
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}

async function opened<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw readError(cause);
  });
  if (!file) return undefined;
  try {
    return await use(file);
  } catch (cause) {
    await file.close().catch(() => {});
    throw cause instanceof AppError ? cause : readError(cause);
  }
}

async function* olderBlobs(root: string, olderThanMs: number, signal?: AbortSignal): AsyncGenerator<string> {
  const latest = Date.now() - olderThanMs;
  for await (const { path, kind } of walk(root, signal)) {
    if (kind !== 'blob') continue;
    const found = await stat(path).catch(() => null);
    if (found?.isFile() && found.mtimeMs <= latest) yield path;
  }
}

const keyOf = (path: string, name = basename(path)): Promise<string | undefined> =>
  opened(path, async (file) => {
    const { key } = await readHeader(file, name);
    await file.close();
    return key;
  });

const isDamagedFile = (path: string, name?: string): Promise<boolean> => keyOf(path, name).then(() => false, isDamaged);

function absent(cause: NodeJS.ErrnoException): false {
  if (cause.code === 'ENOENT') return false;
  throw writeError(cause);
}

const readError = (cause: unknown) => new AppError('STORAGE_002', { cause });
