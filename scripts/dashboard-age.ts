import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What the built page is made of, in `dashboard/`. */
const SOURCES = ['src', 'public', 'build', 'index.html', 'vite.config.ts', 'package-lock.json'];
/** In `dist`: which sources it was built of. A file with a dot is not served. */
const MARK = 'dist/.sources';

/** Whether the page that is built is the page of these sources. */
export function isCurrent(folder: string): boolean {
  const mark = join(folder, MARK);
  return (
    existsSync(join(folder, 'dist/index.html')) && existsSync(mark) && readFileSync(mark, 'utf8') === digest(folder)
  );
}

export function markBuilt(folder: string): void {
  writeFileSync(join(folder, MARK), digest(folder));
}

function digest(folder: string): string {
  const sum = createHash('sha256');
  for (const path of SOURCES.flatMap((source) => filesOf(join(folder, source))).sort()) {
    sum
      .update(`${relative(folder, path).replaceAll('\\', '/')}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return sum.digest('hex');
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}
