import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import { makeFolderLater } from '../../make-folder.ts';
import type { Blobs } from '../../ports/blobs.ts';
import { abandon, bounded, endOnAbort } from '../../ports/byte-stream.ts';
import { checkedStream } from '../checked-stream.ts';
import { FILE_MODE, FOLDER_MODE } from '../private.ts';
import { besides, nameOf, placeOf, placeOfName, walk } from './blob-folder.ts';
import { HASH_TO_COME, type Header, headerBytes, isDamaged, readHeader } from './blob-header.ts';
import { restore, syncFolder, writeError } from './durable-rename.ts';
import { tidyBlobs } from './tidy.ts';

/** Bytes that a stream reads at once. */
const CHUNK = 256 * 1024;

/** About a millisecond. */
const HASHED_AT_ONCE = 2 ** 20;

/**
 * Blobs as files under `root`. A blob is written beside its place, flushed, renamed and the folder flushed: after `put`
 * it survives a crash. Several processes may use the folder at once.
 */
export function createDiskBlobs(root: string): Blobs {
  return {
    async put(key, source, contentType, { maxBytes, signal }) {
      const file = placeOf(root, key);
      const part = besides(file, 'part');
      const content = new Content(key, contentType, bounded(source, maxBytes, signal));
      try {
        await makeFolderLater(dirname(file), FOLDER_MODE);
        const handle = await open(part, 'wx', FILE_MODE);
        try {
          await handle.chmod(FILE_MODE);
          await handle.writeFile(content);
          const header = content.header();
          await handle.write(header, 0, header.length, 0);
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
        const { contentType, length, sha256 } = await readHeader(file, nameOf(key));
        const size = (await file.stat()).size - length;
        const bytes = file.createReadStream({ start: length, highWaterMark: CHUNK });
        const stream = endOnAbort(checkedStream(bytes, { sha256, failure: readError }), signal);
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
    status: () => ({ backend: 'disk', state: 'connected' }),
    close: async () => {},
  };
}

/** Header and blob as one stream that counts, and remembers whether it was the source that failed. */
class Content implements AsyncIterable<Uint8Array> {
  size = 0;
  failure: { readonly error: unknown } | null = null;
  private sha256 = HASH_TO_COME;
  private readonly named: Pick<Header, 'key' | 'contentType'>;
  private readonly chunks: AsyncGenerator<Uint8Array>;

  constructor(key: string, contentType: string, chunks: AsyncGenerator<Uint8Array>) {
    this.named = { key, contentType };
    this.chunks = chunks;
  }

  /** With the hash of what was read, once all was read. */
  header(): Buffer {
    return headerBytes({ ...this.named, sha256: this.sha256 });
  }

  async *[Symbol.asyncIterator]() {
    yield this.header();
    const hash = createHash('sha256');
    try {
      for await (const chunk of this.chunks) {
        this.size += chunk.length;
        for (let at = 0; at < chunk.length; at += HASHED_AT_ONCE) {
          if (at > 0) await turn();
          hash.update(chunk.subarray(at, at + HASHED_AT_ONCE));
        }
        yield chunk;
      }
      this.sha256 = hash.digest('hex');
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

const readError = (cause: unknown) => (cause instanceof AppError ? cause : new AppError('STORAGE_002', { cause }));
