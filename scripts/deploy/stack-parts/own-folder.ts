import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A stack's folder goes with all that is in it, so only what has this mark is ever removed. */
const MARK = '.h200-stack';
const CHOOSE = 'choose another one with --folder';

const isOurs = (folder: string) => existsSync(join(folder, MARK));

/** In a folder that all can write into, somebody else may have made it first. */
function assertNobodyElses(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid()))
    throw new Error(`${folder} is no folder of yours: ${CHOOSE}`);
}

/** Empty but for its mark. Throws where the folder holds something that no stack made. */
export function makeOwnFolder(folder: string): void {
  assertNobodyElses(folder);
  if (isOurs(folder)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty and no stack made it: ${CHOOSE}`);
  writeFileSync(join(folder, MARK), '', { mode: 0o600 });
}

/** Throws where there is such a folder and no stack made it. */
export function assertOwnFolder(folder: string): void {
  assertNobodyElses(folder);
  if (existsSync(folder) && !isOurs(folder)) throw new Error(`no stack made ${folder}, so nothing in it is touched`);
}

export function removeOwnFolder(folder: string): void {
  assertOwnFolder(folder);
  rmSync(folder, { recursive: true, force: true });
}
