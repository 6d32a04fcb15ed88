import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../image/limits.ts';

const ONE_BY_ONE = 'Name the photos one by one, or let the shell list them';

/** A person who types a path may read it, wherever it lies; limits and checks are those of every upload. */
export async function readImage(path: string): Promise<Buffer> {
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw noFile(path, cause);
  });
  if (info.isDirectory()) {
    throw new AppError('VALIDATION_006', {
      message: 'This is a folder, not a photo.',
      advice: `${ONE_BY_ONE}: FOLDER/*.jpg, in PowerShell (Get-ChildItem FOLDER/*.jpg).`,
    });
  }
  if (!info.isFile()) {
    throw new AppError('VALIDATION_006', {
      message: 'This is not a regular file.',
      advice: 'Give the path of a JPEG, PNG or WebP file.',
    });
  }
  if (info.size > DEFAULT_LIMITS.maxBytes) throw new AppError('VALIDATION_004', { details: { bytes: info.size } });
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw noFile(path, cause);
  });
}

function noFile(path: string, cause: NodeJS.ErrnoException): AppError {
  const missing = cause.code === 'ENOENT' || cause.code === 'ENOTDIR';
  // Windows refuses the characters of a pattern as a name (EINVAL).
  if (/[*?]/.test(path) && (missing || cause.code === 'EINVAL')) {
    return new AppError('VALIDATION_006', {
      message: 'There is no file of this name: it is a pattern that matches nothing, or that the shell did not expand.',
      advice: `${ONE_BY_ONE}: in PowerShell (Get-ChildItem *.jpg).`,
      cause,
    });
  }
  return new AppError('VALIDATION_006', {
    message: missing ? 'There is no such file.' : `The file cannot be read (${cause.code ?? 'unknown reason'}).`,
    advice: 'Give the path of a JPEG, PNG or WebP file.',
    cause,
  });
}
