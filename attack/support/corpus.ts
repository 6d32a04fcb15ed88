import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunOptions } from './set.ts';

/** Files of a corpus that is not ours and lies outside the repository; none where it is not there. */
export function corpusFiles({ corpus }: RunOptions, name: string): string[] {
  const folder = corpus === null ? '' : join(corpus, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
