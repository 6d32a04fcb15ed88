import { readFile, rename, writeFile } from 'node:fs/promises';
import type * as z from 'zod';
import { FILE_MODE } from '../private.ts';

/** One small document on disk: whole or not there. */
export interface JsonFile<T> {
  /** Null where there is none, and for one that cannot be read. */
  read(): Promise<T | null>;
  /** Throws the error of the file system. */
  write(value: T): Promise<void>;
}

export function jsonFile<T>(path: string, schema: z.ZodType<T>): JsonFile<T> {
  return {
    async read() {
      try {
        return schema.parse(JSON.parse(await readFile(path, 'utf8')));
      } catch {
        return null;
      }
    },
    async write(value) {
      const part = `${path}.${process.pid}.part`;
      await writeFile(part, JSON.stringify(value), { mode: FILE_MODE });
      await rename(part, path);
    },
  };
}
