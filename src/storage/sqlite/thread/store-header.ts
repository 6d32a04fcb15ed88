import { readSync } from 'node:fs';

/** The header of a store's file: sqlite.org/fileformat2.html, 1.3. It lags behind the log and only comes on. */
const BYTES = 100;

/** Magic words, page size, versions of the format, payload fractions. */
const FORMAT = 24;
const SCHEMA = 60;
/** Changes of the file, its pages, changes of the schema, our version of it: they never go back, but where it shrinks by right. */
const COUNTERS = [24, 28, 40, SCHEMA] as const;
/** Our random number of the store; 0 until it has come here from the log. */
const STORE_NUMBER = 68;

/** Null where it cannot be read whole. */
export function readHeaderOf(fd: number | null): Buffer | null {
  const header = Buffer.alloc(BYTES);
  try {
    return fd !== null && readSync(fd, header, 0, BYTES, 0) === BYTES ? header : null;
  } catch {
    return null;
  }
}

/** Our version of the store; 0 where it is another program's file. */
export const schemaIn = (header: Buffer): number => header.readUInt32BE(SCHEMA);

/** Whether what was a store's header may have become this one by right. An older copy of the same store has not. */
export function headerHolds(before: Buffer, now: Buffer | null): boolean {
  if (now === null || !before.subarray(0, FORMAT).equals(now.subarray(0, FORMAT))) return false;
  const number = before.readUInt32BE(STORE_NUMBER);
  return (
    (number === 0 || number === now.readUInt32BE(STORE_NUMBER)) &&
    COUNTERS.every((at) => ((now.readUInt32BE(at) - before.readUInt32BE(at)) | 0) >= 0)
  );
}
