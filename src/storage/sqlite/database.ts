import { randomInt } from 'node:crypto';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../errors.ts';
import { narrow, privateDataFolder, privateFile } from '../private.ts';
import { giveUp, reserveOf } from './space-reserve.ts';

export type Db = Database.Database;

/** Each entry moves the schema one version up; entries are never edited once released. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE analyses (
     id TEXT PRIMARY KEY, created_at TEXT NOT NULL, sha256 TEXT, image_key TEXT,
     analysis TEXT NOT NULL, state TEXT NOT NULL) STRICT;
   CREATE INDEX analyses_by_time ON analyses(created_at DESC, id DESC);
   CREATE INDEX analyses_by_image ON analyses(image_key);
   CREATE TABLE rules (
     id TEXT PRIMARY KEY, version INTEGER NOT NULL, enabled INTEGER NOT NULL, type TEXT NOT NULL,
     created_at TEXT NOT NULL, rule TEXT NOT NULL) STRICT;
   CREATE TABLE rule_history (
     rule_id TEXT NOT NULL, version INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (rule_id, version)) STRICT;
   CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
   INSERT INTO counters VALUES ('rules_revision', 0);
   CREATE TABLE evaluations (
     rule_id TEXT NOT NULL, analysis_id TEXT NOT NULL, at TEXT NOT NULL,
     satisfied INTEGER NOT NULL, violated INTEGER NOT NULL, uncertain INTEGER NOT NULL,
     PRIMARY KEY (rule_id, analysis_id)) STRICT, WITHOUT ROWID;
   CREATE TABLE calibrations (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, calibration TEXT NOT NULL) STRICT;`,
  // Owners. What was stored before there were any belongs to the one who used this machine.
  `ALTER TABLE analyses ADD COLUMN owner TEXT NOT NULL DEFAULT 'local';
   DROP INDEX analyses_by_time;
   CREATE INDEX analyses_by_owner ON analyses(owner, created_at DESC, id DESC);
   ALTER TABLE rules ADD COLUMN owner TEXT NOT NULL DEFAULT 'local';
   ALTER TABLE rules ADD COLUMN scope TEXT NOT NULL DEFAULT 'mine';
   UPDATE rules SET rule = json_set(rule, '$.owner', 'local', '$.scope', 'mine') WHERE json_valid(rule);
   UPDATE rule_history SET entry = json_set(entry, '$.rule.owner', 'local', '$.rule.scope', 'mine')
     WHERE json_valid(entry);
   ALTER TABLE evaluations ADD COLUMN owner TEXT NOT NULL DEFAULT 'local';
   ALTER TABLE calibrations ADD COLUMN owner TEXT NOT NULL DEFAULT 'local';
   UPDATE calibrations SET calibration = json_set(calibration, '$.owner', 'local') WHERE json_valid(calibration);`,
  // What analyses are listed by, beside them and in the index. One that is no JSON any more is not listed.
  `ALTER TABLE analyses ADD COLUMN list_item TEXT;
   UPDATE analyses SET list_item = json_object(
     'analysis_id', id, 'timestamp', created_at,
     'image', json_object(
       'width', json_extract(analysis, '$.image.width'), 'height', json_extract(analysis, '$.image.height')),
     'model', json_extract(analysis, '$.model.name'),
     'mugs', json_array_length(analysis, '$.detections'), 'objects', json_array_length(analysis, '$.objects'),
     'findings', json((SELECT json_object(
       'violated', coalesce(json_extract(analysis, '$.findings.violated'), count(*) FILTER (WHERE verdict = 'violated')),
       'uncertain', coalesce(json_extract(analysis, '$.findings.uncertain'), count(*) FILTER (WHERE verdict = 'uncertain')),
       'satisfied', coalesce(json_extract(analysis, '$.findings.satisfied'), count(*) FILTER (WHERE verdict = 'satisfied')),
       'not_applicable', count(*) FILTER (WHERE verdict = 'not_applicable'))
       FROM (SELECT json_extract(value, '$.verdict') AS verdict FROM json_each(analysis, '$.rules')))))
     WHERE json_valid(analysis);
   DROP INDEX analyses_by_owner;
   CREATE INDEX analyses_by_owner ON analyses(owner, created_at DESC, id DESC, list_item);
   CREATE INDEX rules_by_time ON rules(created_at, id);
   CREATE INDEX calibrations_by_owner ON calibrations(owner, created_at, id);`,
  // Who and when stands in an evaluation as well: it goes with its analysis.
  `CREATE INDEX evaluations_by_analysis ON evaluations(analysis_id);
   DELETE FROM evaluations WHERE analysis_id NOT IN (SELECT id FROM analyses);
   CREATE TRIGGER analysis_removed AFTER DELETE ON analyses BEGIN
     DELETE FROM evaluations WHERE analysis_id = old.id;
   END;`,
  // The registry: users, keys and the like.
  `CREATE TABLE entries (
     kind TEXT NOT NULL, id TEXT NOT NULL, lookup TEXT, owner TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT,
     version INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT;
   CREATE UNIQUE INDEX entries_by_lookup ON entries(kind, lookup) WHERE lookup IS NOT NULL;
   CREATE INDEX entries_by_time ON entries(kind, created_at DESC, id DESC);
   CREATE INDEX entries_by_owner ON entries(kind, owner, created_at DESC, id DESC);
   CREATE INDEX entries_by_expiry ON entries(expires_at) WHERE expires_at IS NOT NULL;`,
  // What analyses are searched by. Those that are there already get their terms in the background.
  `ALTER TABLE analyses ADD COLUMN terms TEXT;
   CREATE INDEX analyses_without_terms ON analyses(id) WHERE terms IS NULL;
   CREATE TABLE terms (
     owner TEXT NOT NULL, term TEXT NOT NULL, created_at TEXT NOT NULL, id TEXT NOT NULL,
     PRIMARY KEY (owner, term, created_at, id)) STRICT, WITHOUT ROWID;
   CREATE TRIGGER analysis_terms_removed AFTER DELETE ON analyses BEGIN
     DELETE FROM terms WHERE owner = old.owner AND created_at = old.created_at AND id = old.id
       AND term IN (SELECT value FROM json_each(CASE WHEN json_valid(old.terms) THEN old.terms ELSE '[]' END));
   END;
   CREATE TABLE vectors (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, analysis_id TEXT NOT NULL, space TEXT NOT NULL, owner TEXT NOT NULL,
     created_at TEXT NOT NULL, vector BLOB NOT NULL) STRICT;
   CREATE UNIQUE INDEX vectors_by_analysis ON vectors(analysis_id, space);
   CREATE INDEX vectors_by_space ON vectors(space, seq);
   CREATE TRIGGER analysis_vectors_removed AFTER DELETE ON analyses BEGIN
     DELETE FROM vectors WHERE analysis_id = old.id;
   END;`,
  // What was said of an analysis goes with it.
  `CREATE TRIGGER analysis_feedback_removed AFTER DELETE ON analyses BEGIN
     DELETE FROM entries WHERE kind = 'feedback' AND lookup > old.id || ' ' AND lookup < old.id || '!';
   END;`,
];

/** A lock that another program holds is waited for so long; what waits behind the write waits as well. */
const BUSY_MS = 2000;

