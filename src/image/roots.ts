import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';

/** The folders whose files may be read. */
export interface Roots {
  /** As they were configured. */
  readonly given: readonly string[];
  /** Those that exist, with all links followed. */
  readonly real: readonly string[];
}

export async function openRoots(given: readonly string[]): Promise<Roots> {
  const real = await Promise.all(given.map((root) => realpath(root).catch(() => null)));
  return { given, real: real.filter((path) => path !== null) };
}

/** Whether a path whose links are all followed may be read. */
export const isAllowed = (real: string, roots: Roots) => roots.real.some((root) => inside(real, root));

/** Whether a path, as it is written, lies in a folder that the caller knows of: only there errors tell what is wrong. */
export const isNamed = (path: string, roots: Roots) =>
  [...roots.given, ...roots.real].some((root) => inside(path, root));

function inside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`));
}
