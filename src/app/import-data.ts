import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import { ArchiveSource } from '../storage/archive/archive-source.ts';
import { MAX_BYTES } from '../storage/archive/format.ts';
import { Archive } from '../storage/archive/read-archive.ts';
import { type CopyReport, copyStore } from '../storage/records/copy-store.ts';
import { openBlobs, openStore } from './open-stores.ts';

export interface ImportOptions {
  /** Users, keys and the audit log too: who has such an archive decides who may log in. */
  readonly accounts: boolean;
  readonly onStart?: (analyses: number) => void;
  readonly onAnalysis?: () => void;
  readonly signal?: AbortSignal;
}

export interface ImportReport extends CopyReport {
  /** Photos that are there now; one that was there before is left as it was. */
  readonly photos: number;
}

/**
 * Takes what an archive has into the store of the configuration. The archive is read to its end first, and nothing is taken
 * from one that is not whole. What is there already is compared only, so that it can be ended and begun again; nothing is
 * replaced. Throws VALIDATION_002 for a file that is no archive.
 */
export async function importData(config: Config, path: string, options: ImportOptions): Promise<ImportReport> {
  const archive = await Archive.open(path, options.signal);
  try {
    if (options.accounts && !archive.head.accounts) {
      throw new AppError('VALIDATION_002', {
        message: 'The archive has no accounts.',
        advice: 'Import it without --accounts, or export it with --accounts.',
      });
    }
    const [store, blobs] = [await openStore(config), await openBlobs(config)];
    try {
      options.onStart?.(archive.ids('analysis').length);
      // Photos first: no record refers to one that is not there.
      for (const placed of archive.photos) {
        options.signal?.throwIfAborted();
        const { id, content_type } = archive.photoOf(placed);
        if ((await blobs.stat(id)) !== undefined) continue;
        await blobs.put(id, await archive.bytesOf(placed), content_type, { maxBytes: MAX_BYTES });
      }
      const onRecord = (kind: string) => {
        if (kind === 'analysis') options.onAnalysis?.();
      };
      const report = await copyStore(new ArchiveSource(archive), store, { ...options, onRecord });
      return { ...report, photos: archive.photos.length };
    } finally {
      await Promise.all([store.close(), blobs.close()]);
    }
  } finally {
    await archive.close();
  }
}
