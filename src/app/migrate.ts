import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import { type CopyOptions, type CopyReport, copyStore } from '../storage/records/copy-store.ts';
import { type CopiedPhotos, copyPhotos } from './copy-photos.ts';
import { openBlobs, openStore, storeExists } from './open-stores.ts';
import { Tally, type Unseen } from './owners.ts';
import { openPhotoPlaces } from './photo-places.ts';

export type Backend = 'embedded' | 'mongodb';

export interface MigrationReport extends CopyReport, CopiedPhotos, Unseen {}

export interface MigrationOptions extends CopyOptions {
  /** How many analyses there are. */
  readonly onStart?: (analyses: number) => void;
}

/**
 * Copies all records and photos of one store into the other one, of which each has its own photos, here or in the bucket. Photos of
 * the source are taken from wherever they are. What was
 * copied before is compared only, and the source is not changed. Throws VALIDATION_001 without an address of a MongoDB server.
 */
export async function migrate(
  config: Config,
  target: Backend,
  options: MigrationOptions = {},
): Promise<MigrationReport> {
  if (config.MONGODB_ATLAS_URI === undefined) {
    throw new AppError('VALIDATION_001', {
      message: 'MONGODB_ATLAS_URI is unset.',
      advice: 'Set it to the address of the MongoDB database, for both directions.',
    });
  }
  const embedded: Config = { ...config, MONGODB_ATLAS_URI: undefined };
  const [source, destination] = target === 'mongodb' ? [embedded, config] : [config, embedded];
  if (!storeExists(source)) throw new AppError('VALIDATION_002', { message: 'There is no embedded store to copy.' });
  const [from, to] = [await openStore(source), await openStore(destination)];
  const [here, there] = [await openPhotoPlaces([source]), await openBlobs(destination)];
  try {
    options.onStart?.(await from.call('countAnalyses', [null, null]));
    // Photos first: no record refers to one that is not there.
    const copied = await copyPhotos(from, here, there, options);
    const tally = new Tally();
    const report = await copyStore(from, to, { ...options, onOwner: tally.add });
    return { ...report, ...copied, ...(await tally.unseenIn(to)) };
  } finally {
    await Promise.all([from.close(), to.close(), here.close(), there.close()]);
  }
}
