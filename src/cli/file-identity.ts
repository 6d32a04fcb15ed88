import { lstatSync, statSync } from 'node:fs';

/** The file behind a path, whatever links lead to it; null where there is none. */
export function identity(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** Whether anything has this name, a link that leads nowhere too. */
export const isTaken = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
