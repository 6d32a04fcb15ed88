import { AppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import { readAll } from '../ports/byte-stream.ts';

/** Why a photo that an analysis names cannot be had: one that is damaged is there, and may still be mended from elsewhere. */
export type PhotoLoss = 'missing' | 'damaged';

export interface WholePhoto {
  readonly bytes: Buffer;
  readonly contentType: string;
}

export async function readPhoto(
  blobs: Pick<Blobs, 'get'>,
  key: string,
  maxBytes: number,
): Promise<WholePhoto | PhotoLoss> {
  try {
    const found = await blobs.get(key);
    if (found === undefined) return 'missing';
    return { bytes: await readAll(found.stream, maxBytes, { expected: found.size }), contentType: found.contentType };
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'STORAGE_002') return 'damaged';
    throw thrown;
  }
}
