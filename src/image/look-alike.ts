import { opendir, realpath } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { isAllowed, type Roots } from './roots.ts';

export interface LookAlike {
  readonly real: string;
  /** Path below the allowed folder, as it was written and as it is. */
  readonly written: string;
  readonly taken: string;
}

/** Several things look like one part of the path. */
export interface Several {
  readonly names: readonly string[];
}

/** In a folder with more files none is searched: nobody would know whether a look-alike is the only one. */
const MAX_FILES = 100_000;
const MAX_MATCHES = 20;

/**
 * The one file whose path looks like this one to a person. macOS puts a narrow no-break space into the names of
 * screenshots and takes accents apart; programs and people write them plainly. Only allowed folders are looked into,
 * and what a link leads out of them does not count.
 */
export async function findLookAlike(path: string, roots: Roots): Promise<LookAlike | Several | null> {
  const wanted = parts(path);
  for (const root of new Set([...roots.given, ...roots.real])) {
    const top = parts(resolve(root));
    if (top.length >= wanted.length || top.some((part, i) => lookOf(part) !== lookOf(wanted[i]!))) continue;
    const found = await walk(root, wanted.slice(top.length), roots);
    if (found !== null) return found;
  }
  return null;
}

async function walk(root: string, wanted: readonly string[], roots: Roots): Promise<LookAlike | Several | null> {
  let folder = root;
  const taken: string[] = [];
  for (const name of wanted) {
    const real = await allowed(folder, roots);
    if (real === null) return null;
    const literal = await realpath(join(real, name)).catch(() => null);
    const names = literal === null ? await matches(real, name, roots) : [name];
    if (names.length > 1) return { names };
    if (names.length === 0) return null;
    taken.push(names[0]!);
    folder = join(real, names[0]!);
  }
  const real = await allowed(folder, roots);
  return real === null ? null : { real, written: wanted.join(sep), taken: taken.join(sep) };
}

async function matches(folder: string, name: string, roots: Roots): Promise<string[]> {
  const look = lookOf(name);
  const names: string[] = [];
  let seen = 0;
  try {
    for await (const entry of await opendir(folder, { bufferSize: 512 })) {
      seen += 1;
      if (seen > MAX_FILES) return [];
      if (names.length < MAX_MATCHES && lookOf(entry.name) === look) names.push(entry.name);
    }
  } catch {
    return [];
  }
  const kept: string[] = [];
  for (const match of names.sort()) if ((await allowed(join(folder, match), roots)) !== null) kept.push(match);
  return kept;
}

async function allowed(path: string, roots: Roots): Promise<string | null> {
  const real = await realpath(path).catch(() => null);
  return real !== null && isAllowed(real, roots) ? real : null;
}

const parts = (path: string) => path.split(sep).filter((part) => part !== '');

/** The same for names that a person cannot tell apart: kinds of space, dash and quotation mark, what is unseen, accents. */
function lookOf(name: string): string {
  if (/^[ -~]*$/.test(name)) return name;
  return name
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/\p{Pd}/gu, '-')
    .replace(/[\u2018\u2019\u02bc\u2032]/g, "'")
    .replace(/[\u201c\u201d\u2033]/g, '"')
    .normalize('NFC');
}
