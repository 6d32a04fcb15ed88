import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../errors.ts';
import { identity, isTaken } from './file-identity.ts';
import { isOwnImage } from './own-image.ts';

/**
 * Writes the images of one call, whole or not at all. Nothing is written through a link, and of what has the name meanwhile only
 * an annotated image of an earlier call is replaced; VALIDATION_002 else.
 */
export function imageWriter(inputs: readonly string[]): (path: string, bytes: Uint8Array) => Promise<void> {
  const kept = new Set(inputs.map(identity));
  return async (path, bytes) => {
    const part = join(dirname(path), `.h200-mug-${randomUUID()}.part`);
    try {
      await writeFile(part, bytes, { flag: 'wx' });
      if (!isTaken(path)) await giveName(part, path);
      else if (isOwnImage(path) && !kept.has(identity(path))) await rename(part, path);
      else throw taken();
      kept.add(identity(path));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') throw taken();
      throw thrown instanceof AppError ? thrown : notWritable(thrown);
    } finally {
      await rm(part, { force: true });
    }
  };
}

/** Fails with EEXIST where the name is taken. Not every file system knows links. */
const giveName = (part: string, path: string): Promise<void> =>
  link(part, path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') throw cause;
    return copyFile(part, path, constants.COPYFILE_EXCL);
  });

export const taken = (): AppError =>
  new AppError('VALIDATION_002', {
    message:
      'There is a file of that name already, and it is no annotated image of an earlier call: it is left as it is.',
    advice: 'Give --annotate another name, or a folder.',
  });

export function notWritable(cause: unknown): AppError {
  return new AppError('VALIDATION_002', {
    message: `The annotated image cannot be written: ${cause instanceof Error ? cause.message : 'unknown reason'}.`,
    advice: 'Give --annotate a file, or a folder, that may be written.',
    cause,
  });
}
