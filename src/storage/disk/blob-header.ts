import type { FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { damagedFile as damaged } from '../checked-stream.ts';
import { nameOf } from './blob-folder.ts';

/** The first line of a blob's file is JSON; the rest is the blob. */
const Header = z.object({
  key: z.string(),
  contentType: z.string(),
  /** Of the blob, in hexadecimal; files of earlier versions have none. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type Header = z.infer<typeof Header>;

/** Takes the place of a hash that is known at the end. */
export const HASH_TO_COME = '0'.repeat(64);

const MAX_BYTES = 64 * 1024;

export function headerBytes(header: Header): Buffer {
  const bytes = Buffer.from(`${JSON.stringify(header)}\n`);
  if (bytes.length > MAX_BYTES) throw new AppError('STORAGE_001', { message: "The file's key is too long." });
  return bytes;
}

/** Throws STORAGE_002 for a file that is no blob of ours, or another one than its place says. */
export async function readHeader(file: FileHandle, name: string): Promise<Header & { readonly length: number }> {
  for (const size of [1024, MAX_BYTES]) {
    const start = await file.read(Buffer.allocUnsafe(size), 0, size, 0);
    const end = start.buffer.subarray(0, start.bytesRead).indexOf(0x0a);
    if (end < 0) continue;
    const header = parse(start.buffer.toString('utf8', 0, end));
    if (nameOf(header.key) !== name) break;
    return { ...header, length: end + 1 };
  }
  throw damaged();
}

function parse(line: string): Header {
  try {
    return Header.parse(JSON.parse(line));
  } catch (cause) {
    throw damaged(cause);
  }
}

/** Not of a file that cannot be opened or read just now. */
export const isDamaged = (thrown: unknown): boolean =>
  thrown instanceof AppError && thrown.code === 'STORAGE_002' && thrown.details.damaged === true;
