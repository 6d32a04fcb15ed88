import type { Records } from '../../ports/records.ts';
import { analysisRecords } from './records/analyses.ts';
import { calibrationRecords } from './records/calibrations.ts';
import { storeCheck } from './records/check.ts';
import { evaluationLog } from './records/evaluations.ts';
import { ruleRecords } from './records/rules.ts';
import type { Store } from './store.ts';

/** The ports over a store on any thread; loads no SQLite itself. */
export function recordsOver(store: Store): Records {
  const records = {
    analyses: analysisRecords(store),
    rules: ruleRecords(store),
    evaluations: evaluationLog(store),
    calibrations: calibrationRecords(store),
    ping: () => store.call('ping'),
    writable: () => store.call('writable'),
    close: () => store.close(),
  };
  return { ...records, check: storeCheck(store, records) };
}
