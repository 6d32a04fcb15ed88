import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mount = (...args: string[]) => spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
const unmount = (path: string) => spawnSync('umount', ['-l', path], { stdio: 'ignore' }).status === 0;

/** A file system of its own: so large and no larger, and read-only at will. Null where this process may not mount one. */
export function smallDisk(megabytes: number) {
  const path = mkdtempSync(join(tmpdir(), 'h200-disk-'));
  if (process.platform !== 'linux' || !mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path)) {
    rmSync(path, { recursive: true });
    return null;
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill(leave = 0): void {
      mkdirSync(filler, { recursive: true });
      for (let n = 0; ; n += 1) {
        const { bavail, bsize } = statfsSync(path);
        const free = bavail * bsize - leave;
        if (free <= 0) return;
        writeFileSync(join(filler, `${n}`), Buffer.alloc(Math.min(free, 1 << 20), 1));
      }
    },
    free: () => rmSync(filler, { recursive: true, force: true }),
    readOnly: (on: boolean) => mount('-o', `remount,${on ? 'ro' : 'rw'}`, path),
    remove(): void {
      unmount(path);
      rmdirSync(path);
    },
  };
}

export type SmallDisk = NonNullable<ReturnType<typeof smallDisk>>;

/** Why tests of it are skipped; empty where they are not. */
export const canMount = (): boolean => {
  const disk = smallDisk(1);
  disk?.remove();
  return disk !== null;
};
