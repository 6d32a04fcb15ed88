import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { FILE_MODE, privateDataFolder } from './private.ts';

/** One name per data folder, made where there is none: what it keeps elsewhere lies under it. Throws STORAGE_001. */
export function ownName(folder: string): string {
  const file = join(folder, 'files.id');
  try {
    return read(file) ?? made(folder, file);
  } catch (cause) {
    throw new AppError('STORAGE_001', { message: 'The data folder cannot be used.', cause });
  }
}

function made(folder: string, file: string): string {
  privateDataFolder(folder);
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, randomBytes(6).toString('hex'), { mode: FILE_MODE });
  try {
    linkSync(part, file);
  } catch (cause) {
    // Another process was faster.
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    rmSync(part, { force: true });
  }
  return read(file) ?? '';
}

function read(file: string): string | null {
  try {
    const name = readFileSync(file, 'utf8');
    if (/^[0-9a-f]{12}$/.test(name)) return name;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
  throw new Error('files.id is not what was written');
}