/** Opens the embedded store. WAL with synchronous FULL: what was acknowledged survives a crash and a power loss. */
export function openDatabase(file: string): Db {
  try {
    if (file !== ':memory:') {
      if (wasEmptied(file)) throw damaged(new Error('the file is empty'));
      makePrivate(file);
    }
    try {
      return prepared(new Database(file, { timeout: BUSY_MS }));
    } catch (cause) {
      // Reading needs a little space too: the index of the log.
      if (!isFull(cause) || !giveUp(file)) throw cause;
      return prepared(new Database(file, { timeout: BUSY_MS }));
    }
  } catch (cause) {
    throw (
      knownError(cause) ??
      whyReadOnly(file) ??
      new AppError('DB_001', {
        message: `The embedded store cannot be opened (${codeOf(cause)}).`,
        cause,
        advice: 'Check that H200_DATA_DIR is a writable folder.',
      })
    );
  }
}

/** Reads all of the store, which takes as long as it is large. Throws DB_001 and closes it where anything is missing. */
export function checkWhole(db: Db): void {
  const problem = structureProblem(db, false);
  if (problem === null) return;
  db.close();
  throw damaged(new Error(problem));
}

/** Of the whole file; null: none. `thorough`: also whether every index fits its table. */
export function structureProblem(db: Db, thorough: boolean): string | null {
  try {
    const found = db.pragma(`${thorough ? 'integrity' : 'quick'}_check(1)`, { simple: true }) as string;
    return found === 'ok' ? null : found.replace(/\s+/g, ' ');
  } catch (cause) {
    return codeOf(cause);
  }
}

