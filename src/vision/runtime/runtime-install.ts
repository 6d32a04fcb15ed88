import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../errors.ts';
import { makeFolderLater } from '../../make-folder.ts';
import { RUNTIME_VERSION } from '../../version.ts';
import './no-telemetry.ts';

const PACKAGE = 'onnxruntime-node';

/**
 * Imports the ONNX runtime. It is an optional dependency: its install script downloads CUDA files, and where that host
 * cannot be reached npm leaves the whole package out. Then it is installed once, without the script, into the data folder:
 * the CPU runtime inside the package needs none. Throws what the import throws, or ANALYSIS_001 when npm cannot install it.
 */
export async function importRuntime(dataDir: string): Promise<unknown> {
  try {
    return (await import('./onnxruntime.ts')).ort;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return import(installedRuntime(dataDir) ?? (await installRuntime(dataDir)));
  }
}

const folderIn = (dataDir: string) => join(dataDir, 'runtime', RUNTIME_VERSION);

/** URL of the runtime, of this package or in the data folder; null when there is none. */
export function findRuntime(dataDir: string): string | null {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve(PACKAGE)).href;
  } catch {
    return installedRuntime(dataDir);
  }
}

/** URL of the runtime that an earlier start put into the data folder, null when there is none. */
export function installedRuntime(dataDir: string): string | null {
  const installed = join(folderIn(dataDir), 'node_modules', PACKAGE, 'package.json');
  if (!existsSync(installed)) return null;
  return pathToFileURL(createRequire(installed).resolve(dirname(installed))).href;
}

/** Installs into a temporary folder and renames, so that a half-installed runtime is never found. */
export async function installRuntime(dataDir: string): Promise<string> {
  const target = folderIn(dataDir);
  await makeFolderLater(dirname(target));
  const temporary = await mkdtemp(`${target}-`);
  try {
    await npmInstall(temporary);
    // Another process may have been faster; then its copy serves.
    await rename(temporary, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const found = installedRuntime(dataDir);
  if (found === null) throw missing('npm ended well, but the package is not there');
  return found;
}

function npmInstall(prefix: string): Promise<void> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  const args = ['install', '--prefix', prefix, ...flags, `${PACKAGE}@${RUNTIME_VERSION}`];
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], {
      cwd: prefix,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    });
    child.on('error', (cause) => reject(missing(cause)));
    child.on('close', (status) => (status === 0 ? resolve() : reject(missing(new Error(said)))));
  });
}

function missing(cause: unknown): AppError {
  return new AppError('ANALYSIS_001', {
    message: 'The inference runtime (onnxruntime-node) is missing and npm could not install it.',
    advice: `Run "npm install --ignore-scripts ${PACKAGE}@${RUNTIME_VERSION}" beside h200-mug, or pass "detections" yourself.`,
    cause,
  });
}
