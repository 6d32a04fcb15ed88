import { type Stats, statSync } from 'node:fs';
import Database from 'better-sqlite3';

/** A store that cannot be watched is tried again after so long, ms. */
const AGAIN_MS = 1000;
/** Nothing but the first page is read. */
const CACHE_KB = 64;

interface Watched {
  readonly db: Database.Database;
  readonly commits: Database.Statement<[], number>;
  readonly file: Stats;
}

/**
 * Whether anybody wrote into the store, told in some microseconds and without its thread: SQLite's own count of the commits of
 * other connections, the thread's and other processes' (sqlite.org/pragma.html#pragma_data_version). It waits for no lock.
 */
export class CommitWatch {
  private readonly file: string;
  private watched: Watched | null = null;
  private opened = 0;
  private tryFrom = Number.NEGATIVE_INFINITY;

  constructor(file: string) {
    this.file = file;
  }

  /** Another word after each commit, and never the same one again; null: nobody knows. */
  state(): string | null {
    if (performance.now() < this.tryFrom) return null;
    try {
      this.watched ??= this.open();
      const { commits, file } = this.watched;
      const now = statSync(this.file);
      // SQLite would go on with a file that is no longer there.
      if (now.ino !== file.ino || now.dev !== file.dev || now.size < file.size) throw new Error('another file');
      return `${this.opened}.${commits.get()}`;
    } catch {
      this.close();
      this.tryFrom = performance.now() + AGAIN_MS;
      return null;
    }
  }

  /** Before the connection that writes: the last one to close brings the log into the file. */
  close(): void {
    this.watched?.db.close();
    this.watched = null;
  }

  private open(): Watched {
    const file = statSync(this.file);
    const db = new Database(this.file, { readonly: true, fileMustExist: true, timeout: 0 });
    this.opened += 1;
    try {
      db.pragma(`cache_size = -${CACHE_KB}`);
      return { db, file, commits: db.prepare<[], number>('PRAGMA data_version').pluck() };
    } catch (error) {
      db.close();
      throw error;
    }
  }
}
