import { accessSync, constants, existsSync, statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { holdsAHome } from '../config/variable.ts';
import { quotedText } from '../plain-text.ts';
import { privateDataFolder } from '../storage/private.ts';
import { ModelsStore } from '../vision/models/models-store.ts';
import { type Check, codeOf } from './check.ts';

type Folders = Pick<Config, 'H200_DATA_DIR' | 'H200_ALLOWED_ROOTS' | 'H200_MODELS_DIR'>;

export const DATA_FOLDER = 'data folder';

/** Settings that point somewhere: whether something is there. `isSet` says whether a person set the variable. */
export function checkSettings(config: Folders, isSet: (name: keyof Folders) => boolean, cwd: string): Check[] {
  return [
    dataFolder(config.H200_DATA_DIR),
    ...allowedRoots(config.H200_ALLOWED_ROOTS, isSet('H200_ALLOWED_ROOTS'), cwd),
    ...(isSet('H200_MODELS_DIR') ? [modelsFolder(config.H200_MODELS_DIR)] : []),
  ];
}

export function dataFolder(path: string): Check {
  const name = DATA_FOLDER;
  try {
    const isNew = !existsSync(path);
    privateDataFolder(path);
    accessSync(path, constants.W_OK);
    return { name, state: 'ok', detail: isNew ? `${path} (there was none: it was made now, and is empty)` : path };
  } catch (cause) {
    const advice = 'Correct its rights, or set H200_DATA_DIR to a folder of yours.';
    return { name, state: 'failed', detail: `${path} cannot be written (${codeOf(cause)}). ${advice}` };
  }
}

function allowedRoots(roots: readonly string[], set: boolean, cwd: string): Check[] {
  const name = 'allowed folders';
  if (set && roots.length === 0) {
    const detail = 'H200_ALLOWED_ROOTS names no folder, so no file can be read. Name the folder of your photos.';
    return [{ name, state: 'failed', detail }];
  }
  if (!set && holdsAHome(cwd)) {
    const detail = `started in ${cwd}, which is too much to open: no file can be read by its path. Set H200_ALLOWED_ROOTS to the folder of your photos, for example /Users/me/Pictures, or start in it.`;
    return [{ name, state: 'off', detail }];
  }
  return roots.map((path) => {
    const problem = folderProblem(path);
    if (problem === null) return { name, state: 'ok', detail: path };
    const detail = `${path} ${problem}, so no photo can be read from it. Correct H200_ALLOWED_ROOTS.`;
    return { name, state: 'failed', detail };
  });
}

function modelsFolder(path: string): Check {
  const name = 'model folder';
  const problem = folderProblem(path);
  if (problem === null) return { name, state: 'ok', detail: path };
  const advice = 'Correct H200_MODELS_DIR, or run "h200-mug models fetch", which makes the folder.';
  return { name, state: 'failed', detail: `${path} ${problem}, so no model is read from it. ${advice}` };
}

/** Whether the manifest has the model that is named; throws where the manifest cannot be read. */
export function checkNamedModel(config: Pick<Config, 'H200_MODEL' | 'H200_MODELS_DIR'>): Check[] {
  const named = config.H200_MODEL;
  if (named === undefined) return [];
  const names = new ModelsStore(config).entries.map((entry) => entry.name);
  if (names.includes(named)) return [];
  const detail = `no model is called ${quotedText(named)}. Use one of ${names.join(', ')}, or unset it.`;
  return [{ name: 'H200_MODEL', state: 'failed', detail }];
}

/** Null for a folder that can be listed. */
function folderProblem(path: string): string | null {
  try {
    if (!statSync(path).isDirectory()) return 'is not a folder';
    accessSync(path, constants.R_OK | constants.X_OK);
    return null;
  } catch (cause) {
    const code = codeOf(cause);
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : `cannot be read (${code})`;
  }
}
