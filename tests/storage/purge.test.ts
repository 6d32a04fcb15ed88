import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis } from '../support/samples.ts';

const CANARY = 'the-desk-of-ann';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-purge-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const filesWithCanary = () => readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(CANARY));

it('leaves nothing of a deleted analysis in the files of the store', async () => {
  const records = recordsOver(new StoreThread(join(folder, 'records.db')));
  for (let n = 0; n < 20; n += 1) {
    const analysis = sampleAnalysis({ analysis_id: `ana_${n}`, warnings: [CANARY.repeat(n * 200)] });
    await records.analyses.put({ owner: CANARY, analysis, imageKey: `image/${CANARY}`, state: { CANARY } });
    const outcome = { rule_id: 'rule_1', verdict: 'violated' } as const;
    await records.evaluations.append(CANARY, analysis.analysis_id, analysis.timestamp, [outcome]);
  }
  expect(filesWithCanary()).not.toEqual([]);
  await records.analyses.delete('ana_19');
  await records.analyses.removeMatching({ owner: CANARY }, 50);
  expect(await records.analyses.purge()).toBe(true);
  expect(filesWithCanary()).toEqual([]);
  await records.close();
});
