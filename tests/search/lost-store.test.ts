import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSearchService } from '../../src/search/search-service.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { anObject } from '../storage/search.contract.ts';
import { callOf } from '../support/caller.ts';
import { sampleAnalysis } from '../support/samples.ts';

let folder: string;
let store: StoreThread;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-search-'));
  store = new StoreThread(join(folder, 'records.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a store that dies in the middle of searches ends each with an answer or DB_001, and the next one finds all', async () => {
  const records = recordsOver(store);
  const unit = (n: number) => Float32Array.from([Math.cos(n), Math.sin(n)]);
  for (let n = 0; n < 60; n += 1) {
    const analysis = sampleAnalysis({ analysis_id: `ana_${n}`, objects: [anObject('mug-1')] });
    await records.analyses.put({ owner: 'ann', analysis, imageKey: null, state: null });
    await records.vectors.put(`ana_${n}`, 's', unit(n));
  }
  const space = { name: 's', dimensions: 2, sameDesk: null };
  const search = createSearchService({
    records,
    embedder: {
      space: () => space,
      ofImage: async () => ({ space: 's', vector: unit(0) }),
      ofText: async () => ({ space: 's', vector: unit(0) }),
      close: async () => {},
    },
    blobs: {} as never,
    intake: {} as never,
    now: () => new Date(),
  });
  const ask = (n: number) =>
    search.search(
      callOf('ann'),
      n % 2 === 0 ? { objects: ['mug'], limit: 20, group: false } : { text: 'anything', limit: 20, group: false },
    );
  const outcomes = Array.from({ length: 40 }, (_, n) =>
    ask(n).then(
      ({ hits }) => hits.length,
      (error) => error.code,
    ),
  );
  await new Promise((done) => setImmediate(done));
  await store.worker?.terminate();
  const ended = await Promise.all(outcomes);
  expect(ended).toContain('DB_001');
  for (const outcome of ended) expect([20, 'DB_001']).toContain(outcome);
  for (const n of [0, 1]) expect((await ask(n)).hits).toHaveLength(20);
}, 20_000);
