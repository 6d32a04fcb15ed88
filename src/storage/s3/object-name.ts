import { AppError } from '../../errors.ts';

/** A key percent-encoded may have so many characters: names in an S3 bucket have 1,024 bytes at most, and a folder in front. */
const MAX_ENCODED = 850;

/**
 * The key as a name that every server takes, without loss: what two keys have in common at their start their names have
 * too, and no part of it is `.` or `..` or empty. Throws STORAGE_001 for a key that is too long.
 */
export function encodeKey(key: string): string {
  const name = key === '' ? EMPTY : key.replace(UNSAFE, percent).replace(AT_START, percent);
  if (name.length <= MAX_ENCODED) return name;
  throw new AppError('STORAGE_001', { message: "The file's key is too long." });
}

/** Undefined for a name that is no key's. */
export function decodeKey(name: string): string | undefined {
  try {
    const key = name === EMPTY ? '' : decodeURIComponent(name);
    return encodeKey(key) === name ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Stands for itself in no other name. */
const EMPTY = '%';
const UNSAFE = /[^A-Za-z0-9._/-]/gu;
/** A dot or a stroke at the start of a part. */
const AT_START = /(?<=^|\/)[./]/g;

const percent = (character: string) =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
