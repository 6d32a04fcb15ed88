import { readFile } from 'node:fs/promises';
import { AppError } from '../../errors.ts';
import { sha256OfBytes } from '../models/hash.ts';

export interface ModelFile {
  /** Of the model, for messages. */
  readonly name: string;
  /** The file's plain name, for messages. */
  readonly file: string;
  readonly path: string;
  /** Of every content that is accepted. */
  readonly sha256: readonly string[];
}

/** Reads the model file and compares it with the manifest: what is checked here is what the session gets. */
export async function readModel({ name, file, path, sha256: accepted }: ModelFile): Promise<Uint8Array> {
  const details = { model: name, file };
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('ANALYSIS_001', { message: 'The model file cannot be read.', details, cause });
  });
  const sha256 = sha256OfBytes(bytes);
  if (!accepted.includes(sha256)) {
    throw new AppError('ANALYSIS_007', { details: { ...details, bytes: bytes.byteLength, sha256 } });
  }
  return bytes;
}
