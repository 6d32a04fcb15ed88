import { closeSync, openSync } from 'node:fs';
import { readHeaderOf, schemaIn } from './thread/store-header.ts';

/** What a new store has. */
export const SCHEMA = 7;

/** From which schema a store will be moved when it is opened; null: from none, or nobody can tell. */
export function schemaBefore(file: string): number | null {
  let fd: number | null = null;
  try {
    fd = openSync(file, 'r');
    const header = readHeaderOf(fd);
    const found = header === null ? 0 : schemaIn(header);
    return found > 0 && found < SCHEMA ? found : null;
  } catch {
    return null;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
