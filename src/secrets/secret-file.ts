import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { MAX_SECRET_BYTES, secretText } from './secret-text.ts';

const FILE_MODE = 0o600;

/**
 * Reads a secret that lies in a file, at most 64 KiB. Throws SECRET_001; also where others may change the file, or where
 * it is this user's own and others may read it. What belongs to the system (mounted secrets do) may be readable. `open`: what is in
 * it is no secret.
 */
export async function readSecretFile(path: string, { open: isPublic = false } = {}): Promise<string> {
  let file: FileHandle | undefined;
  try {
    // A pipe without a writer would never open.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await file.stat();
    const { size, mode, uid } = found;
    if (!found.isFile()) throw refused('is no file', 'Name a file that holds the secret and nothing else.');
    if (!isPublic) refuseOpenFile(mode, uid);
    if (size > MAX_SECRET_BYTES) throw refused('is larger than 64 KiB', 'Name a file that holds the secret alone.');
    return secretText(await file.readFile());
  } catch (thrown) {
    throw asSecretError(thrown);
  } finally {
    await file?.close();
  }
}

/** Writes it in one step, for this user alone. Throws SECRET_001. */
export async function writeSecretFile(path: string, value: string): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, value, { mode: FILE_MODE, flag: 'wx', flush: true });
    await rename(part, path);
  } catch (thrown) {
    await rm(part, { force: true }).catch(() => undefined);
    throw asSecretError(thrown);
  }
}

/** False where there is none. Throws SECRET_001. */
export async function removeSecretFile(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw asSecretError(thrown);
  }
}

function refuseOpenFile(mode: number, uid: number): void {
  const user = process.getuid?.();
  if (user === undefined) return;
  const advice = 'Let it belong to you alone: chmod 600.';
  if ((mode & 0o022) !== 0) throw refused('may be changed by others', advice);
  // Root reads everything, and what it mounts for a container is its own.
  if (uid === user && user !== 0 && (mode & 0o077) !== 0) throw refused('may be read by others', advice);
}

const refused = (problem: string, advice: string) =>
  new AppError('SECRET_001', { message: `The file ${problem}.`, advice, details: { problem } });

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a folder',
  ELOOP: 'is a link that leads nowhere',
  EROFS: 'lies on a disk that cannot be written',
  ENOSPC: 'lies on a full disk',
};

function asSecretError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  if (typeof code !== 'string') throw thrown;
  const error = refused(WHY[code] ?? `cannot be used (${code})`, 'Correct the path or its rights.');
  return new AppError('SECRET_001', {
    message: error.message,
    advice: error.advice,
    details: error.details,
    cause: thrown,
  });
}