/** What a connection that remembers nothing finds; null also where the file is larger than `maxBytes`. */
export function problemOnDisk(file: string, maxBytes: number): string | null {
  if (statSync(file).size > maxBytes) return null;
  const db = new Database(file, { readonly: true, timeout: BUSY_MS });
  try {
    return structureProblem(db, false);
  } finally {
    db.close();
  }
}

const DAMAGED = 'The embedded store is damaged.';

export const damaged = (cause: unknown) =>
  new AppError('DB_001', {
    message: DAMAGED,
    cause,
    advice:
      'Stop the servers and move records.db (with -wal and -shm) out of H200_DATA_DIR; then "h200-mug backup restore" brings the newest backup. Without one the next start makes an empty store, and keeps the photos for a week.',
  });

/** Not of a store that is merely out of reach. */
export const isDamaged = (thrown: unknown): boolean =>
  thrown instanceof AppError && thrown.code === 'DB_001' && thrown.message === DAMAGED;

/**
 * Whether a store lost all it had: SQLite would begin a new one, and the photos that lie beside it would go as nobody's. A first
 * start that was killed leaves an empty file too, but nothing beside it. What lies beside it is looked for first: another
 * process may be making both.
 */
function wasEmptied(file: string): boolean {
  return ((sizeOf(reserveOf(file)) ?? 0) > 0 || holdsAny(join(dirname(file), 'blobs'))) && sizeOf(file) === 0;
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

function holdsAny(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}

/** SQLite gives the files beside it the rights of the store itself. */
function makePrivate(file: string): void {
  privateDataFolder(dirname(file));
  privateFile(file);
  for (const suffix of ['-wal', '-shm', '-journal']) narrow(file + suffix);
}

function prepared(db: Db): Db {
  try {
    db.pragma('page_size = 16384');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma(`busy_timeout = ${BUSY_MS}`);
    db.pragma('foreign_keys = ON');
    // What is deleted is overwritten, not only marked as free.
    db.pragma('secure_delete = ON');
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const versionOf = (db: Db) => db.pragma('user_version', { simple: true }) as number;

/** Throws DB_001, for a store that is open too, once a newer version of the program has changed it. */
export function versionCheck(db: Db): () => void {
  const version = db.prepare<[], number>('PRAGMA user_version').pluck();
  return () => refuseNewer(version.get() ?? 0);
}

function refuseNewer(version: number): void {
  if (version <= MIGRATIONS.length) return;
  throw new AppError('DB_001', {
    message: `The store was written by a newer version (schema ${version}).`,
    advice: 'Update h200-mug, or use another H200_DATA_DIR.',
  });
}

function migrate(db: Db): void {
  // Nothing is written where nothing is to be done: a full disk and a folder that is read-only can still be read.
  if (versionOf(db) === MIGRATIONS.length) return;
  db.transaction(() => {
    const version = versionOf(db);
    refuseNewer(version);
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
    // Tells this store from any other one that is copied over it.
    if (db.pragma('application_id', { simple: true }) === 0) db.pragma(`application_id = ${randomInt(1, 2 ** 31)}`);
  }).immediate();
}

/** Of a new store of that version, in words that can be compared; null for a version that is not known. */
export function expectedSchema(version: number): string | null {
  if (version < 1 || version > MIGRATIONS.length) return null;
  const db = new Database(':memory:');
  try {
    for (const step of MIGRATIONS.slice(0, version)) db.exec(step);
    return schemaOf(db);
  } finally {
    db.close();
  }
}

/** Tables, indexes, triggers and views; what SQLite counts for its own plans is none of it. */
export const schemaOf = (db: Db): string =>
  JSON.stringify(
    db
      .prepare(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name",
      )
      .raw()
      .all(),
  );

/** Runs a store call and turns the driver's errors into DB_002 (or DB_001 when the store is gone). */
export function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const gone = /IOERR|CANTOPEN/.test(codeOf(cause));
    throw knownError(cause) ?? new AppError(gone ? 'DB_001' : 'DB_002', { cause });
  }
}

/** What says by itself what it is: held by another program, full, damaged, read-only. */
function knownError(cause: unknown): AppError | null {
  if (cause instanceof AppError) return cause;
  const code = codeOf(cause);
  if (code.startsWith('SQLITE_BUSY')) return held(cause);
  if (isFull(cause)) return new AppError('STORAGE_003', { cause });
  if (/^(SQLITE_IOERR_(WRITE|TRUNCATE)|EFBIG|EDQUOT)/.test(code)) return refusedToGrow(cause);
  if (/CORRUPT|NOTADB|SHORT_READ/.test(code)) return damaged(cause);
  if (/READONLY|EROFS|EACCES|EPERM/.test(code)) return readOnly(cause);
  return null;
}

/** SQLite does not say which: the size of one file or of all of a user's is limited, or the disk fails. */
const refusedToGrow = (cause: unknown) =>
  new AppError('STORAGE_003', {
    message:
      'The system refused to write to the embedded store: a limit of its size or of the space, or a failing disk.',
    cause,
    advice: 'Raise the limit (ulimit -f, the quota), free space under H200_DATA_DIR, and check the disk.',
  });

/** The log's index is a file that must grow before it is used. */
export const isFull = (cause: unknown): boolean => /^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC)/.test(codeOf(cause));

