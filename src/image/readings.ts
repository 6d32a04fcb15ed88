import { homedir } from 'node:os';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors.ts';

/** What a person who wrote a path can have meant. Where it leads is judged for each alike. */
export interface Readings {
  /** For errors: they name no folder that the caller did not name, such as that of `~`. */
  readonly written: string;
  /** The first is what it says. */
  readonly paths: readonly string[];
}

/** A path as people and programs write it: with `~`, in quotes, with `%20` or `\ ` for a space. */
export function readingsOfPath(written: string): Readings {
  const bare = unquoted(written);
  return readings(written, [written, decoded(written), bare, bare && decoded(bare), unescaped(written)]);
}

/** A file:// address, also one with raw spaces, `#`, `?` or `%` in it, or with `~`. */
export function readingsOfFileUrl(url: string): Readings {
  const raw = /^file:(?:\/\/(?:localhost(?=\/))?)?(~?[/\\](?![/\\]).*)$/is.exec(url)?.[1];
  const asWritten = raw === undefined ? null : withoutSlashBeforeDrive(raw);
  if (asWritten === null) return readings(url, [pathOfFileUrl(url)]);
  return readings(asWritten, [isUrl(asWritten) ? pathOfFileUrl(url) : null, decoded(asWritten), asWritten]);
}

/** The path of a file:// URL; VALIDATION_006 for one that names another machine or is malformed. */
export function pathOfFileUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new AppError('VALIDATION_006', { message: 'The file:// address is not valid on this machine.', cause });
  }
}

/** Not so when a `~` stands where a host would, or a `%` that begins no byte of UTF-8. */
function isUrl(path: string): boolean {
  if (path.startsWith('~')) return false;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

const withoutSlashBeforeDrive = (path: string) => (sep === '\\' ? path.replace(/^\/(?=[a-z]:)/i, '') : path);

/** Null where nothing is encoded, or what would change where the path leads. */
function decoded(path: string): string | null {
  if (/%(?:2f|5c|00)/i.test(path)) return null;
  try {
    return path.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => decodeURIComponent(bytes));
  } catch {
    return null;
  }
}

function unquoted(path: string): string | null {
  return /^(["'])(.+)\1$/s.exec(path)?.[2] ?? null;
}

/** As a terminal writes a file that was dragged into it. On Windows the backslash separates folders. */
function unescaped(path: string): string | null {
  return sep === '/' ? path.replace(/\\([^A-Za-z0-9])/g, '$1') : null;
}

function readings(written: string, meant: readonly (string | null)[]): Readings {
  return { written, paths: [...new Set(meant.flatMap((path) => (path === null ? [] : [atHome(path)])))] };
}

function atHome(path: string): string {
  return path === '~' || /^~[/\\]/.test(path) ? resolve(homedir(), path.slice(2)) : path;
}
