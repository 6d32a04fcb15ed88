import Database from 'better-sqlite3';
import { AppError } from '../../../errors.ts';
import { damagedBackup } from '../../../ports/backup-place.ts';
import { privateFile } from '../../private.ts';
import {
  type Db,
  damaged,
  expectedSchema,
  guarded,
  isDamaged,
  openDatabase,
  schemaOf,
  structureProblem,
} from '../database.ts';
import type { CopyFacts } from './run-copy.ts';

const BUSY_MS = 10_000;
/** A megabyte at once. */
const PAGES = 64;

/** As the store was at one moment, however much is written meanwhile; `to` is one file, and is whole or DB_001 is thrown. */
export async function copyOnline(from: string, to: string): Promise<CopyFacts> {
  privateFile(to);
  const source = guarded(() => new Database(from, { readonly: true, fileMustExist: true, timeout: BUSY_MS }));
  try {
    // What is read from here on is of this moment: a copy never begins again because somebody writes.
    source.exec('BEGIN');
    guarded(() => source.prepare('SELECT count(*) FROM sqlite_schema').get());
    await source.backup(to, { progress: () => PAGES }).catch((cause: unknown) =>
      guarded(() => {
        throw cause;
      }),
    );
  } finally {
    source.close();
  }
  const copy = guarded(() => new Database(to, { fileMustExist: true, timeout: BUSY_MS }));
  try {
    return guarded(() => {
      copy.pragma('journal_mode = DELETE');
      assertWhole(copy);
      assertOurs(copy);
      return { analyses: countAnalyses(copy), left: {} };
    });
  } finally {
    copy.close();
  }
}

/**
 * Looks whether a file is a store of ours through and through, also one that somebody made to harm: it has our tables, indexes and
 * triggers and no others. Then it is brought to this version, and what must not come back is taken out.
 */
export function makeUsable(file: string, without: readonly string[]): CopyFacts {
  try {
    return usable(file, without);
  } catch (thrown) {
    // Nothing is wrong with the store of this machine.
    throw isDamaged(thrown) ? damagedBackup('its records are no store of this program', thrown) : thrown;
  }
}

function usable(file: string, without: readonly string[]): CopyFacts {
  const found = guarded(() => new Database(file, { fileMustExist: true, timeout: BUSY_MS }));
  try {
    guarded(() => {
      found.pragma('trusted_schema = OFF');
      const version = found.pragma('user_version', { simple: true }) as number;
      const expected = expectedSchema(version);
      if (expected === null) {
        throw new AppError('BACKUP_002', {
          message: `The backup's store has version ${version}, which this program does not know.`,
          advice: 'Use the version of the program that made the backup, or a newer one.',
        });
      }
      if (schemaOf(found) !== expected) throw damaged(new Error('the tables are others'));
      assertWhole(found);
    });
  } finally {
    found.close();
  }
  const db = openDatabase(file);
  try {
    return guarded(() => {
      const remove = db.prepare<[string]>('DELETE FROM entries WHERE kind = ?');
      const left = db.transaction(() => Object.fromEntries(without.map((kind) => [kind, remove.run(kind).changes])))();
      db.pragma('journal_mode = DELETE');
      return { analyses: countAnalyses(db), left };
    });
  } finally {
    db.close();
  }
}

/** What no restore would take is not backed up without a word. */
function assertOurs(db: Db): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  const expected = expectedSchema(version);
  if (expected === schemaOf(db)) return;
  const what =
    expected === null
      ? `has version ${version}, which this program does not know`
      : 'has tables, indexes or triggers that are not those of this program';
  throw new AppError('DB_001', {
    message: `The store ${what}: a backup of it could not be restored.`,
    advice: 'Use the version of the program that runs on it, and remove what somebody else put into it.',
  });
}

function assertWhole(db: Db): void {
  const problem = structureProblem(db, true);
  if (problem !== null) throw damaged(new Error(problem));
}

const countAnalyses = (db: Db): number =>
  db.prepare<[], { n: number }>('SELECT count(*) AS n FROM analyses').get()?.n ?? 0;
