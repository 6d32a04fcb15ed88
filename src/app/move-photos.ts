import type { Config } from '../config/config.ts';
import { r2Settings } from '../config/r2.ts';
import { AppError } from '../errors.ts';
import { type CopiedPhotos, copyPhotos } from './copy-photos.ts';
import { openBlobs, openStore, storeExists } from './open-stores.ts';

export type PhotoPlace = 'bucket' | 'disk';

interface MoveOptions {
  /** How many analyses there are: there are no more photos than that. */
  readonly onStart?: (analyses: number) => void;
  readonly onPhoto?: () => void;
  readonly signal?: AbortSignal;
}

/**
 * Copies the photos of the store that the configuration names, from this machine into the bucket or back; records stay where
 * they are, and name them in both places. Throws VALIDATION_001 without a bucket.
 */
export async function movePhotos(config: Config, to: PhotoPlace, options: MoveOptions = {}): Promise<CopiedPhotos> {
  if (r2Settings(config) === null) {
    throw new AppError('VALIDATION_001', {
      message: 'R2_ENDPOINT_URL is unset.',
      advice: 'Set it, R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY, for both directions.',
    });
  }
  if (!storeExists(config)) throw new AppError('VALIDATION_002', { message: 'There is no store that has photos.' });
  const local: Config = {
    ...config,
    R2_ENDPOINT_URL: undefined,
    R2_ACCESS_KEY_ID: undefined,
    R2_SECRET_ACCESS_KEY: undefined,
  };
  const [records, disk, bucket] = [await openStore(config), await openBlobs(local), await openBlobs(config)];
  try {
    options.onStart?.(await records.call('countAnalyses', [null, null]));
    const [from, target] = to === 'bucket' ? [disk, bucket] : [bucket, disk];
    return await copyPhotos(records, from, target, options);
  } finally {
    await Promise.all([records.close(), disk.close(), bucket.close()]);
  }
}
