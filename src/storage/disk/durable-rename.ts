import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../errors.ts';

/** Puts a blob that was set aside back into its place, unless a newer one is there. */
export async function restore(aside: string, place: string): Promise<void> {
  try {
    await link(aside, place).catch((cause: NodeJS.ErrnoException) => {
      // Some file systems have no links.
      if (cause.code !== 'EEXIST') return rename(aside, place);
    });
    await rm(aside, { force: true });
    await syncFolder(dirname(place));
  } catch (cause) {
    throw writeError(cause);
  }
}

/** After this a file that was renamed in the folder has its new name also when the power goes. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const writeError = (cause: unknown): AppError =>
  cause instanceof AppError
    ? cause
    : new AppError((cause as NodeJS.ErrnoException).code === 'ENOSPC' ? 'STORAGE_003' : 'STORAGE_001', { cause });
