import { Readable } from 'node:stream';
import { AppError } from '../../errors.ts';
import type { Blobs } from '../../ports/blobs.ts';
import { endOnAbort, readAll } from '../../ports/byte-stream.ts';

interface Kept {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly storedAt: number;
}

/** Blobs that last as long as the process, `maxBytes` of them; STORAGE_003 above. For tests and short programs. */
export function createMemoryBlobs({ maxBytes: most = 64 * 2 ** 20 } = {}): Blobs {
  const kept = new Map<string, Kept>();
  return {
    async put(key, source, contentType, { maxBytes, signal }) {
      const bytes = Buffer.from(await readAll(source, maxBytes, { signal }));
      signal?.throwIfAborted();
      const others = [...kept].reduce((sum, [name, blob]) => (name === key ? sum : sum + blob.bytes.length), 0);
      if (others + bytes.length > most) throw new AppError('STORAGE_003', { advice: 'Delete what is not needed.' });
      kept.set(key, { bytes, contentType, storedAt: Date.now() });
      return bytes.length;
    },
    async get(key, { signal } = {}) {
      signal?.throwIfAborted();
      const blob = kept.get(key);
      if (!blob) return undefined;
      const { bytes, contentType } = blob;
      const stream = endOnAbort(Readable.from(inParts(bytes), { objectMode: false }), signal);
      return { size: bytes.length, contentType, stream };
    },
    async stat(key) {
      const blob = kept.get(key);
      return blob && { size: blob.bytes.length, contentType: blob.contentType };
    },
    async delete(key, inUse) {
      const blob = kept.get(key);
      if (!blob) return false;
      kept.delete(key);
      let used = true;
      try {
        used = (await inUse?.()) ?? false;
      } finally {
        if (used && !kept.has(key)) kept.set(key, blob);
      }
      return !used;
    },
    async *list({ prefix, olderThanMs, signal }) {
      const latest = Date.now() - olderThanMs;
      for (const [key, { storedAt }] of kept) {
        signal?.throwIfAborted();
        if (key.startsWith(prefix) && storedAt <= latest) yield key;
      }
    },
    nameOf: (key) => key,
    // Nothing damages what is in memory.
    async *damaged() {},
    discard: async () => false,
    tidy: async () => ({ removed: 0, restored: 0 }),
    status: () => ({ backend: 'memory', state: 'connected' }),
    close: async () => {},
  };
}

function* inParts(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
