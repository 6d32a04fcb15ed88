import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderLater } from '../make-folder.ts';
import { Holder, holderHere, isGone, letGo } from '../process-holder.ts';
import { FILE_MODE, FOLDER_MODE, privateDataFolder } from '../storage/private.ts';

/** In the data folder: a copy of the store lies there for as long as it is backed up or restored. */
const FOLDER = 'backup-work';
const HOLDER = 'holder.json';

/** A folder of its own for what is too large for memory; it is gone afterwards, and what killed processes left goes first. */
export async function inWorkFolder<T>(dataFolder: string, work: (folder: string) => Promise<T>): Promise<T> {
  privateDataFolder(dataFolder);
  const root = join(dataFolder, FOLDER);
  await makeFolderLater(root, FOLDER_MODE);
  for (const name of await readdir(root)) {
    if (await isLeft(join(root, name))) await rm(join(root, name), { recursive: true, force: true });
  }
  const me = holderHere();
  const folder = join(root, randomUUID());
  try {
    await mkdir(folder, { mode: FOLDER_MODE });
    await writeFile(join(folder, HOLDER), JSON.stringify(me), { mode: FILE_MODE });
    return await work(folder);
  } finally {
    letGo(me);
    await rm(folder, { recursive: true, force: true });
  }
}

/** No copy takes so long, ms. One that does not say whose it is was left between its two first steps. */
const OTHERS_MS = 7 * 86_400_000;
const NOBODYS_MS = 3_600_000;

/** Whether the process that made it is known to have ended; of another machine by its age. */
async function isLeft(folder: string): Promise<boolean> {
  const ageMs = await stat(folder).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  try {
    const holder = Holder.parse(JSON.parse(await readFile(join(folder, HOLDER), 'utf8')));
    return isGone(holder) || ageMs > OTHERS_MS;
  } catch {
    return ageMs > NOBODYS_MS;
  }
}
