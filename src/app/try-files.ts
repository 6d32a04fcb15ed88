import { randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Blobs, BlobsStatus } from '../ports/blobs.ts';
import { readAll } from '../ports/byte-stream.ts';

/** Puts a small file, reads it back and removes it. Throws what the store throws. */
export async function tryFiles(blobs: Blobs): Promise<BlobsStatus> {
  const bytes = randomBytes(64);
  const key = `check/${bytes.toString('hex', 0, 8)}`;
  await blobs.put(key, bytes, 'application/octet-stream', { maxBytes: bytes.length });
  const found = await blobs.get(key);
  const same = found !== undefined && (await readAll(found.stream, bytes.length)).equals(bytes);
  await blobs.delete(key);
  if (!same) throw new AppError('STORAGE_001', { message: 'A file was not the same when it was read back.' });
  return blobs.status();
}
