import type { Records } from '../../ports/records.ts';
import { sqliteAnalyses } from './analyses.ts';
import { sqliteCalibrations } from './calibrations.ts';
import { guarded, openDatabase } from './database.ts';
import { sqliteEvaluations } from './evaluations.ts';
import { sqliteRules } from './rules.ts';

/** The embedded record store in one file; `:memory:` keeps nothing. Throws DB_001 when it cannot be opened. */
export function createSqliteRecords(file: string): Records {
  const db = openDatabase(file);
  return {
    analyses: sqliteAnalyses(db),
    rules: sqliteRules(db),
    evaluations: sqliteEvaluations(db),
    calibrations: sqliteCalibrations(db),
    async ping() {
      guarded(() => db.prepare('SELECT 1').get());
    },
    async close() {
      db.close();
    },
  };
}
