import { createHash } from 'node:crypto';
import { type PhotoLoss, readPhoto } from '../backup/read-photo.ts';
import { AppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Store } from '../storage/records/store.ts';
import type { PhotoSource } from './photo-places.ts';

export interface CopiedPhotos {
  /** Photos that are in the target now, the same by their checksums. */
  readonly photos: number;
  /** Keys of those that analyses name and that neither has. */
  readonly missing: readonly string[];
  /** Keys of those that neither has whole: one of them has something, which was left as it is. */
  readonly damaged: readonly string[];
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
  const lost: Record<PhotoLoss, string[]> = { missing: [], damaged: [] };
  let photos = 0;
  for (let after = ''; ; ) {
    const keys = await records.call('imageKeys', after, KEYS_AT_ONCE);
    const last = keys.at(-1);
    if (last === undefined) return { photos, ...lost };
    for (const key of keys) {
      signal?.throwIfAborted();
      const loss = await copyPhoto(from, to, key);
      if (loss === null) photos += 1;
      else lost[loss].push(key);
      onPhoto?.();
    }
    after = last;
  }
}

/** Null: it is there now. */
async function copyPhoto(from: PhotoSource, to: Blobs, key: string): Promise<PhotoLoss | null> {
  const [photo, known] = [await read(from, key), await read(to, key)];
  if (typeof photo === 'string') {
    // Another machine may have brought it.
    if (typeof known !== 'string') return null;
    return photo === 'damaged' ? photo : known;
  }
  const { bytes, contentType } = photo;
  const sum = sumOf(bytes);
  if (typeof known !== 'string' && sumOf(known.bytes) === sum) return null;
  await to.put(key, bytes, contentType, { maxBytes: MAX_IMAGE_BYTES });
  const copy = await read(to, key);
  if (typeof copy !== 'string' && sumOf(copy.bytes) === sum) return null;
  throw new AppError('STORAGE_001', { message: 'A photo was not the same when it was read back.' });
}

const read = (blobs: PhotoSource, key: string) => readPhoto(blobs, key, MAX_IMAGE_BYTES);

const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
