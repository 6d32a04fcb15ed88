import { chmodSync, closeSync, fchmodSync, lstatSync, openSync, readdirSync } from 'node:fs';
import { makeFolder } from '../make-folder.ts';

/** Nobody but the owner reads what is stored, whatever the umask of the process is. */
export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

/** All that this program keeps in H200_DATA_DIR. */
const OURS =
  /^(records\.db(-wal|-shm|-journal|-reserve)?|blobs(-[0-9a-f]{12})?|files\.id(\.\d+\.part)?|models|runtime|card-key|clock\.json(\.\d+\.part)?|backup-work|records-before-restore-[0-9TZ]+\.db)$/;

/**
 * Makes the data folder. One that exists and holds nothing but ours is narrowed; one with other files, such as a home
 * folder, is left as its owner wants it, and only what is ours in it is narrowed by its own part.
 */
export function privateDataFolder(path: string): void {
  makeFolder(path, FOLDER_MODE);
  if (readdirSync(path).every((name) => OURS.test(name))) narrow(path);
}

/** Makes an empty file where there is none. One that exists is never opened: closing it would drop SQLite's locks. */
export function privateFile(path: string): void {
  try {
    const file = openSync(path, 'wx', FILE_MODE);
    fchmodSync(file, FILE_MODE);
    closeSync(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  narrow(path);
}

/**
 * Takes the rights of others from a file or folder of this user. Links, and folders that were set up for a group or for
 * everyone (setgid, sticky), stay as they are; so does what a file system without such rights refuses.
 */
export function narrow(path: string): void {
  try {
    const found = lstatSync(path);
    const wanted = found.isDirectory() ? FOLDER_MODE : found.isFile() ? FILE_MODE : null;
    if (wanted === null || found.uid !== process.getuid?.()) return;
    const mode = found.mode & 0o7777;
    if ((mode & ~wanted) !== 0 && mode <= 0o777) chmodSync(path, mode & wanted);
  } catch {
    // Not there, or no such rights here.
  }
}
