import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../errors.ts';
import { sha256 } from '../../sha256.ts';
import { syncFolder, writeError } from '../disk/durable-rename.ts';
import { FILE_MODE } from '../private.ts';
import { type Entry, type Head, type Line, VERSION } from './format.ts';

type Unhashed<T> = T extends unknown ? Omit<T, 'bytes' | 'sha256'> : never;

/** Writes an archive beside its place; it has its name when it is whole and on the disk. */
export class ArchiveWriter {
  private readonly path: string;
  private readonly part: string;
  private readonly file: FileHandle;
  private readonly hash = createHash('sha256');
  private entries = 0;

  private constructor(path: string, part: string, file: FileHandle) {
    this.path = path;
    this.part = part;
    this.file = file;
  }

  static async create(path: string, head: Omit<Head, 'kind' | 'version'>): Promise<ArchiveWriter> {
    const part = `${path}.${randomUUID()}.part`;
    const file = await open(part, 'wx', FILE_MODE).catch((cause: unknown) => Promise.reject(notWritable(cause)));
    const writer = new ArchiveWriter(path, part, file);
    await writer.write(lineBytes({ kind: 'archive', version: VERSION, ...head }));
    return writer;
  }

  async add(entry: Unhashed<Entry>, bytes: Uint8Array): Promise<void> {
    const line = { ...entry, bytes: bytes.length, sha256: await sha256(bytes) } as Entry;
    await this.write(Buffer.concat([lineBytes(line), bytes, NEW_LINE]));
    this.entries += 1;
  }

  /** Throws VALIDATION_002 where a file has the name: none is replaced. */
  async finish(): Promise<void> {
    await this.write(lineBytes({ kind: 'end', entries: this.entries, sha256: this.hash.copy().digest('hex') }));
    await this.file.sync();
    await this.file.close();
    await link(this.part, this.path).catch((cause: NodeJS.ErrnoException) => Promise.reject(notWritable(cause)));
    await rm(this.part, { force: true });
    await syncFolder(dirname(this.path));
  }

  async abandon(): Promise<void> {
    await this.file.close().catch(() => {});
    await rm(this.part, { force: true }).catch(() => {});
  }

  private async write(bytes: Buffer): Promise<void> {
    this.hash.update(bytes);
    await this.file.writeFile(bytes).catch((cause: unknown) => Promise.reject(writeError(cause)));
  }
}

const NEW_LINE = Buffer.from('\n');
const lineBytes = (line: Line) => Buffer.from(`${JSON.stringify(line)}\n`);

const notWritable = (cause: unknown): AppError => {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return writeError(cause);
  return new AppError('VALIDATION_002', {
    message: code === 'EEXIST' ? 'There is a file of that name already.' : `The file cannot be written (${code}).`,
    advice: 'Name a file that does not exist, in a folder that may be written.',
    cause,
  });
};
