import { resolve } from 'node:path';
import { type PhotoLoss, readPhoto } from '../backup/read-photo.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import { ArchiveTarget } from '../storage/archive/archive-target.ts';
import { MAX_BYTES, type PhotoEntry } from '../storage/archive/format.ts';
import { ArchiveWriter } from '../storage/archive/write-archive.ts';
import { type CopyReport, copyStore } from '../storage/records/copy-store.ts';
import type { Store } from '../storage/records/store.ts';
import { VERSION } from '../version.ts';
import { openBlobs, openStore, storeExists } from './open-stores.ts';
import { Tally } from './owners.ts';

export interface ExportOptions {
  /** Users, keys and the audit log too. */
  readonly accounts: boolean;
  readonly photos: boolean;
  readonly onStart?: (analyses: number) => void;
  readonly onAnalysis?: () => void;
  readonly signal?: AbortSignal;
}

export interface ExportReport extends Pick<CopyReport, 'copied' | 'unreadable'> {
  readonly photos: number;
  /** Records of users that the file does not have. */
  readonly without_users: number;
  /** Keys of photos that analyses name and that are not there. */
  readonly missing: readonly string[];
  /** Keys of those that are there and not whole. */
  readonly damaged: readonly string[];
}

const KEYS_AT_ONCE = 500;

/**
 * Writes all records, and photos where they are wanted, into one file, which has its name when it is whole. Throws
 * VALIDATION_002 where it exists or there is no store.
 */
export async function exportData(config: Config, path: string, options: ExportOptions): Promise<ExportReport> {
  if (!storeExists(config)) throw new AppError('VALIDATION_002', { message: 'There is no store to export.' });
  const [store, blobs] = [await openStore(config), await openBlobs(config)];
  try {
    options.onStart?.(await store.call('countAnalyses', [null, null]));
    const { accounts, photos } = options;
    const created_at = new Date().toISOString();
    const writer = await ArchiveWriter.create(resolve(path), { program: VERSION, created_at, accounts, photos });
    try {
      const target = new ArchiveTarget(writer);
      const tally = new Tally();
      const onRecord = (kind: string) => {
        if (kind === 'analysis') options.onAnalysis?.();
      };
      const { copied, unreadable } = await copyStore(store, target, { ...options, onRecord, onOwner: tally.add });
      await target.close();
      const kept = photos
        ? await writePhotos(store, blobs, writer, options.signal)
        : { photos: 0, missing: [], damaged: [] };
      await writer.finish();
      return { copied, unreadable, without_users: accounts ? 0 : tally.ofUsers, ...kept };
    } catch (thrown) {
      await writer.abandon();
      throw thrown;
    }
  } finally {
    await Promise.all([store.close(), blobs.close()]);
  }
}

async function writePhotos(store: Store, blobs: Blobs, writer: ArchiveWriter, signal?: AbortSignal) {
  const lost: Record<PhotoLoss, string[]> = { missing: [], damaged: [] };
  let photos = 0;
  for (let after = ''; ; ) {
    const keys = await store.call('imageKeys', after, KEYS_AT_ONCE);
    const last = keys.at(-1);
    if (last === undefined) return { photos, ...lost };
    for (const id of keys) {
      signal?.throwIfAborted();
      const found = await readPhoto(blobs, id, MAX_BYTES);
      if (typeof found === 'string') lost[found].push(id);
      else {
        const content_type = found.contentType as PhotoEntry['content_type'];
        await writer.add({ kind: 'photo', id, content_type }, found.bytes);
        photos += 1;
      }
    }
    after = last;
  }
}
