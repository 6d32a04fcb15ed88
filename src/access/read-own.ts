import { type AppError, toAppError } from '../errors.ts';
import type { Owned } from './can.ts';

interface Source<T> {
  get(id: string): Promise<T | null>;
  head(id: string): Promise<Owned | null>;
}

/**
 * The record, or `notFound` also where the caller may not see it. One that cannot be read is DB_003, and that only to whom
 * it belongs.
 */
export async function readOwn<T extends Owned>(
  source: Source<T>,
  id: string,
  may: (record: Owned) => boolean,
  notFound: () => AppError | Promise<AppError>,
): Promise<T> {
  let record: T | null;
  try {
    record = await source.get(id);
  } catch (thrown) {
    if (!isUnreadable(thrown)) throw thrown;
    const head = await source.head(id);
    throw head !== null && may(head) ? thrown : await notFound();
  }
  if (record === null || !may(record)) throw await notFound();
  return record;
}

export const isUnreadable = (thrown: unknown): boolean => toAppError(thrown).code === 'DB_003';
