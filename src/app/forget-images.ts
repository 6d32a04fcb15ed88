import { IMAGE_PREFIX } from '../analysis/stored-image.ts';
import { AppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Cache } from '../ports/cache.ts';

/**
 * Images that take along what the cache knows of them when they are deleted, by whomever, or found lost or damaged: the next
 * analysis of such an image is none out of the cache, and puts it back.
 */
export function forgetImages(blobs: Blobs, cache: Cache): Blobs {
  const forget = (key: string) => {
    if (key.startsWith(IMAGE_PREFIX)) void cache.forget(key.slice(IMAGE_PREFIX.length));
  };
  const failed = (key: string) => (thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code === 'STORAGE_002') forget(key);
  };
  const found = async <T>(key: string, looking: Promise<T | undefined>): Promise<T | undefined> => {
    looking.catch(failed(key));
    const blob = await looking;
    if (blob === undefined) forget(key);
    return blob;
  };
  return {
    put: (...given) => blobs.put(...given),
    async get(key, options) {
      const blob = await found(key, blobs.get(key, options));
      blob?.stream.once('error', failed(key));
      return blob;
    },
    stat: (key) => found(key, blobs.stat(key)),
    async delete(key, inUse) {
      const isGone = await blobs.delete(key, inUse);
      if (isGone) forget(key);
      return isGone;
    },
    list: (...given) => blobs.list(...given),
    nameOf: (...given) => blobs.nameOf(...given),
    damaged: (...given) => blobs.damaged(...given),
    discard: (...given) => blobs.discard(...given),
    tidy: (...given) => blobs.tidy(...given),
    status: () => blobs.status(),
    close: () => blobs.close(),
  };
}
