import type { Format } from '../magic.ts';
import { type BareImage, bareImage, bareRequest } from './bare-image.ts';
import { BareThreads } from './bare-threads.ts';

/** Reading so much takes two or three milliseconds: no longer than one turn of the event loop may. */
const MAX_BYTES_HERE = 256 * 1024;

const threads = new BareThreads();

/** See `bareImage`; large pictures on threads. Throws as `BareThreads.run` does. */
export async function rewritten(
  format: Format,
  bytes: Buffer,
  exif: Buffer | null,
  signal?: AbortSignal,
): Promise<BareImage> {
  const request = bareRequest(format, bytes, exif);
  return isLong(request) ? threads.run(request, signal) : bareImage(request, signal);
}

/** A PNG of few bytes may have many rows; the data of a WebP are only copied, as they would be to a thread. */
function isLong({ format, bytes }: { readonly format: Format; readonly bytes: Buffer }): boolean {
  if (format === 'webp') return false;
  if (bytes.length > MAX_BYTES_HERE) return true;
  return format === 'png' && bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MAX_BYTES_HERE;
}
