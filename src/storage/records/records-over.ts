import type { Records } from '../../ports/records.ts';
import { vectorsOver } from '../vectors/vectors-over.ts';
import { analysisRecords } from './analyses.ts';
import { calibrationRecords } from './calibrations.ts';
import { storeCheck } from './check.ts';
import { evaluationLog } from './evaluations.ts';
import { registryOver } from './registry.ts';
import { ruleRecords } from './rules.ts';
import type { Store } from './store.ts';

/** The ports over any store; loads no driver itself. */
export function recordsOver(store: Store): Records {
  const records = {
    analyses: analysisRecords(store),
    rules: ruleRecords(store),
    evaluations: evaluationLog(store),
    calibrations: calibrationRecords(store),
    registry: registryOver(store),
    vectors: vectorsOver(store),
    status: () => store.status(),
    ...(store.onRuleChange && { onRuleChange: store.onRuleChange.bind(store) }),
    ping: () => store.call('ping'),
    writable: () => store.call('writable'),
    close: () => store.close(),
  };
  return { ...records, check: storeCheck(store, records) };
}
