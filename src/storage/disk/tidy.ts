import { lstat, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { TidyOptions } from '../../ports/blobs.ts';
import { narrow } from '../private.ts';
import { walk } from './blob-folder.ts';
import { restore } from './durable-rename.ts';

/**
 * What killed processes left: parts go, blobs set aside come back. Age counts from the last change of any kind, as a
 * blob that is set aside keeps the time of its writing. Files that others may read are narrowed on the way.
 */
export async function tidyBlobs(root: string, { olderThanMs, limit, signal }: TidyOptions) {
  const latest = Date.now() - olderThanMs;
  let [seen, removed, restored] = [0, 0, 0];
  for await (const { path, place, kind } of walk(root, signal)) {
    narrow(dirname(path));
    narrow(path);
    if (kind !== 'blob' && (await changedAt(path)) <= latest) {
      if (kind === 'part') {
        await rm(path, { force: true });
        removed += 1;
      } else {
        await restore(path, place);
        restored += 1;
      }
    }
    seen += 1;
    if (seen >= limit) break;
  }
  return { removed, restored };
}

/** Milliseconds; never, where it is gone already. */
async function changedAt(path: string): Promise<number> {
  return lstat(path).then(
    ({ ctimeMs }) => ctimeMs,
    () => Number.POSITIVE_INFINITY,
  );
}
