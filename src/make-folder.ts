import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it. Throws the error of the file system where one cannot be made. Node's own
 * `recursive` never returns where a folder exists and what is made in it "does not exist", as in /proc.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      makeOne(at, mode);
      break;
    } catch (cause) {
      if (!isAbove(at, cause)) throw cause;
      missing.push(at);
    }
  }
  for (const folder of missing.reverse()) makeOne(folder, mode);
}

/** The same without holding up the event loop. */
export async function makeFolderLater(path: string, mode = 0o777): Promise<void> {
  const missing: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      await makeOneLater(at, mode);
      break;
    } catch (cause) {
      if (!isAbove(at, cause)) throw cause;
      missing.push(at);
    }
  }
  for (const folder of missing.reverse()) await makeOneLater(folder, mode);
}

function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (cause) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw cause;
  }
}

async function makeOneLater(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (cause) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) throw cause;
  }
}

/** Whether a folder above is what is missing. */
const isAbove = (path: string, cause: unknown): boolean =>
  (cause as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path;
