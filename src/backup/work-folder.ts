import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderLater } from '../make-folder.ts';
import { type Holder, holderHere, isGone, letGo, machineName } from '../process-holder.ts';
import { FOLDER_MODE, privateDataFolder } from '../storage/private.ts';

/** In the data folder: a copy of the store lies there for as long as it is backed up or restored. */
const FOLDER = 'backup-work';

/** A folder of its own for what is too large for memory; it is gone afterwards, and what killed processes left goes first. */
export async function inWorkFolder<T>(dataFolder: string, work: (folder: string) => Promise<T>): Promise<T> {
  privateDataFolder(dataFolder);
  const root = join(dataFolder, FOLDER);
  await makeFolderLater(root, FOLDER_MODE);
  for (const name of await readdir(root)) {
    if (await isLeft(root, name)) await rm(join(root, name), { recursive: true, force: true });
  }
  const me = holderHere();
  const folder = join(root, nameOf(me));
  try {
    await mkdir(folder, { mode: FOLDER_MODE });
    return await work(folder);
  } finally {
    letGo(me);
    await rm(folder, { recursive: true, force: true });
  }
}

/** No copy takes so long, ms. */
const OTHERS_MS = 7 * 86_400_000;

/** The folder's name says whose it is: whoever is killed leaves none that does not. */
const nameOf = ({ holder, pid }: Holder): string => `${pid}.${hereMark()}.${holder.replaceAll(' ', '.')}`;

const hereMark = (): string => createHash('sha256').update(machineName()).digest('hex').slice(0, 16);

/** Whether the process that made it is known to have ended; of another machine by its age. */
async function isLeft(root: string, name: string): Promise<boolean> {
  const [, pid, mark, holder] = /^(\d+)\.([0-9a-f]{16})\.(.+)$/.exec(name) ?? [];
  if (pid !== undefined && holder !== undefined && mark === hereMark()) {
    return isGone({ holder: holder.replaceAll('.', ' '), machine: machineName(), pid: Number(pid) });
  }
  return stat(join(root, name)).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > OTHERS_MS,
    () => false,
  );
}
