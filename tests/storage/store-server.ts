/** Writes into the store of argv[2] for argv[3] ms as a server does, and says what was acknowledged. */
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis } from '../support/samples.ts';

const [, , file, ms] = process.argv as [string, string, string, string];
const records = recordsOver(new StoreThread(file));
await records.ping();
process.stdout.write('ready\n');
const end = Date.now() + Number(ms);
let acknowledged = 0;
while (Date.now() < end) {
  const analysis = sampleAnalysis({ analysis_id: `ana_${acknowledged}` });
  await records.analyses.put({ owner: 'ann', analysis, imageKey: null, state: 'x'.repeat(50_000) });
  acknowledged += 1;
}
const stored = await records.analyses.count({ owner: 'ann' });
await records.close();
process.stdout.write(`${acknowledged} ${stored}\n`);
