import { afterEach, describe } from 'vitest';
import { MongoStore } from '../../../src/storage/mongo/mongo-store.ts';
import { recordsOver } from '../../../src/storage/records/records-over.ts';
import { agentTasksContract } from '../../agent-tasks/agent-tasks.contract.ts';
import { ruleBookContract } from '../../rulebook/rule-book.contract.ts';
import { freshDatabase, MONGODB_URI } from '../../support/mongo.ts';
import { pagingContract } from '../paging.contract.ts';
import { recordsContract } from '../records.contract.ts';
import { registryContract } from '../registry.contract.ts';
import { searchContract } from '../search.contract.ts';

describe.skipIf(MONGODB_URI === null)('MongoDB', () => {
  const opened: MongoStore[] = [];
  const open = async () => {
    const store = new MongoStore(freshDatabase());
    opened.push(store);
    return recordsOver({ call: store.call.bind(store), close: async () => undefined, status: () => store.status() });
  };
  afterEach(async () => {
    for (const store of opened.splice(0)) {
      await store.db.dropDatabase();
      await store.close();
    }
  });

  recordsContract('mongodb', open);
  searchContract('mongodb', open);
  registryContract('mongodb', async () => ({ ...(await open()), close: async () => undefined }));
  agentTasksContract('mongodb', async () => ({ registry: (await open()).registry, close: async () => undefined }));
  pagingContract('mongodb', open);
  ruleBookContract('mongodb', async () => {
    const { rules, evaluations, analyses } = await open();
    return { rules, evaluations, analyses, close: async () => undefined };
  });
});
