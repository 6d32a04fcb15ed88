import { MongoStore } from '../../src/storage/mongo/mongo-store.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis } from '../support/samples.ts';

/** Eight at once write analyses until they are killed and report each one after the store has acknowledged it. */
const [where = '', round = ''] = process.argv.slice(2);
const isMongo = where.startsWith('mongodb');
const records = recordsOver(isMongo ? new MongoStore(where) : new StoreThread(where));
let n = 0;
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (;;) {
      const id = `ana_${round}_${n++}`;
      await records.analyses.put({
        owner: 'local',
        analysis: sampleAnalysis({ analysis_id: id }),
        imageKey: null,
        state: { id },
      });
      await new Promise((resolve) => process.send?.(id, undefined, undefined, resolve));
    }
  }),
);
