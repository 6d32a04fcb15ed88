import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import { readAll } from '../ports/byte-stream.ts';
import type { Store } from '../storage/records/store.ts';
import type { PhotoSource } from './photo-places.ts';

export interface CopiedPhotos {
  /** Photos that are in the target now, the same by their checksums. */
  readonly photos: number;
  /** Keys of those that analyses name and that neither has whole. */
  readonly missing: readonly string[];
}

interface CopyPhotosOptions {
  readonly signal?: AbortSignal;
  readonly onPhoto?: () => void;
}

const MAX_IMAGE_BYTES = 32 * 2 ** 20;
const KEYS_AT_ONCE = 500;

/** Copies the photos that the records name; what was copied before is compared only, and the source is not changed. */
export async function copyPhotos(
  records: Store,
  from: PhotoSource,
  to: Blobs,
  { signal, onPhoto }: CopyPhotosOptions = {},
): Promise<CopiedPhotos> {
  const missing: string[] = [];
  let photos = 0;
  for (let after = ''; ; ) {
    const keys = await records.call('imageKeys', after, KEYS_AT_ONCE);
    const last = keys.at(-1);
    if (last === undefined) return { photos, missing };
    for (const key of keys) {
      signal?.throwIfAborted();
      if (await copyPhoto(from, to, key)) photos += 1;
      else missing.push(key);
      onPhoto?.();
    }
    after = last;
  }
}

/** False where neither has one that can be read. */
async function copyPhoto(from: PhotoSource, to: Blobs, key: string): Promise<boolean> {
  const bytes = await read(from, key);
  // Another machine may have brought it.
  if (bytes === null) return (await read(to, key)) !== null;
  const sum = sumOf(bytes);
  const known = await read(to, key);
  if (known !== null && sumOf(known) === sum) return true;
  const { contentType = 'application/octet-stream' } = (await from.stat(key)) ?? {};
  await to.put(key, bytes, contentType, { maxBytes: MAX_IMAGE_BYTES });
  const copy = await read(to, key);
  if (copy !== null && sumOf(copy) === sum) return true;
  throw new AppError('STORAGE_001', { message: 'A photo was not the same when it was read back.' });
}

async function read(blobs: PhotoSource, key: string): Promise<Buffer | null> {
  try {
    const found = await blobs.get(key);
    return found === undefined ? null : await readAll(found.stream, MAX_IMAGE_BYTES, { expected: found.size });
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'STORAGE_002') return null;
    throw thrown;
  }
}

const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
