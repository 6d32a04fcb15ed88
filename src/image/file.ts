import type { BigIntStats } from 'node:fs';
import { constants, type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { isSame } from './known-images.ts';
import { cleanLabel } from './label.ts';
import { locate } from './locate.ts';
import { type Readings, readingsOfPath } from './readings.ts';
import { tooLarge } from './too-large.ts';
import { unreadable } from './unreadable.ts';

export { pathOfFileUrl } from './readings.ts';

export interface ImageFile {
  readonly bytes: Buffer;
  readonly name: string;
  readonly warnings: readonly string[];
  /** Without links. */
  readonly real: string;
  /** Null: it changed while it was read. */
  readonly state: BigIntStats | null;
}

/**
 * Reads a regular file that lies inside one of `roots` after all links are followed, at most `maxBytes`.
 * Folders, devices, pipes and sockets are refused without opening them.
 */
export async function readImageFile(path: string, roots: readonly string[], maxBytes: number): Promise<Buffer> {
  return (await openImageFile(readingsOfPath(path), roots, maxBytes)).bytes;
}

/** As `readImageFile`, of the first reading that leads to a file, else of the only file that looks like one of them. */
export async function openImageFile(
  readings: Readings,
  roots: readonly string[],
  maxBytes: number,
): Promise<ImageFile> {
  const { real, name, warnings } = await locate(readings, roots);
  return { ...(await readFile(readings.written, real, maxBytes)), real, name, warnings };
}

async function readFile(path: string, real: string, maxBytes: number): Promise<Pick<ImageFile, 'bytes' | 'state'>> {
  const before = await stat(real).catch((cause) => unreadable(path, cause));
  if (!before.isFile()) {
    throw new AppError('VALIDATION_006', {
      message: before.isDirectory() ? 'The path is a folder, not an image file.' : 'The path is not a regular file.',
      details: { source: cleanLabel(path) },
    });
  }
  // O_NONBLOCK: a pipe put in the file's place meanwhile cannot hang us. O_NOFOLLOW: nor can a link lead us out.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
  const file = await open(real, flags).catch((cause) => unreadable(path, cause));
  try {
    const opened = await file.stat({ bigint: true });
    const after =
      (await realpath(real).catch(() => null)) === real ? await lstat(real, { bigint: true }).catch(() => null) : null;
    if (!opened.isFile() || after?.ino !== opened.ino || after.dev !== opened.dev) return unreadable(path);
    if (opened.size > maxBytes) throw tooLarge(maxBytes);
    const bytes = await readAll(path, file, Number(opened.size), maxBytes);
    const read = await file.stat({ bigint: true });
    return { bytes, state: isSame(opened, read) ? read : null };
  } finally {
    await file.close();
  }
}

/** Reads to the end even when the file grows or lies about its size, but never past the limit. */
async function readAll(path: string, file: FileHandle, size: number, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(Math.max(4096, Math.min(size - total, maxBytes)) + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null).catch((cause) => unreadable(path, cause));
    if (bytesRead === 0) return Buffer.concat(chunks, total);
    total += bytesRead;
    if (total > maxBytes) throw tooLarge(maxBytes);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}
