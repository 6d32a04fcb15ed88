import { createHash } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import { readAll } from '../ports/byte-stream.ts';
import { type CopyOptions, type CopyReport, copyStore } from '../storage/records/copy-store.ts';
import { openBlobs, openStore, storeExists } from './open-stores.ts';

export type Backend = 'embedded' | 'mongodb';

export interface MigrationReport extends CopyReport {
  /** Photos that are in the target's folder now. */
  readonly photos: number;
  /** Keys of those that analyses name and that the source has not, or not whole. */
  readonly missing: readonly string[];
}

export interface MigrationOptions extends CopyOptions {
  /** How many analyses there are. */
  readonly onStart?: (analyses: number) => void;
}

const MAX_IMAGE_BYTES = 32 * 2 ** 20;
const KEYS_AT_ONCE = 500;

/**
 * Copies all records and photos of one store into the other one, of which each keeps its own photos on this machine. What was
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
  try {
    options.onStart?.(await from.call('countAnalyses', [null, null]));
    // Photos first: no record refers to one that is not there.
    const [here, there] = [await openBlobs(source), await openBlobs(destination)];
    const missing: string[] = [];
    let photos = 0;
    let after = '';
    for (;;) {
      const keys = await from.call('imageKeys', after, KEYS_AT_ONCE);
      const last = keys.at(-1);
      if (last === undefined) break;
      for (const key of keys) {
        options.signal?.throwIfAborted();
        if (await copyPhoto(here, there, key)) photos += 1;
        else missing.push(key);
      }
      after = last;
    }
    return { ...(await copyStore(from, to, options)), photos, missing };
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

/** False where the source has none that can be read. */
async function copyPhoto(from: Blobs, to: Blobs, key: string): Promise<boolean> {
  const bytes = await read(from, key);
  if (bytes === null) return false;
  const sum = sumOf(bytes);
  const known = await read(to, key);
  if (known !== null && sumOf(known) === sum) return true;
  const { contentType = 'application/octet-stream' } = (await from.stat(key)) ?? {};
  await to.put(key, bytes, contentType, { maxBytes: MAX_IMAGE_BYTES });
  const copy = await read(to, key);
  if (copy !== null && sumOf(copy) === sum) return true;
  throw new AppError('STORAGE_001', { message: 'A photo was not the same when it was read back.' });
}

async function read(blobs: Blobs, key: string): Promise<Buffer | null> {
  try {
    const found = await blobs.get(key);
    return found === undefined ? null : await readAll(found.stream, MAX_IMAGE_BYTES, { expected: found.size });
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'STORAGE_002') return null;
    throw thrown;
  }
}

const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
