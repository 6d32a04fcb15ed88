import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { ruleBookContract } from '../rulebook/rule-book.contract.ts';

ruleBookContract('sqlite', async () => {
  const records = createSqliteRecords(':memory:');
  const { rules, evaluations, analyses } = records;
  return { rules, evaluations, analyses, close: () => records.close() };
});
