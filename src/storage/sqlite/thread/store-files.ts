import { statSync } from 'node:fs';

interface Seen {
  /** Device and inode; null where there is no file. */
  readonly id: string | null;
  readonly bytes: bigint;
}

/** What somebody else did to the files of an open store. */
export type Harm = 'replaced' | 'cut';

/**
 * The files of an open store, as they were after the last call. SQLite notices neither a removed file nor one that was
 * cut short: it answers from its memory, and what it writes is lost. It only lets them grow; where another program shortens
 * them by right (VACUUM, a truncating checkpoint), one call is refused for nothing.
 */
export class StoreFiles {
  private readonly files: readonly string[];
  private seen: readonly Seen[];

  constructor(file: string) {
    this.files = [file, `${file}-wal`];
    this.seen = this.files.map(look);
  }

  harm(): Harm | null {
    const [main, log] = this.files.map((file, i) => harmOf(this.seen[i]!, look(file)));
    return main ?? (log ? 'cut' : null);
  }

  /** To be called before a call is answered: whoever was answered may rely on the files from then on. */
  remember(): void {
    this.seen = this.files.map((file, i) => larger(this.seen[i]!, look(file)));
  }
}

function look(file: string): Seen {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? { id: null, bytes: 0n } : { id: `${found.dev}:${found.ino}`, bytes: found.size };
}

/** What was harmed while a call ran shows at the next one: nothing that is lost counts as seen. */
const larger = (before: Seen, now: Seen): Seen =>
  before.id === null || (now.id === before.id && now.bytes > before.bytes) ? now : before;

function harmOf(before: Seen, now: Seen): Harm | null {
  if (before.id !== null && now.id !== before.id) return 'replaced';
  return now.bytes < before.bytes ? 'cut' : null;
}
