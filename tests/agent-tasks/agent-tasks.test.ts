import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { agentTasksContract } from './agent-tasks.contract.ts';

agentTasksContract('sqlite', async () => {
  const records = createSqliteRecords(':memory:');
  return { registry: records.registry, close: () => records.close() };
});
