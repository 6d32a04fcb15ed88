import { randomBytes } from 'node:crypto';
import { toAppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Records } from '../ports/records.ts';
import { IMAGE_PREFIX } from './stored-image.ts';
import { imageKeys } from './sweep-images.ts';

export interface ImageCheck {
  /** Images of stored analyses that were looked at. */
  readonly images: number;
  /** Those of them whose bytes were read and are those that were stored, or are damaged. */
  readonly read: number;
  readonly missing: number;
  readonly damaged: number;
  /** Damaged files that no analysis refers to. */
  readonly stray: number;
  readonly complete: boolean;
}

interface Parts {
  readonly blobs: Blobs;
  readonly records: Records;
}

/**
 * Looks whether the images of stored analyses are there, and then whether their bytes are those that were stored, for so long
 * at most, ms: half of it for each.
 */
export async function checkImages(parts: Parts, limitMs: number): Promise<ImageCheck> {
  const { blobs, records } = parts;
  const until = performance.now() + limitMs / 2;
  const isOver = () => performance.now() > until;
  const names = new Set<string>();
  const damaged = new Set<string>();
  let [images, missing, stray] = [0, 0, 0];
  let complete = true;
  for await (const key of imageKeys(records)) {
    if (isOver()) {
      complete = false;
      break;
    }
    images += 1;
    names.add(blobs.nameOf(key));
    const state = await stateOf(async () => (await blobs.stat(key)) !== undefined);
    if (state === 'missing') missing += 1;
    if (state === 'damaged') damaged.add(key);
  }
  if (complete) {
    for await (const name of blobs.damaged({ olderThanMs: 0 })) {
      if (isOver()) {
        complete = false;
        break;
      }
      if (!names.has(name)) stray += 1;
    }
  }
  const bytes = await checkBytes(parts, limitMs / 2);
  for (const key of bytes.damaged) damaged.add(key);
  return { images, read: bytes.read, missing, damaged: damaged.size, stray, complete };
}

/** From another place on each time, so that of more images than there is time for all have their turn. */
async function checkBytes({ blobs, records }: Parts, limitMs: number) {
  const over = AbortSignal.timeout(Math.ceil(limitMs));
  const damaged: string[] = [];
  let read = 0;
  const start = `${IMAGE_PREFIX}${randomBytes(8).toString('hex')}`;
  const readThrough = async (key: string) => {
    const blob = await blobs.get(key, { signal: over });
    if (blob !== undefined) for await (const _ of blob.stream) over.throwIfAborted();
    return blob !== undefined;
  };
  try {
    for (const [after, last] of [
      [start, null],
      ['', start],
    ] as const) {
      for await (const key of imageKeys(records, over, after)) {
        if (last !== null && key > last) break;
        const state = await stateOf(() => readThrough(key));
        over.throwIfAborted();
        if (state === 'damaged') damaged.push(key);
        if (state !== 'missing') read += 1;
      }
    }
  } catch (thrown) {
    if (!over.aborted) throw thrown;
  }
  return { read, damaged };
}

async function stateOf(isThere: () => Promise<boolean>): Promise<'whole' | 'missing' | 'damaged'> {
  try {
    return (await isThere()) ? 'whole' : 'missing';
  } catch (thrown) {
    if (toAppError(thrown).code === 'STORAGE_002') return 'damaged';
    throw thrown;
  }
}
