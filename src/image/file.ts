import { constants, type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors.ts';
import { cleanLabel } from './label.ts';
import { tooLarge } from './source.ts';

/** The path of a file:// URL; VALIDATION_006 for one that names another machine or is malformed. */
export function pathOfFileUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new AppError('VALIDATION_006', { message: 'The file:// address is not valid on this machine.', cause });
  }
}

/**
 * Reads a regular file that lies inside one of `roots` after all links are followed, at most `maxBytes`.
 * Folders, devices, pipes and sockets are refused without opening them.
 */
export async function readImageFile(path: string, roots: readonly string[], maxBytes: number): Promise<Buffer> {
  const real = await locate(path, roots);
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
    const opened = await file.stat();
    const after = (await realpath(real).catch(() => null)) === real ? await lstat(real).catch(() => null) : null;
    if (!opened.isFile() || after?.ino !== opened.ino || after.dev !== opened.dev) return unreadable(path);
    if (opened.size > maxBytes) throw tooLarge(maxBytes);
    return await readAll(path, file, opened.size, maxBytes);
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

/** The real path of the wanted file. Outside the roots the answer is the same whether something is there or not. */
async function locate(path: string, roots: readonly string[]): Promise<string> {
  if (path.includes('\0')) throw new AppError('VALIDATION_006', { message: 'The path holds a zero byte.' });
  const home = path === '~' || path.startsWith('~/') ? resolve(homedir(), path.slice(2)) : path;
  const candidates = isAbsolute(home)
    ? [resolve(home)]
    : [...new Set([process.cwd(), ...roots])].map((r) => resolve(r, home));
  const realRoots: string[] = [];
  for (const root of roots) {
    const real = await realpath(root).catch(() => null);
    if (real !== null) realRoots.push(real);
  }
  const shown = [...roots, ...realRoots];
  let missing: unknown;
  for (const candidate of candidates) {
    const named = shown.some((root) => inside(candidate, root));
    // On Windows a look at \\host\share would already call that host.
    if (!named && candidate.startsWith('\\\\')) continue;
    try {
      const real = await realpath(candidate);
      if (realRoots.some((root) => inside(real, root))) return real;
    } catch (error) {
      if (named) missing ??= error;
    }
  }
  if (missing !== undefined) return unreadable(path, missing, roots);
  throw new AppError('VALIDATION_007', {
    message: 'The file lies outside the allowed folders.',
    advice:
      'Use a file inside one of allowed_roots, add its folder to H200_ALLOWED_ROOTS, or pass the image as an https URL, a data URL or base64.',
    details: { source: cleanLabel(path), allowed_roots: roots },
  });
}

function inside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`));
}

function unreadable(path: string, cause?: unknown, roots?: readonly string[]): never {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const why: Record<string, string> = {
    ENOENT: 'There is no such file.',
    ENOTDIR: 'There is no such file.',
    EACCES: 'The file may not be read: its rights do not allow it.',
    EPERM: 'The file may not be read: its rights do not allow it.',
    ELOOP: 'The path is a link that leads in a circle.',
    ENAMETOOLONG: 'The path is too long.',
  };
  throw new AppError('VALIDATION_006', {
    message: (typeof code === 'string' ? why[code] : undefined) ?? 'The file cannot be read.',
    advice: 'Check the path, or pass the image as an https URL, a data URL or base64.',
    details: { source: cleanLabel(basename(path)), ...(roots && { allowed_roots: roots }) },
    cause,
  });
}
