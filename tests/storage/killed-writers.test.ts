import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { sweepImages } from '../../src/analysis/sweep-images.ts';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { createS3Blobs } from '../../src/storage/s3/blobs.ts';
import { Bucket } from '../../src/storage/s3/bucket.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { freshBucket, S3 } from '../support/s3.ts';
import { ANY_AGE } from './blobs.contract.ts';

const BACKENDS = { disk: '', ...(S3 && { S3: JSON.stringify(freshBucket()) }) };

it.each(Object.entries(BACKENDS))(
  '%s: after kills every acknowledged analysis has its image, and the sweep leaves no other image',
  async (name, bucket) => {
    const folder = mkdtempSync(join(tmpdir(), 'h200-killed-'));
    const acknowledged: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const writer = fork(fileURLToPath(new URL('./image-writer.ts', import.meta.url)), [
        folder,
        String(round),
        bucket,
      ]);
      writer.on('message', (id: string) => acknowledged.push(id));
      await once(writer, 'message');
      await sleep((40 + 30 * round) * (name === 'S3' ? 8 : 1));
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
    const blobs =
      bucket === ''
        ? createDiskBlobs(join(folder, 'blobs'))
        : createS3Blobs(new Bucket(JSON.parse(bucket)), () => 'store');
    const records = createSqliteRecords(join(folder, 'records.db'));
    const images = async () => {
      const keys: string[] = [];
      for await (const key of blobs.list({ prefix: 'image/', olderThanMs: ANY_AGE })) keys.push(key);
      return keys.toSorted();
    };
    const before = await images();
    const used = (await records.analyses.imagesInUse(before)).toSorted();
    expect(before.length).toBeGreaterThanOrEqual(used.length + 4);
    await blobs.tidy({ olderThanMs: ANY_AGE, limit: 10_000 });
    const removed = await sweepImages({ blobs, records }, { olderThanMs: ANY_AGE, limit: 10_000 });
    expect(removed).toBe(before.length - used.length);
    expect(await images()).toEqual(used);
    if (name === 'disk') {
      const stray = readdirSync(join(folder, 'blobs'), { recursive: true }).filter((file) =>
        /\.(part|aside)/.test(`${file}`),
      );
      expect(stray).toEqual([]);
    }
    expect(acknowledged.length).toBeGreaterThan(4);
    for (const id of acknowledged) {
      expect(await records.analyses.get(id)).not.toBeNull();
      expect(await blobs.stat(`image/${id}`)).toMatchObject({ size: 300_000 });
    }
    await Promise.all([records.close(), blobs.close()]);
    rmSync(folder, { recursive: true, force: true });
  },
  120_000,
);
