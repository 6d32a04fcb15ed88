import { join } from 'node:path';
import { confirmImage, keepImage, readImage, removeIfUnused } from '../../src/analysis/stored-image.ts';
import type { Image } from '../../src/image/image.ts';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { recordsOver } from '../../src/storage/sqlite/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis } from '../support/samples.ts';

/** Stores and deletes analyses of one image, as other processes do with the same one; reports how often it was lost. */
const [folder = '', name = '', rounds = ''] = process.argv.slice(2);
const records = recordsOver(new StoreThread(join(folder, 'records.db')));
const blobs = createDiskBlobs(join(folder, 'blobs'));
const image = { sha256: 'shared', format: 'jpeg' } as Image;
const parts = { records, blobs, withoutMetadata: async () => Buffer.from('the image') };
let lost = 0;
const work = async (worker: number) => {
  for (let n = 0; n < Number(rounds); n += 1) {
    const id = `ana_${name}_${worker}_${n}`;
    const imageKey = await keepImage(parts, image);
    await records.analyses.put({
      owner: name,
      analysis: sampleAnalysis({ analysis_id: id }),
      imageKey,
      state: null,
    });
    await confirmImage(parts, imageKey, image);
    if (!(await readImage(parts, imageKey))) lost += 1;
    await records.analyses.delete(id);
    await removeIfUnused(parts, imageKey);
  }
};
await Promise.all([work(1), work(2)]);
const key = await keepImage(parts, image);
const analysis = sampleAnalysis({ analysis_id: `ana_${name}_last` });
await records.analyses.put({ owner: name, analysis, imageKey: key, state: null });
await confirmImage(parts, key, image);
process.send?.({ key, lost });
await records.close();
