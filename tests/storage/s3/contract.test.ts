import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Blobs } from '../../../src/storage/s3/blobs.ts';
import { Bucket } from '../../../src/storage/s3/bucket.ts';
import { listObjects } from '../../../src/storage/s3/objects.ts';
import { freshBucket, S3 } from '../../support/s3.ts';
import { blobsContract } from '../blobs.contract.ts';

describe.skipIf(S3 === null)('S3', () => {
  let bucket: Bucket;
  beforeAll(() => {
    bucket = new Bucket(freshBucket());
  });
  afterAll(() => bucket.close());
  let stores = 0;

  blobsContract('S3', () => {
    const store = `store-${++stores}`;
    const names = async () => {
      const found: string[] = [];
      for await (const { name } of listObjects(bucket, `${store}/`)) found.push(name);
      return found;
    };
    return {
      blobs: createS3Blobs(bucket, () => store),
      leftovers: async () => (await names()).filter((name) => !name.startsWith(`${store}/blobs/`)),
      close: () => {},
    };
  });

  it('keeps what belongs to another store apart', async () => {
    const [one, other] = [createS3Blobs(bucket, () => 'one'), createS3Blobs(bucket, () => 'other')];
    await one.put('image/x', Buffer.from('v'), 'a/b', { maxBytes: 10 });
    expect(await other.stat('image/x')).toBeUndefined();
    for await (const key of other.list({ prefix: '', olderThanMs: -60_000 })) expect.unreachable(key);
  });
});
