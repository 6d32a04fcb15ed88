import { type BigIntStats, closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { endianness } from 'node:os';
import { headerHolds, readHeaderOf } from './store-header.ts';

interface Seen {
  /** Device and inode; null where there is no file. */
  readonly id: string | null;
  readonly bytes: bigint;
  /** Last change of the content, ns. */
  readonly changed: bigint;
}

/** What somebody else did to the files of an open store. */
export type Harm = 'replaced' | 'cut' | 'overwritten';

/**
 * The files of an open store, as they were after the last call. SQLite notices neither a removed file nor one that was
 * cut short or overwritten: it answers from its memory, and what it writes is lost. The store's file only grows; where
 * another program shortens it by right (VACUUM), one call is refused for nothing. The log may be shortened by a checkpoint,
 * ours or another process's, which first says so in the index.
 *
 * File and index stay open as long as the store does: closing any descriptor of a file drops all locks that this process
 * holds on it, SQLite's too, and then another process that opens the store empties the index under our feet.
 */
export class StoreFiles {
  private readonly file: string;
  private readonly open: { readonly file: number | null; readonly index: number | null };
  private seen: readonly [Seen, Seen];
  private header: Buffer | null;
  /** Somebody else wrote into the store's file, by right (a checkpoint) or not. */
  hasForeignWrite = false;

  constructor(file: string) {
    this.file = file;
    this.open = { file: opened(file), index: opened(`${file}-shm`) };
    this.seen = [look(file), look(`${file}-wal`)];
    this.header = readHeaderOf(this.open.file);
  }

  harm(): Harm | null {
    const [file, log] = this.seen;
    const now = look(this.file);
    if (wasReplaced(file, now)) return 'replaced';
    if (now.bytes < file.bytes) return 'cut';
    if (now.changed !== file.changed) this.hasForeignWrite = true;
    if (this.isOverwritten()) return 'overwritten';
    // First the index: a log that is being cut by right is already empty there.
    const least = bytesOfLog(this.open.index, `${this.file}-shm`);
    const nowLog = look(`${this.file}-wal`);
    return wasReplaced(log, nowLog) || nowLog.bytes < (least ?? log.bytes) ? 'cut' : null;
  }

  /** To be called before a call is answered: whoever was answered may rely on the files from then on. */
  remember(): void {
    const [file, log] = this.seen;
    const now = look(this.file);
    this.header = readHeaderOf(this.open.file) ?? this.header;
    this.seen = [larger(file, now), larger(log, look(`${this.file}-wal`))];
  }

  /** Only once the store's connection is closed. */
  close(): void {
    for (const fd of [this.open.file, this.open.index]) if (fd !== null) closeSync(fd);
  }

  /** Looked at always: the time of a change says nothing within the milliseconds of the clock's own step. */
  private isOverwritten(): boolean {
    return this.header !== null && !headerHolds(this.header, readHeaderOf(this.open.file));
  }
}

function opened(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch {
    return null;
  }
}

function look(file: string): Seen {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return { id: null, bytes: 0n, changed: 0n };
  return { id: idOf(found), bytes: found.size, changed: found.mtimeNs };
}

const idOf = ({ dev, ino }: BigIntStats) => `${dev}:${ino}`;

/** What was harmed while a call ran shows at the next one: nothing that is lost counts as seen. */
const larger = (before: Seen, now: Seen): Seen => {
  if (before.id === null || (now.id === before.id && now.bytes > before.bytes)) return now;
  return now.id === before.id ? { ...before, changed: now.changed } : before;
};

const wasReplaced = (before: Seen, now: Seen) => before.id !== null && now.id !== before.id;

const HEADER = 20;
const LITTLE = endianness() === 'LE';

/**
 * How long the log must be for the frames that the wal-index counts; null where there is no index. Its header in the byte
 * order of the machine (sqlite.org/walformat.html, 2.1): `isInit` at 12, `szPage` at 14, `mxFrame` at 16. A frame is a page
 * and 24 bytes, behind 32 bytes of the log's own header.
 */
function bytesOfLog(fd: number | null, index: string): bigint | null {
  const header = Buffer.alloc(HEADER);
  try {
    if (fd === null || idOf(fstatSync(fd, { bigint: true })) !== look(index).id) return null;
    if (readSync(fd, header, 0, HEADER, 0) < HEADER) return null;
  } catch {
    return null;
  }
  if (header[12] !== 1) return null;
  const size = LITTLE ? header.readUInt16LE(14) : header.readUInt16BE(14);
  const frames = LITTLE ? header.readUInt32LE(16) : header.readUInt32BE(16);
  return frames === 0 ? 0n : 32n + BigInt(frames) * BigInt(24 + (size === 1 ? 65_536 : size));
}
