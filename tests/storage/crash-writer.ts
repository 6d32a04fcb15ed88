import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { sampleAnalysis } from '../support/samples.ts';

/** Writes analyses until it is killed and reports each one after the store has acknowledged it. */
const [file = '', round = ''] = process.argv.slice(2);
const records = createSqliteRecords(file);
for (let n = 0; ; n += 1) {
  await records.analyses.put({
    owner: 'local',
    analysis: sampleAnalysis({ analysis_id: `ana_${round}_${n}` }),
    imageKey: null,
    state: { n },
  });
  await new Promise((resolve) => process.send?.(n, undefined, undefined, resolve));
}
