import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import { readAll } from '../ports/byte-stream.ts';
import { traced } from '../telemetry/trace/spans.ts';
import type { AnalysisDeps } from './deps.ts';

/** The keys of all images that came in begin so. */
export const IMAGE_PREFIX = 'image/';

/** More than any image that intake lets in, also with the orientation that is written into it again. */
const MAX_IMAGE_BYTES = 32 * 2 ** 20;

/** So often an analysis may appear and go while its image is being deleted; what is left then is left to the sweep. */
const ATTEMPTS = 5;

type Parts = Pick<AnalysisDeps, 'blobs' | 'records' | 'withoutMetadata'>;

/** Resolves with the blob's key. Content-addressed, so the same image is kept once for all analyses. */
export async function keepImage(parts: Parts, image: Image, signal?: AbortSignal): Promise<string> {
  const key = `${IMAGE_PREFIX}${image.sha256}`;
  return traced('store photo', {}, async () => {
    const bytes = await parts.withoutMetadata(image, signal);
    await parts.blobs.put(key, bytes, `image/${image.format}`, { maxBytes: MAX_IMAGE_BYTES, signal });
    return key;
  });
}

/**
 * As `keepImage`, for `limitMs` at most: STORAGE_004 then. An answer is not held up, let alone lost, for a store that is slow.
 */
export async function keepInTime(parts: Parts, image: Image, limitMs: number, signal: AbortSignal): Promise<string> {
  const stop = new AbortController();
  const over = new AbortController();
  const keeping = keepImage(parts, image, AbortSignal.any([signal, stop.signal]));
  const late = sleep(limitMs, undefined, { signal: over.signal }).then(() => {
    const error = new AppError('STORAGE_004', { message: 'The photo could not be kept in time.' });
    stop.abort(error);
    discardImage(parts, keeping);
    throw error;
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([keeping, late]);
  } finally {
    over.abort();
  }
}

/** While somebody deletes another analysis of the image it may be out of sight for a moment: then again after so long, ms. */
const LOOK_AGAIN_MS = [20, 100, 500];

/** Of an analysis that is stored. Undefined where the blob is lost. */
export async function readImage(
  { blobs }: Pick<Parts, 'blobs'>,
  key: string,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  let blob = await blobs.get(key, { signal });
  for (const wait of LOOK_AGAIN_MS) {
    if (blob) break;
    await sleep(wait, undefined, { signal });
    blob = await blobs.get(key, { signal });
  }
  return blob && readAll(blob.stream, MAX_IMAGE_BYTES, { expected: blob.size, signal });
}

/** What is done with a stored image. Rubbish in it is STORAGE_002: the caller sent nothing that could be wrong. */
export async function ofStored<T>(analysisId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !UNDECODABLE.has(thrown.code)) throw thrown;
    const message = 'The stored image is damaged.';
    throw new AppError('STORAGE_002', { message, details: { analysis_id: analysisId }, cause: thrown });
  }
}

const UNDECODABLE: ReadonlySet<string> = new Set(['VALIDATION_003', 'VALIDATION_004', 'VALIDATION_005']);

/**
 * Called after the record that refers to the image was stored. Somebody, in this process or another, may have deleted
 * the last other analysis of the same image before that; whoever comes later sees the record.
 */
export async function confirmImage(parts: Parts, key: string, image: Image): Promise<void> {
  if (!(await parts.blobs.stat(key))) await keepImage(parts, image);
}

/** Of an analysis that failed; what cannot be removed now is left to the sweep. Nobody waits for it. */
export function discardImage(parts: Parts, keeping: Promise<string> | null): void {
  keeping?.then((key) => removeIfUnused(parts, key)).catch(() => {});
}

/** Deletes the image unless an analysis refers to it; whether it was deleted. Called after the record is gone. */
export async function removeIfUnused(
  { blobs, records }: Omit<Parts, 'withoutMetadata'>,
  key: string,
): Promise<boolean> {
  const inUse = async () => (await records.analyses.imagesInUse([key])).length > 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // Asked before as well: an image in use should not be out of sight even for a moment.
    if (await inUse()) return false;
    if (await blobs.delete(key, inUse)) return true;
    // Whoever found it out of sight counts on it being deleted, also if it was put back for an analysis that is gone now.
    if (!(await blobs.stat(key))) return false;
  }
  return false;
}
