import { join } from 'node:path';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { createS3Blobs } from '../../src/storage/s3/blobs.ts';
import { Bucket } from '../../src/storage/s3/bucket.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis } from '../support/samples.ts';

/** Stores images and then their analyses, as the journey does, until it is killed; reports what is acknowledged. */
const [folder = '', round = '', bucket = ''] = process.argv.slice(2);
const records = recordsOver(new StoreThread(join(folder, 'records.db')));
const blobs =
  bucket === '' ? createDiskBlobs(join(folder, 'blobs')) : createS3Blobs(new Bucket(JSON.parse(bucket)), () => 'store');
let n = 0;
// One that is killed here for certain.
await blobs.put(`image/unfinished_${round}`, Buffer.alloc(300_000), 'image/jpeg', { maxBytes: 1e6 });
await Promise.all(
  Array.from({ length: 6 }, async () => {
    for (;;) {
      const id = `ana_${round}_${n++}`;
      const imageKey = `image/${id}`;
      await blobs.put(imageKey, Buffer.alloc(300_000, id), 'image/jpeg', { maxBytes: 1e6 });
      const analysis = sampleAnalysis({ analysis_id: id });
      await records.analyses.put({ owner: 'local', analysis, imageKey, state: null });
      await new Promise((resolve) => process.send?.(id, undefined, undefined, resolve));
    }
  }),
);
