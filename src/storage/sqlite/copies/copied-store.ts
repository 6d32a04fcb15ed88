import Database from 'better-sqlite3';
import { guarded } from '../database.ts';

/** What is asked of a copy that lies in a file nobody else uses. */
export class CopiedStore {
  private readonly db: Database.Database;
  private readonly keys: Database.Statement<[string, number], { key: string }>;

  constructor(file: string) {
    this.db = guarded(() => new Database(file, { readonly: true, fileMustExist: true }));
    this.keys = this.db.prepare(
      'SELECT DISTINCT image_key AS key FROM analyses WHERE image_key > ? ORDER BY image_key LIMIT ?',
    );
  }

  imageKeys = async (after: string, limit: number): Promise<string[]> =>
    guarded(() => this.keys.all(after, limit)).map(({ key }) => key);

  close = (): void => void this.db.close();
}

/** Whether no process has the store open: then its file may be replaced. Its log is in the file afterwards. */
export function isUnused(file: string): boolean {
  const db = new Database(file, { fileMustExist: true, timeout: 500 });
  try {
    return db.pragma('journal_mode = DELETE', { simple: true }) === 'delete';
  } catch (cause) {
    if (`${(cause as { code?: string }).code}`.startsWith('SQLITE_BUSY')) return false;
    throw cause;
  } finally {
    db.close();
  }
}
