import { crc32 } from 'node:zlib';

/**
 * A cached value as bytes: version, kind (JSON or bytes), CRC-32 of its name and the rest, the rest. Under another name it is none. The version changes with the format,
 * so that servers of different versions can share a Redis.
 */
export const ENTRY_VERSION = 2;
const HEAD = 6;
const JSON_TEXT = 0;
const BYTES = 1;

/** Larger ones are not kept, bytes. */
export const MAX_ENTRY_BYTES = 1_000_000;

/** Null for what is too large or no JSON (undefined, a function, a ring). */
export function encodeEntry(value: unknown, name: string): Buffer | null {
  const binary = value instanceof Uint8Array;
  const text = binary ? undefined : jsonOf(value);
  if (!binary && text === undefined) return null;
  const length = HEAD + (binary ? value.length : Buffer.byteLength(text as string));
  if (length > MAX_ENTRY_BYTES) return null;
  // Not of the pool: a slice would hold all of it in memory.
  const entry = Buffer.allocUnsafeSlow(length);
  entry[0] = ENTRY_VERSION;
  entry[1] = binary ? BYTES : JSON_TEXT;
  if (binary) entry.set(value, HEAD);
  else entry.write(text as string, HEAD);
  entry.writeUInt32LE(checksum(name, entry.subarray(HEAD)), 2);
  return entry;
}

const checksum = (name: string, rest: Buffer): number => crc32(rest, crc32(name));

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Throws for what `encodeEntry` did not make. */
export function decodeEntry(entry: Buffer, name: string): unknown {
  const [version, kind] = entry;
  const rest = entry.subarray(HEAD);
  if (version !== ENTRY_VERSION || entry.length < HEAD || entry.length > MAX_ENTRY_BYTES) throw new Error('no entry');
  if (checksum(name, rest) !== entry.readUInt32LE(2)) throw new Error('a damaged entry');
  if (kind === JSON_TEXT) return JSON.parse(rest.toString());
  if (kind === BYTES) return Buffer.from(rest);
  throw new Error('an entry of an unknown kind');
}
