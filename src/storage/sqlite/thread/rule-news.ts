import Database from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import type { RuleVersion } from '../../../contract/rule.ts';
import { roomFor } from '../../../lru-room.ts';
import type { RuleChange } from '../../../ports/records.ts';
import type { RuleWriteRow } from '../../records/rows.ts';
import { CommitWatch } from './commit-watch.ts';

/** The count of commits is looked at so often, ms. */
const POLL_MS = 500;
const AT_ONCE = 200;
/** Versions of this process that are not seen in the file yet. */
const MOST_OWN = 10_000;

interface VersionRow {
  readonly row: number;
  readonly entry: string;
}

/** Tells what other processes on the same file did to rules: each new version once, in the order in which they were written. */
export class RuleNews {
  private readonly file: string;
  private readonly listener: (change: RuleChange) => void;
  private readonly watch: CommitWatch;
  private readonly timer: NodeJS.Timeout;
  private readonly own = new LRUCache<string, true>(roomFor(MOST_OWN));
  /** Commits at the last look, and the last version that was seen; null: before the first look. */
  private state: string | null = null;
  private seen: number | null = null;

  constructor(file: string, listener: (change: RuleChange) => void, pollMs = POLL_MS) {
    this.file = file;
    this.listener = listener;
    this.watch = new CommitWatch(file);
    this.look();
    this.timer = setInterval(() => this.look(), pollMs).unref();
  }

  /** Before this process writes them; the answer takes those back that were refused. */
  writing(rows: readonly RuleWriteRow[]): () => void {
    const names = rows.flatMap(({ entry }) => nameOf(entry) ?? []);
    for (const name of names) this.own.set(name, true);
    return () => {
      for (const name of names) this.own.delete(name);
    };
  }

  stop(): void {
    clearInterval(this.timer);
    this.watch.close();
  }

  private look(): void {
    const state = this.watch.state();
    if (state === null) {
      // There is no file yet: all that it will hold is new.
      this.seen ??= 0;
      return;
    }
    if (state === this.state && this.seen !== null) return;
    try {
      const found = this.read();
      this.state = state;
      for (const entry of found) this.tell(entry);
    } catch {
      // It is read with the next look.
    }
  }

  /** Versions behind the last one that was seen. */
  private read(): string[] {
    const db = new Database(this.file, { readonly: true, fileMustExist: true, timeout: 0 });
    try {
      const last = db.prepare<[], number>('SELECT coalesce(max(rowid), 0) FROM rule_history').pluck();
      const most = last.get() ?? 0;
      // Of another file that took its place nothing was seen, and nobody here knows what was in it.
      if (this.seen === null || most < this.seen) this.seen = most;
      const behind = db.prepare<[number, number], VersionRow>(
        'SELECT rowid AS row, entry FROM rule_history WHERE rowid > ? ORDER BY rowid LIMIT ?',
      );
      const found: string[] = [];
      for (;;) {
        const rows = behind.all(this.seen, AT_ONCE);
        for (const { row, entry } of rows) {
          this.seen = row;
          found.push(entry);
        }
        if (rows.length < AT_ONCE) return found;
      }
    } finally {
      db.close();
    }
  }

  private tell(entry: string): void {
    const name = nameOf(entry);
    if (name === null || this.own.delete(name)) return;
    const { rule_id, action, rule } = JSON.parse(entry) as RuleVersion;
    this.listener({ rule_id, action, owner: rule.owner, scope: rule.scope });
  }
}

/** Null: nobody can read it, which the check of the store finds. */
function nameOf(entry: string): string | null {
  try {
    const { rule_id, version, rule } = JSON.parse(entry) as RuleVersion;
    return rule === undefined ? null : `${version} ${rule_id}`;
  } catch {
    return null;
  }
}
