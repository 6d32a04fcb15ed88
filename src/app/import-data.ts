import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import { createImageIntake } from '../image/intake.ts';
import type { Blobs } from '../ports/blobs.ts';
import { ArchiveSource } from '../storage/archive/archive-source.ts';
import { MAX_BYTES } from '../storage/archive/format.ts';
import { Archive } from '../storage/archive/read-archive.ts';
import { type CopyReport, copyStore } from '../storage/records/copy-store.ts';
import { adoptRecords } from './adopt-records.ts';
import { openBlobs, openStore } from './open-stores.ts';
import { ownedBy } from './owned-by.ts';
import { ownerNamed, Tally, type Unseen } from './owners.ts';

export interface ImportOptions {
  /** Users, keys and the audit log too: who has such an archive decides who may log in. */
  readonly accounts: boolean;
  /** Name of the user of the target store who gets all records, or `local`; absent: whose they were. */
  readonly owner?: string | undefined;
  readonly onStart?: (analyses: number) => void;
  readonly onAnalysis?: () => void;
  readonly signal?: AbortSignal;
}

export interface ImportReport extends CopyReport, Unseen {
  /** Photos that are there now; one that was there before is left as it was. */
  readonly photos: number;
  /** Photos that analyses of the archive name and that are not there now; none of an archive that was made without photos. */
  readonly without_photo: readonly string[];
}

/**
 * Takes what an archive has into the store of the configuration. The archive is read to its end first, and nothing is taken
 * from one that is not whole. What is there already is compared only, so that it can be ended and begun again; nothing is
 * replaced. Throws VALIDATION_002 for a file that is no archive, AUTH_006 for an owner that the target does not have.
 */
export async function importData(config: Config, path: string, options: ImportOptions): Promise<ImportReport> {
  const archive = await Archive.open(path, { isPhoto, signal: options.signal });
  try {
    if (options.accounts && !archive.head.accounts) {
      throw new AppError('VALIDATION_002', {
        message: 'The archive has no accounts.',
        advice: 'Import it without --accounts, or export it with --accounts.',
      });
    }
    if (options.accounts && options.owner !== undefined) {
      throw new AppError('VALIDATION_002', {
        message: 'Users who come with the archive keep their records: --owner gives them to somebody else.',
        advice: 'Give either --accounts or --owner.',
      });
    }
    const [store, blobs] = [await openStore(config), await openBlobs(config)];
    try {
      const owner = options.owner === undefined ? null : await ownerNamed(store, options.owner);
      options.onStart?.(archive.ids('analysis').length);
      // Photos first: no record refers to one that is not there.
      for (const placed of archive.photos) {
        options.signal?.throwIfAborted();
        const { id, content_type } = archive.photoOf(placed);
        if (await hasPhoto(blobs, id)) continue;
        await blobs.put(id, await archive.bytesOf(placed), content_type, { maxBytes: MAX_BYTES });
      }
      const onRecord = (kind: string) => {
        if (kind === 'analysis') options.onAnalysis?.();
      };
      const source = new ArchiveSource(archive);
      const tally = new Tally();
      const { accounts, signal } = options;
      const adopted = owner === null ? undefined : await adoptRecords(source, store, owner, signal);
      const report = await copyStore(owner === null ? source : ownedBy(source, owner, adopted), store, {
        accounts,
        ...(signal && { signal }),
        onRecord,
        onOwner: tally.add,
      });
      const without_photo: string[] = [];
      for (const key of archive.head.photos ? source.imageKeys : [])
        if (!(await hasPhoto(blobs, key))) without_photo.push(key);
      return { ...report, photos: archive.photos.length, without_photo, ...(await tally.unseenIn(store)) };
    } finally {
      await Promise.all([store.close(), blobs.close()]);
    }
  } finally {
    await archive.close();
  }
}

/** Not one whose file says no more whose it is. */
async function hasPhoto(blobs: Blobs, key: string): Promise<boolean> {
  try {
    return (await blobs.stat(key)) !== undefined;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'STORAGE_002') return false;
    throw thrown;
  }
}

/** As it will be read when somebody asks for it. */
async function isPhoto(bytes: Buffer, contentType: string): Promise<boolean> {
  const image = await createImageIntake({ allowedRoots: [] })
    .fromBytes(bytes)
    .catch(() => null);
  return image !== null && contentType === `image/${image.format}`;
}
