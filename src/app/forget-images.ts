import { IMAGE_PREFIX } from '../analysis/stored-image.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Cache } from '../ports/cache.ts';

/** Images that take along what the cache knows of them when they are deleted, by whomever. */
export function forgetImages(blobs: Blobs, cache: Cache): Blobs {
  return {
    put: (...given) => blobs.put(...given),
    get: (...given) => blobs.get(...given),
    stat: (...given) => blobs.stat(...given),
    async delete(key, inUse) {
      const isGone = await blobs.delete(key, inUse);
      if (isGone && key.startsWith(IMAGE_PREFIX)) void cache.forget(key.slice(IMAGE_PREFIX.length));
      return isGone;
    },
    list: (...given) => blobs.list(...given),
    nameOf: (...given) => blobs.nameOf(...given),
    damaged: (...given) => blobs.damaged(...given),
    discard: (...given) => blobs.discard(...given),
    tidy: (...given) => blobs.tidy(...given),
    link: (...given) => blobs.link(...given),
    status: () => blobs.status(),
    close: () => blobs.close(),
  };
}
