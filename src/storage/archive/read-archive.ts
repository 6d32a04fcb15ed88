import { createHash } from 'node:crypto';
import { constants, type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../errors.ts';
import { sha256 } from '../../sha256.ts';
import {
  type AnalysisContent,
  type ArchivedKind,
  CONTENT,
  type Entry,
  type Head,
  ID,
  json,
  type Line,
  lineOf,
  MAX_ENTRIES,
  MAX_LINE,
  notAnArchive,
  notUsable,
  type PhotoEntry,
  VERSION,
} from './format.ts';

/** Nothing is waited for that somebody might write to a pipe. */
const READ_AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

interface Placed {
  readonly entry: Entry;
  /** Where its bytes begin. */
  readonly at: number;
}

export interface OpenOptions {
  /** Whether the bytes are a picture of this type that an analysis can be made of. */
  readonly isPhoto: (bytes: Buffer, contentType: string) => Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
}

/** An archive that was read to its end once and is whole; what is read from it later is compared with its hash again. */
export class Archive {
  readonly head: Head;
  private readonly file: FileHandle;
  private readonly records: ReadonlyMap<ArchivedKind, ReadonlyMap<string, Placed>>;
  /** Those that analyses of the archive name. */
  readonly photos: readonly Placed[];

  private constructor(file: FileHandle, head: Head, found: Found) {
    this.file = file;
    this.head = head;
    this.records = found.records;
    this.photos = [...found.photos.values()].filter(({ entry }) => found.named.has(entry.id));
  }

  /** Throws VALIDATION_002 for a file that is no archive, or not whole, or has what nobody could use. */
  static async open(path: string, { isPhoto, signal }: OpenOptions): Promise<Archive> {
    const file = await open(path, READ_AT_ONCE).catch((cause: NodeJS.ErrnoException) => {
      throw new AppError('VALIDATION_002', { message: `The file cannot be read (${cause.code}).`, cause });
    });
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw notAnArchive('it is no file', 0);
      const { head, found } = await readThrough(file, stat.size, isPhoto, signal);
      return new Archive(file, head, found);
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  }

  /** In order. */
  ids(kind: ArchivedKind): readonly string[] {
    return [...(this.records.get(kind)?.keys() ?? [])].toSorted((a, b) => (a < b ? -1 : 1));
  }

  /** Null where it has none. */
  async content<T>(kind: ArchivedKind, id: string): Promise<T | null> {
    const placed = this.records.get(kind)?.get(id);
    return placed === undefined ? null : (JSON.parse((await this.bytesOf(placed)).toString()) as T);
  }

  async bytesOf({ entry, at }: Placed): Promise<Buffer> {
    const bytes = await readExactly(this.file, at, entry.bytes);
    if ((await sha256(bytes)) !== entry.sha256) throw notAnArchive('it was changed while it was read', at);
    return bytes;
  }

  photoOf = ({ entry }: Placed): PhotoEntry => entry as PhotoEntry;

  close = (): Promise<void> => this.file.close();
}

interface Found {
  readonly records: Map<ArchivedKind, Map<string, Placed>>;
  readonly photos: Map<string, Placed>;
  /** Photos that analyses refer to. */
  readonly named: Set<string>;
}

async function readThrough(file: FileHandle, size: number, isPhoto: OpenOptions['isPhoto'], signal?: AbortSignal) {
  const hash = createHash('sha256');
  const found: Found = { records: new Map(), photos: new Map(), named: new Set() };
  let [at, entries] = [0, 0];
  const nextLine = async (): Promise<{ line: Line; bytes: Buffer }> => {
    const bytes = await readLine(file, at);
    return { line: lineOf(bytes.toString(), at), bytes };
  };
  const first = await nextLine();
  if (first.line.kind !== 'archive') throw notAnArchive('it does not begin as one', 0);
  if (first.line.version !== VERSION) throw newer(first.line.version);
  const head = first.line;
  hash.update(first.bytes);
  at += first.bytes.length;
  for (;;) {
    signal?.throwIfAborted();
    const { line, bytes } = await nextLine();
    if (line.kind === 'end') {
      if (line.entries !== entries || line.sha256 !== hash.digest('hex')) throw notAnArchive('its hash is another', at);
      if (at + bytes.length !== size) throw notAnArchive('it goes on behind its end', at);
      return { head, found };
    }
    if (line.kind === 'archive') throw notAnArchive('it begins twice', at);
    if (++entries > MAX_ENTRIES) throw notAnArchive('it has too many records', at);
    const begin = at + bytes.length;
    // Before memory is taken for it.
    if (begin + line.bytes >= size) throw notAnArchive('it ends in the middle', begin);
    const body = await readExactly(file, begin, line.bytes + 1);
    const content = body.subarray(0, -1);
    if (body.at(-1) !== 0x0a || (await sha256(content)) !== line.sha256) throw notAnArchive('a hash is another', begin);
    if (line.kind === 'photo') {
      if (!(await isPhoto(content, line.content_type)))
        throw notUsable('is not the picture that it says', line, entries);
    } else if (!ID[line.kind].safeParse(line.id).success) {
      throw notUsable('has an id that nothing of its kind can have', line, entries);
    }
    keep(found, { entry: line, at: begin }, content, entries);
    hash.update(bytes).update(body);
    at = begin + body.length;
  }
}

function keep({ records, photos, named }: Found, placed: Placed, content: Buffer, number: number): void {
  const { entry, at } = placed;
  let map = photos;
  if (entry.kind !== 'photo') {
    map = records.get(entry.kind) ?? new Map<string, Placed>();
    records.set(entry.kind, map);
    const parsed = CONTENT[entry.kind].safeParse(json(content.toString(), at));
    if (!parsed.success) throw notUsable('is not as it must be', entry, number);
    const image = entry.kind === 'analysis' ? (parsed.data as AnalysisContent).image_key : null;
    if (image !== null) named.add(image);
  }
  if (map.has(entry.id)) throw notUsable('is there twice', entry, number);
  map.set(entry.id, placed);
}

/** With its line feed. */
async function readLine(file: FileHandle, at: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_LINE), 0, MAX_LINE, at);
  const end = buffer.subarray(0, bytesRead).indexOf(0x0a);
  if (end < 0) throw notAnArchive(bytesRead < MAX_LINE ? 'it ends too early' : 'a line is too long', at);
  return buffer.subarray(0, end + 1);
}

async function readExactly(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, at + done);
    if (bytesRead === 0) throw notAnArchive('it ends in the middle', at + done);
    done += bytesRead;
  }
  return buffer;
}

const newer = (version: number) =>
  new AppError('VALIDATION_002', {
    message: `The archive has version ${version} of its format; this program reads version ${VERSION}.`,
    advice: 'Read it with the version of the program that wrote it, or a newer one.',
  });
