import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Db } from '../database.ts';
import { clock } from './protocol.ts';
import type { StoreFiles } from './store-files.ts';

/** What lies in the log alone still needs room in the file: on a disk with less than this free, bytes, it is kept short. */
const SCARCE = 64 * 2 ** 20;
/** Pages, of 16 kB, in the log before it goes into the file; the first is SQLite's own habit. */
const PAGES = { plenty: 1000, scarce: 32 };
const LOOK_MS = 1000;
/** Nobody called for so long: the log goes into the file, so that a disk which fills up meanwhile keeps nobody from deleting. */
const IDLE_MS = 2000;

/** Keeps the write-ahead log short where room is scarce or nobody waits. */
export class ShortLog {
  private readonly db: Db;
  private readonly folder: string;
  private readonly files: StoreFiles;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private pages = PAGES.plenty;
  private idle: NodeJS.Timeout | undefined;

  constructor(db: Db, file: string, files: StoreFiles) {
    this.db = db;
    this.folder = dirname(file);
    this.files = files;
  }

  /** To be called behind every group of calls. */
  tend(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.intoFile(), IDLE_MS).unref();
    if (clock() - this.lookedAt < LOOK_MS) return;
    this.lookedAt = clock();
    const pages = isScarce(this.folder) ? PAGES.scarce : PAGES.plenty;
    if (pages === this.pages) return;
    this.pages = pages;
    this.db.pragma(`wal_autocheckpoint = ${pages}`);
    if (pages === PAGES.scarce) this.intoFile();
  }

  stop(): void {
    clearTimeout(this.idle);
  }

  /** Calls were answered since the files were looked at: into one that somebody harmed nothing is written, the next call says so. */
  private intoFile(): void {
    if (this.files.harm() !== null || this.files.hasForeignWrite) return;
    try {
      if (!this.db.inTransaction) this.db.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // No room, or the file is gone: the next call says so.
    }
    this.files.remember();
  }
}

function isScarce(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < SCARCE;
  } catch {
    return false;
  }
}
