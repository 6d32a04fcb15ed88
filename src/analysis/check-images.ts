import { toAppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Records } from '../ports/records.ts';
import { imageKeys } from './sweep-images.ts';

export interface ImageCheck {
  /** Images of stored analyses that were looked at. */
  readonly images: number;
  readonly missing: number;
  readonly damaged: number;
  /** Damaged files that no analysis refers to. */
  readonly stray: number;
  readonly complete: boolean;
}

/** Looks whether the images of stored analyses are there and say whose they are, for so long at most, ms. */
export async function checkImages(
  { blobs, records }: { readonly blobs: Blobs; readonly records: Records },
  limitMs: number,
): Promise<ImageCheck> {
  const until = performance.now() + limitMs;
  const isOver = () => performance.now() > until;
  const found = { images: 0, missing: 0, damaged: 0 };
  const names = new Set<string>();
  for await (const key of imageKeys(records)) {
    if (isOver()) return { ...found, stray: 0, complete: false };
    found.images += 1;
    names.add(blobs.nameOf(key));
    const state = await blobs.stat(key).then(
      (info) => (info ? 'whole' : 'missing'),
      (thrown: unknown) => (toAppError(thrown).code === 'STORAGE_002' ? 'damaged' : Promise.reject(thrown)),
    );
    if (state !== 'whole') found[state] += 1;
  }
  let stray = 0;
  for await (const name of blobs.damaged({ olderThanMs: 0 })) {
    if (isOver()) return { ...found, stray, complete: false };
    if (!names.has(name)) stray += 1;
  }
  return { ...found, stray, complete: true };
}
