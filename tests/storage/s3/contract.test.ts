import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { CreateMultipartUploadCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Blobs } from '../../../src/ports/blobs.ts';
import { readAll } from '../../../src/ports/byte-stream.ts';
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
  const nameOf = (blobs: Blobs) => ({ Bucket: bucket.name, Key: blobs.nameOf('k') });
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

  it('ends a read of other bytes than were stored with STORAGE_002', async () => {
    const blobs = createS3Blobs(bucket, () => 'damaged');
    await blobs.put('k', Buffer.from('what was stored'), 'a/b', { maxBytes: 100 });
    const { Metadata } = await bucket.call((client) => client.send(new HeadObjectCommand(nameOf(blobs))));
    await bucket.call((client) =>
      client.send(new PutObjectCommand({ ...nameOf(blobs), Body: 'something else', Metadata })),
    );
    await expect(readAll((await blobs.get('k'))!.stream, 100)).rejects.toMatchObject({ code: 'STORAGE_002' });
    // What an earlier tool put without a hash is read as it is.
    await bucket.call((client) => client.send(new PutObjectCommand({ ...nameOf(blobs), Body: 'something else' })));
    expect((await readAll((await blobs.get('k'))!.stream, 100)).toString()).toBe('something else');
  });

  it('sends in parts what is too long to be held, with its hash, and clears up after those that were killed', async () => {
    const blobs = createS3Blobs(bucket, () => 'parts');
    const bytes = randomBytes(12_000_001);
    const source = Readable.from(Array.from({ length: 13 }, (_, n) => bytes.subarray(n * 1e6, (n + 1) * 1e6)));
    expect(await blobs.put('k', source, 'a/b', { maxBytes: 20e6 })).toBe(bytes.length);
    expect((await readAll((await blobs.get('k'))!.stream, 20e6)).equals(bytes)).toBe(true);
    const head = await bucket.call((client) => client.send(new HeadObjectCommand(nameOf(blobs))));
    expect(head.Metadata?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const left = { Bucket: bucket.name, Key: 'parts/part/left' };
    await bucket.call((client) => client.send(new PutObjectCommand({ ...left, Body: 'half' })));
    await bucket.call((client) => client.send(new CreateMultipartUploadCommand({ ...left, Key: 'parts/part/begun' })));
    const aside = { Bucket: bucket.name, Key: 'parts/aside/0-0/image/lost' };
    await bucket.call((client) => client.send(new PutObjectCommand({ ...aside, Body: 'kept' })));
    expect(await blobs.tidy({ olderThanMs: 3_600_000, limit: 100 })).toEqual({ removed: 0, restored: 0 });
    expect(await blobs.tidy({ olderThanMs: -60_000, limit: 100 })).toEqual({ removed: 2, restored: 1 });
    expect((await readAll((await blobs.get('image/lost'))!.stream, 100)).toString()).toBe('kept');
    expect(await blobs.tidy({ olderThanMs: -60_000, limit: 100 })).toEqual({ removed: 0, restored: 0 });
  }, 60_000);

  it('counts ages by the clock of the server, not by that of this machine', async () => {
    const blobs = createS3Blobs(bucket, () => 'clock');
    await blobs.put('image/fresh', Buffer.from('v'), 'a/b', { maxBytes: 10 });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 3_600_000 });
    try {
      for await (const key of blobs.list({ prefix: '', olderThanMs: 3_600_000 })) expect.unreachable(key);
      expect(await blobs.tidy({ olderThanMs: 3_600_000, limit: 100 })).toEqual({ removed: 0, restored: 0 });
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps what belongs to another store apart', async () => {
    const [one, other] = [createS3Blobs(bucket, () => 'one'), createS3Blobs(bucket, () => 'other')];
    await one.put('image/x', Buffer.from('v'), 'a/b', { maxBytes: 10 });
    expect(await other.stat('image/x')).toBeUndefined();
    for await (const key of other.list({ prefix: '', olderThanMs: -60_000 })) expect.unreachable(key);
  });
});
