import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { confirmImage, keepImage, readImage, removeIfUnused } from '../../src/analysis/stored-image.ts';
import type { Image } from '../../src/image/image.ts';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis } from '../support/samples.ts';

/**
 * Round by round, at the same time as other processes, stores an analysis of the image of the round, reads the image and
 * deletes the analysis, or not. Reports which images it must still find and which it did not find when it had to.
 */
const [folder = '', name = '', begin = '', rounds = ''] = process.argv.slice(2);
const ROUND_MS = 40;
const records = recordsOver(new StoreThread(join(folder, 'records.db')));
await records.ping();
const { imagesInUse } = records.analyses;
// Answers that come late: in between the others go on.
records.analyses.imagesInUse = async (keys) => {
  const answer = await imagesInUse(keys);
  await sleep(8 * Math.random());
  return answer;
};
const parts = {
  records,
  blobs: createDiskBlobs(join(folder, 'blobs')),
  withoutMetadata: async () => Buffer.from('the image'),
};
const kept: string[] = [];
const missed: string[] = [];

async function round(n: number): Promise<void> {
  await sleep(Math.max(0, Number(begin) + n * ROUND_MS - Date.now()) + 20 * Math.random());
  const image = { sha256: `round_${n}`, format: 'jpeg' } as Image;
  const imageKey = await keepImage(parts, image);
  const analysis = sampleAnalysis({ analysis_id: `ana_${name}_${n}` });
  await records.analyses.put({ owner: name, analysis, imageKey, state: null });
  await confirmImage(parts, imageKey, image);
  if (!(await readImage(parts, imageKey))) missed.push(imageKey);
  if (Math.random() < 0.3) {
    kept.push(imageKey);
  } else {
    await records.analyses.delete(analysis.analysis_id);
    await removeIfUnused(parts, imageKey);
  }
}

await Promise.all(Array.from({ length: Number(rounds) }, (_, n) => round(n)));
process.send?.({ kept, missed });
await records.close();
