import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { makeFolderLater } from '../make-folder.ts';
import { UnfitText } from './config-text.ts';

/** The largest file that is read, bytes: Claude Code keeps its history in the file of its servers. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface ConfigFile {
  /** Where the bytes lie, links followed. */
  readonly path: string;
  /** Null: there is none yet. */
  readonly bytes: Buffer | null;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

const PRIVATE = 0o600;
const SHARED = 0o644;
/** While a file is being written, also one that its owner may only read. */
const OWNERS = 0o200;

/**
 * Reads a settings file for a change. With `within` nothing outside that folder is touched, whatever links a project holds.
 * Throws UnfitText for what is no settings file: a folder, a pipe, a link to nothing, bytes that are no text.
 */
export async function readConfigFile(file: string, within?: string): Promise<ConfigFile> {
  const path = await placeOf(file);
  if (within !== undefined) {
    const way = relative(await realpath(within), path);
    if (way.startsWith('..') || resolve(way) === way) throw new UnfitText('a link leads out of the project with it');
  }
  let handle: FileHandle;
  try {
    // A pipe is not waited for.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    if (isCode(cause, 'ENOENT'))
      return { path, bytes: null, mode: within === undefined ? PRIVATE : SHARED, owner: null };
    throw unreadable(cause);
  }
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new UnfitText('it is no ordinary file');
    if (found.size > MOST_BYTES) throw new UnfitText(`it is larger than ${MOST_BYTES / 1024 / 1024} MB`);
    const bytes = await handle.readFile();
    return { path, bytes, mode: found.mode & 0o777, owner: { uid: found.uid, gid: found.gid } };
  } catch (cause) {
    throw cause instanceof UnfitText ? cause : unreadable(cause);
  } finally {
    await handle.close();
  }
}

export function textOf({ bytes }: ConfigFile): string {
  if (bytes === null) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UnfitText('it is no UTF-8 text');
  }
}

/**
 * Puts the text in its place, whole or not at all, with the rights that the file had; what was there is kept beside it, and
 * the name of that copy is answered. Throws UnfitText where the file became another meanwhile.
 */
export async function writeConfigFile(file: ConfigFile, text: string, now: Date): Promise<string | null> {
  const folder = dirname(file.path);
  const part = join(folder, `.${basename(file.path)}.${randomUUID()}.part`);
  let copy: string | null = null;
  try {
    await makeFolderLater(folder, 0o755);
    await writeFile(part, text, { flag: 'wx', mode: file.mode | OWNERS });
    await settle(part, file);
    copy = file.bytes === null ? null : await keep(file, now);
    if (!(await isUnchanged(file))) throw new UnfitText('somebody else changed it meanwhile; run this again');
    await rename(part, file.path);
    return copy;
  } catch (cause) {
    if (copy !== null) await rm(copy, { force: true });
    throw cause instanceof UnfitText ? cause : new UnfitText(`it cannot be written (${(cause as Error).message})`);
  } finally {
    await rm(part, { force: true });
  }
}

/** Rights, owner and bytes on the disk, before it takes the name. */
async function settle(part: string, { mode, owner }: ConfigFile): Promise<void> {
  const handle = await open(part, 'r+');
  try {
    await handle.chmod(mode);
    if (owner && process.getuid?.() === 0) await handle.chown(owner.uid, owner.gid);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function keep({ path, bytes, mode, owner }: ConfigFile, now: Date): Promise<string> {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  for (let i = 0; ; i++) {
    const copy = `${path}.${stamp}${i === 0 ? '' : `-${i}`}.bak`;
    try {
      await writeFile(copy, bytes as Buffer, { flag: 'wx', mode: mode | OWNERS });
      await settle(copy, { path, bytes, mode, owner }).catch(async (cause: unknown) => {
        await rm(copy, { force: true });
        throw cause;
      });
      return copy;
    } catch (cause) {
      if (!isCode(cause, 'EEXIST') || i > 99) throw cause;
    }
  }
}

async function isUnchanged({ path, bytes }: ConfigFile): Promise<boolean> {
  const now = await readConfigFile(path);
  return bytes === null ? now.bytes === null : now.bytes?.equals(bytes) === true;
}

/** The file that a name stands for; for one that does not exist yet, in the folder that does, links followed. */
async function placeOf(file: string): Promise<string> {
  const found = await lstat(file).catch((cause) => {
    if (isCode(cause, 'ENOENT') || isCode(cause, 'ENOTDIR')) return null;
    throw unreadable(cause);
  });
  if (found) {
    return realpath(file).catch(() => {
      throw new UnfitText('it is a link that leads nowhere');
    });
  }
  const missing = [basename(file)];
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const real = await realpath(folder).catch(() => null);
    if (real !== null) {
      if (!(await stat(real)).isDirectory()) throw new UnfitText(`${folder} is no folder`);
      return join(real, ...missing);
    }
    if (dirname(folder) === folder) throw new UnfitText('there is no folder for it');
    missing.unshift(basename(folder));
  }
}

const isCode = (cause: unknown, code: string) => (cause as NodeJS.ErrnoException).code === code;

const unreadable = (cause: unknown) => new UnfitText(`it cannot be read (${(cause as Error).message})`);
