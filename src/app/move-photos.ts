import type { Config } from '../config/config.ts';
import { r2Settings } from '../config/r2.ts';
import { AppError } from '../errors.ts';
import { type CopiedPhotos, copyPhotos } from './copy-photos.ts';
import { openBlobs, openStore, storeExists } from './open-stores.ts';
import { onDisk, openPhotoPlaces } from './photo-places.ts';

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
  const local = onDisk(config);
  // Its records may have come from the embedded store, whose photos stayed where they were.
  const locals = config.MONGODB_ATLAS_URI === undefined ? [local] : [local, { ...local, MONGODB_ATLAS_URI: undefined }];
  const records = await openStore(config);
  const [from, target] =
    to === 'bucket'
      ? [await openPhotoPlaces(locals), await openBlobs(config)]
      : [await openBlobs(config), await openBlobs(local)];
  try {
    options.onStart?.(await records.call('countAnalyses', [null, null]));
    return await copyPhotos(records, from, target, options);
  } finally {
    await Promise.all([records.close(), from.close(), target.close()]);
  }
}
