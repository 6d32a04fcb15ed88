import type { Records } from '../../ports/records.ts';
import { analysisRecords } from './records/analyses.ts';
import { calibrationRecords } from './records/calibrations.ts';
import { evaluationLog } from './records/evaluations.ts';
import { ruleRecords } from './records/rules.ts';
import type { Store } from './store.ts';
import { openTables, runCall } from './tables/tables.ts';

/**
 * The embedded record store in one file, on the thread of the caller, which it blocks; `:memory:` keeps nothing. Throws
 * DB_001 when it cannot be opened.
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
  });
}

export function recordsOver(store: Store): Records {
  return {
    analyses: analysisRecords(store),
    rules: ruleRecords(store),
    evaluations: evaluationLog(store),
    calibrations: calibrationRecords(store),
    ping: () => store.call('ping'),
    close: () => store.close(),
  };
}
