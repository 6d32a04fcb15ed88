import { readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, relative, resolve } from 'node:path';
import type { Place } from './clients.ts';

const VARIABLE = 'H200_ALLOWED_ROOTS';

/** Why these folders cannot be named in a list of folders; null: they can. */
export function unfitFolder(folders: readonly string[]): string | null {
  for (const folder of folders) {
    if (!isFolder(folder)) return `there is no folder ${JSON.stringify(folder)}`;
    if (resolve(folder).includes(delimiter))
      return `${JSON.stringify(resolve(folder))} has a "${delimiter}" in it, which ${VARIABLE} takes for the end of a folder; name one above it, or rename it`;
  }
  return null;
}

export const rootsOf = (folders: readonly string[]): Record<string, string> => ({
  [VARIABLE]: folders.map((folder) => resolve(folder)).join(delimiter),
});

/** Whether an entry as it stands in a client's settings lets any folder be read. */
export const hasRoots = (shown: unknown): boolean => JSON.stringify(shown ?? null).includes(`"${VARIABLE}":`);

/** Where this person's photos are: what the desktop calls it (freedesktop.org's xdg-user-dirs), else Pictures; null: nowhere. */
export function picturesFolder({ home, env }: Pick<Place, 'home' | 'env'>): string | null {
  const found = [namedByDesktop(home, env.XDG_CONFIG_HOME), join(home, 'Pictures')];
  return found.find((folder) => folder !== null && unfitFolder([folder]) === null) ?? null;
}

/** "$HOME/" says that there is none. */
function namedByDesktop(home: string, config: string | undefined): string | null {
  try {
    const text = readFileSync(join(config || join(home, '.config'), 'user-dirs.dirs'), 'utf8');
    const [, named] = /^\s*XDG_PICTURES_DIR="([^"\n]+)"/m.exec(text) ?? [];
    if (named === undefined) return null;
    const folder = named.startsWith('$HOME/') ? join(home, named.slice('$HOME/'.length)) : named;
    // Not the whole home, nor anything above it.
    return isAbsolute(folder) && relative(folder, home).startsWith('..') ? folder : null;
  } catch {
    return null;
  }
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
