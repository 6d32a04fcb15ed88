import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { ruleBookContract } from '../rulebook/rule-book.contract.ts';

ruleBookContract('sqlite', async () => {
  const records = createSqliteRecords(':memory:');
  return { rules: records.rules, evaluations: records.evaluations, close: () => records.close() };
});
