import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** This machine cannot have a part of the stack. */
export class NotHere extends Error {}

const FOLDERS = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];

/** Null: it is not installed. */
export function findProgram(name: string): string | null {
  for (const folder of FOLDERS) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // In another one.
    }
  }
  return null;
}

/** Where a program is; installed from Debian first where it is not there. Throws NotHere. */
export function program(name: string, debianPackage: string, say: (text: string) => void): string {
  const there = findProgram(name);
  if (there !== null) return there;
  say(`installing ${debianPackage} with apt-get`);
  // A package starts its own server where a machine has systemd: not wanted here.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args: string[]) =>
    execFileSync('apt-get', ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  try {
    apt('update');
    apt('install', '--no-install-recommends', debianPackage);
  } catch (cause) {
    throw new NotHere(`${name} is not there, and ${debianPackage} cannot be installed`, { cause });
  }
  const installed = findProgram(name);
  if (installed === null) throw new NotHere(`${debianPackage} brought no ${name}`);
  return installed;
}
