import { realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import { AppError } from '../errors.ts';
import { cleanLabel, quoted } from './label.ts';
import { findLookAlike } from './look-alike.ts';
import type { Readings } from './readings.ts';
import { isAllowed, isNamed, openRoots, type Roots } from './roots.ts';
import { unreadable } from './unreadable.ts';

export interface Located {
  /** All links followed, inside an allowed folder. */
  readonly real: string;
  readonly name: string;
  readonly warnings: readonly string[];
}

const MAX_NAMES = 5;

/** The file that was meant. Outside the roots the answer is the same whether something is there or not. */
export async function locate({ written, paths }: Readings, allowedRoots: readonly string[]): Promise<Located> {
  if (paths.some((path) => path.includes('\0'))) {
    throw new AppError('VALIDATION_006', { message: 'The path holds a zero byte.' });
  }
  const candidates = [...new Set(meantMost(paths).flatMap((path) => placesOf(path, allowedRoots)))];
  const [first = ''] = candidates;
  const isFirstNamed = isNamed(first, { given: allowedRoots, real: [] });
  // Both ask the file system, which answers them at the same time.
  const firstReal = isFirstNamed ? realpath(first) : null;
  firstReal?.catch(() => undefined);
  const roots = await openRoots(allowedRoots);
  const { real, path, missing } = await exact(candidates, roots, firstReal);
  if (real !== null) return { real, name: basename(path), warnings: [] };
  for (const candidate of candidates) {
    const found = await findLookAlike(candidate, roots);
    if (found === null) continue;
    if ('names' in found) throw several(written, found.names);
    const warning = `There is no file named exactly ${quoted(found.written)}; the only one that looks like it was taken: ${quoted(found.taken)}.`;
    return { real: found.real, name: basename(found.taken), warnings: [warning] };
  }
  if (missing !== undefined) return unreadable(written, missing, allowedRoots);
  throw outside(written, allowedRoots);
}

/**
 * Whether a path has no links and lies, as it is written, in an allowed folder, which then has none either. On the thread of
 * the caller: only for a path of a disk that answers at once. False: nobody knows yet.
 */
export function isPlainlyAllowed(path: string, allowedRoots: readonly string[]): boolean {
  // A folder above with ".." behind a link would lead elsewhere than it is written.
  const given = allowedRoots.filter((root) => resolve(root) === root);
  if (!isAbsolute(path) || !isNamed(path, { given, real: [] })) return false;
  try {
    return realpathSync.native(path) === path;
  } catch {
    return false;
  }
}

/** A path in quotes is no file below the working directory when what the quotes hold is a whole path. */
function meantMost(paths: readonly string[]): readonly string[] {
  const whole = paths.filter((path) => isAbsolute(path));
  return whole.length > 0 ? whole : paths;
}

function placesOf(path: string, roots: readonly string[]): string[] {
  if (isAbsolute(path)) return [resolve(path)];
  return [...new Set([process.cwd(), ...roots])].map((root) => resolve(root, path));
}

async function exact(
  candidates: readonly string[],
  roots: Roots,
  firstReal: Promise<string> | null,
): Promise<{ real: string; path: string; missing?: unknown } | { real: null; path: null; missing: unknown }> {
  let missing: unknown;
  for (const [at, path] of candidates.entries()) {
    const named = isNamed(path, roots);
    // On Windows a look at \\host\share would already call that host.
    if (!named && path.startsWith('\\\\')) continue;
    try {
      const real = await ((at === 0 && firstReal) || realpath(path));
      if (isAllowed(real, roots)) return { real, path };
    } catch (error) {
      if (named) missing ??= error;
    }
  }
  return { real: null, path: null, missing };
}

function several(written: string, names: readonly string[]): AppError {
  const shown = names.slice(0, MAX_NAMES).map(quoted);
  return new AppError('VALIDATION_006', {
    message: `There is no file of exactly this name, but ${names.length} look like it: ${shown.join(', ')}${names.length > MAX_NAMES ? ', …' : ''}.`,
    advice:
      'Pass one of these names; \\u and four digits stand for a character that cannot be seen. Or rename the file.',
    details: { source: cleanLabel(basename(written)), look_alikes: shown },
  });
}

function outside(written: string, roots: readonly string[]): AppError {
  const none = roots.length === 0;
  const use = none
    ? 'Set H200_ALLOWED_ROOTS to the folder of the photos, or start the server in it'
    : 'Use a file inside an allowed folder, or add its folder to H200_ALLOWED_ROOTS';
  return new AppError('VALIDATION_007', {
    message: none
      ? 'No folder is allowed, so no file can be read by its path; the root of the disk and a home folder are not unless they are named.'
      : 'The file lies outside the allowed folders.',
    advice: `${use}; or pass the image as an https URL, a data URL or base64.`,
    details: { source: cleanLabel(written), allowed_roots: roots },
  });
}
