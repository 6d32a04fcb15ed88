import type { Config } from '../config/config.ts';
import { r2Settings } from '../config/r2.ts';
import type { Blobs } from '../ports/blobs.ts';
import { openBlobs } from './open-stores.ts';

/** Where photos are read alone. */
export type PhotoSource = Pick<Blobs, 'get' | 'stat' | 'close'>;

const NO_BUCKET = { R2_ENDPOINT_URL: undefined, R2_ACCESS_KEY_ID: undefined, R2_SECRET_ACCESS_KEY: undefined } as const;

/** The same store with its photos on this machine. */
export const onDisk = (config: Config): Config => ({ ...config, ...NO_BUCKET });

/**
 * Everywhere the photos of a store may be: somebody who sets an address of a database and a bucket in one go has them on disk
 * still, and one who copied the records first in the folder of the embedded store.
 */
export async function openPhotoPlaces(configs: readonly Config[]): Promise<PhotoSource> {
  const all: Blobs[] = [];
  for (const config of configs) {
    all.push(await openBlobs(config));
    if (r2Settings(config) !== null) all.push(await openBlobs(onDisk(config)));
  }
  /** A place that cannot be asked has it perhaps: no other one is taken for it. */
  async function first<T>(ask: (one: Blobs) => Promise<T | undefined>): Promise<T | undefined> {
    for (const one of all) {
      const found = await ask(one);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return {
    get: (key, options) => first((one) => one.get(key, options)),
    stat: (key) => first((one) => one.stat(key)),
    async close() {
      await Promise.all(all.map((one) => one.close()));
    },
  };
}
