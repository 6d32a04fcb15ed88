import { stat } from 'node:fs/promises';
import { parse, resolve } from 'node:path';
import { locate } from '../image/locate.ts';
import { readingsOfFileUrl, readingsOfPath } from '../image/readings.ts';

export interface PhotoPath {
  readonly path: string;
  /** What a person must know about the file that was taken. */
  readonly warnings: readonly string[];
}

/**
 * The file that a path means, in all the forms that the tools take: with `~`, `%20`, quotes, as a file:// address, or the only
 * file that looks like it. As it is written where there is none; VALIDATION_006 for an address of another machine.
 */
export async function photoPath(written: string): Promise<PhotoPath> {
  const readings = /^file:/i.test(written) ? readingsOfFileUrl(written) : readingsOfPath(written);
  const paths = readings.paths.map((path) => resolve(path));
  for (const path of paths) if (await exists(path)) return { path, warnings: [] };
  const roots = [...new Set(paths.map((path) => parse(path).root))];
  const found = await locate({ written: readings.written, paths }, roots).catch(() => null);
  return found === null ? { path: written, warnings: [] } : { path: found.real, warnings: found.warnings };
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
