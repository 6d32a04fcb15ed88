import type { Records } from '../../ports/records.ts';
import { recordsOver } from '../records/records-over.ts';
import { EMBEDDED } from '../records/store.ts';
import { openTables, runCall } from './tables/tables.ts';

/**
 * The embedded record store in one file, on the thread of the caller, which it blocks: for tests and short programs;
 * `:memory:` keeps nothing. Throws DB_001 when it cannot be opened.
 */
export function createSqliteRecords(file: string): Records {
  const tables = openTables(file);
  return recordsOver({
    async call(name, ...args) {
      return runCall(tables, name, args) as never;
    },
    async close() {
      tables.db.close();
    },
    status: () => EMBEDDED,
  });
}
