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

interface Parts {
  readonly blobs: Blobs;
  readonly records: Records;
}

/** Images that the store is asked about in one call. */
const BATCH = 200;

/** Deletes images whose analysis never came to be stored, because its process was killed; how many. */
export async function sweepImages(parts: Parts, { olderThanMs, limit, signal }: SweepOptions): Promise<number> {
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
  return removed + (await sweepDamaged(parts, { olderThanMs, limit, signal }));
}

/** Files that do not say any more whose image they are: those go that no analysis refers to. */
async function sweepDamaged(parts: Parts, { olderThanMs, limit, signal }: SweepOptions): Promise<number> {
  const names = new Set<string>();
  for await (const name of parts.blobs.damaged({ olderThanMs, signal })) {
    names.add(name);
    if (names.size === limit) break;
  }
  if (names.size === 0) return 0;
  for await (const key of imageKeys(parts.records, signal)) names.delete(parts.blobs.nameOf(key));
  let removed = 0;
  for (const name of names) if (await parts.blobs.discard(name)) removed += 1;
  return removed;
}

/** The images that analyses refer to, in their order, behind `from`. */
export async function* imageKeys(records: Records, signal?: AbortSignal, from = ''): AsyncGenerator<string> {
  for (let after = from; ; ) {
    signal?.throwIfAborted();
    const keys = await records.analyses.imageKeys(after, BATCH);
    yield* keys;
    const last = keys.at(-1);
    if (last === undefined) return;
    after = last;
  }
}
