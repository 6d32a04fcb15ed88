import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ANNOTATED } from '../annotate/mark.ts';

/** Where the mark stands: near the beginning of a JPEG or PNG, at the end of a WebP. */
const LOOKED_AT = 8192;

/** Whether this is a file, not a link to one, that holds an annotated image of ours, which a new one may replace. */
export function isOwnImage(path: string): boolean {
  let fd: number | undefined;
  try {
    // Without waiting for whoever writes into a pipe.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const info = fstatSync(fd);
    if (!info.isFile()) return false;
    const bytes = Buffer.alloc(2 * LOOKED_AT);
    readSync(fd, bytes, 0, LOOKED_AT, 0);
    readSync(fd, bytes, LOOKED_AT, LOOKED_AT, Math.max(0, info.size - LOOKED_AT));
    return bytes.includes(ANNOTATED);
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
