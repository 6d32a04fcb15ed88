import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { endianness } from 'node:os';

interface Seen {
  /** Device and inode; null where there is no file. */
  readonly id: string | null;
  readonly bytes: bigint;
}

/** What somebody else did to the files of an open store. */
export type Harm = 'replaced' | 'cut';

/**
 * The files of an open store, as they were after the last call. SQLite notices neither a removed file nor one that was
 * cut short: it answers from its memory, and what it writes is lost. The store's file only grows; where another program
 * shortens it by right (VACUUM), one call is refused for nothing. The log may be shortened by a checkpoint, ours or another
 * process's, which first says so in the index.
 */
export class StoreFiles {
  private readonly file: string;
  private seen: readonly [Seen, Seen];

  constructor(file: string) {
    this.file = file;
    this.seen = [look(file), look(`${file}-wal`)];
  }

  harm(): Harm | null {
    const [file, log] = this.seen;
    const now = look(this.file);
    if (wasReplaced(file, now)) return 'replaced';
    if (now.bytes < file.bytes) return 'cut';
    // First the index: a log that is being cut by right is already empty there.
    const least = bytesOfLog(`${this.file}-shm`);
    const nowLog = look(`${this.file}-wal`);
    return wasReplaced(log, nowLog) || nowLog.bytes < (least ?? log.bytes) ? 'cut' : null;
  }

  /** To be called before a call is answered: whoever was answered may rely on the files from then on. */
  remember(): void {
    const [file, log] = this.seen;
    this.seen = [larger(file, look(this.file)), larger(log, look(`${this.file}-wal`))];
  }
}

function look(file: string): Seen {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? { id: null, bytes: 0n } : { id: `${found.dev}:${found.ino}`, bytes: found.size };
}

/** What was harmed while a call ran shows at the next one: nothing that is lost counts as seen. */
const larger = (before: Seen, now: Seen): Seen =>
  before.id === null || (now.id === before.id && now.bytes > before.bytes) ? now : before;

const wasReplaced = (before: Seen, now: Seen) => before.id !== null && now.id !== before.id;

const HEADER = 20;
const LITTLE = endianness() === 'LE';

/**
 * How long the log must be for the frames that the wal-index counts; null where there is no index. Its header in the byte
 * order of the machine (sqlite.org/walformat.html, 2.1): `isInit` at 12, `szPage` at 14, `mxFrame` at 16. A frame is a page
 * and 24 bytes, behind 32 bytes of the log's own header.
 */
function bytesOfLog(index: string): bigint | null {
  const header = Buffer.alloc(HEADER);
  try {
    const fd = openSync(index, 'r');
    try {
      if (readSync(fd, header, 0, HEADER, 0) < HEADER) return null;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
  if (header[12] !== 1) return null;
  const size = LITTLE ? header.readUInt16LE(14) : header.readUInt16BE(14);
  const frames = LITTLE ? header.readUInt32LE(16) : header.readUInt32BE(16);
  return frames === 0 ? 0n : 32n + BigInt(frames) * BigInt(24 + (size === 1 ? 65_536 : size));
}