/** SQLite only says that it cannot open a file there. */
function whyReadOnly(file: string): AppError | null {
  try {
    accessSync(dirname(file), constants.W_OK);
    accessSync(file, constants.W_OK);
    return null;
  } catch (cause) {
    return /EROFS|EACCES|EPERM/.test(codeOf(cause)) ? readOnly(cause) : null;
  }
}

const readOnly = (cause?: unknown) =>
  new AppError('DB_001', {
    message: 'The embedded store may only be read: its file or its folder is not writable.',
    cause,
    advice: 'Correct the rights of H200_DATA_DIR and of records.db in it, or set H200_DATA_DIR to a folder of yours.',
  });

const codeOf = (cause: unknown): string => {
  const { code } = cause as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** The only failure that ends by itself. */
const held = (cause: unknown) =>
  new AppError('DB_001', {
    retryAfterS: BUSY_MS / 1000,
    message: 'Another program holds the lock of the embedded store.',
    cause,
    advice: 'Try again; if it goes on, find the program that writes to records.db in H200_DATA_DIR.',
  });

/**
 * Several statements as one write. The lock is taken first: a transaction that reads before it writes is refused at once where
 * another process writes meanwhile, however long it would have waited.
 */
export function asOneWrite<Given extends unknown[], Result>(db: Db, work: (...given: Given) => Result) {
  const transaction = db.transaction(work);
  return (...given: Given): Result => transaction.immediate(...given);
}
