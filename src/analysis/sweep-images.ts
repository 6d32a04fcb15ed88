import type { Blobs } from '../ports/blobs.ts';
import type { Records } from '../ports/records.ts';
import { IMAGE_PREFIX, removeIfUnused } from './stored-image.ts';

interface SweepOptions {
  /** Of younger images the analysis may still run, ms. */
  readonly olderThanMs: number;
  /** So many images are looked at and no more. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** Images that the store is asked about in one call. */
const BATCH = 200;

/** Deletes images whose analysis never came to be stored, because its process was killed; how many. */
export async function sweepImages(
  parts: { readonly blobs: Blobs; readonly records: Records },
  { olderThanMs, limit, signal }: SweepOptions,
): Promise<number> {
  let [seen, removed] = [0, 0];
  let keys: string[] = [];
  const removeUnused = async () => {
    const used = new Set(await parts.records.analyses.imagesInUse(keys));
    for (const key of keys) {
      signal?.throwIfAborted();
      if (!used.has(key) && (await removeIfUnused(parts, key))) removed += 1;
    }
    keys = [];
  };
  for await (const key of parts.blobs.list({ prefix: IMAGE_PREFIX, olderThanMs, signal })) {
    keys.push(key);
    seen += 1;
    if (keys.length === BATCH) await removeUnused();
    if (seen === limit) break;
  }
  if (keys.length > 0) await removeUnused();
  return removed;
}
