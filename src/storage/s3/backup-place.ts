import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type BackupPlace, damagedBackup, isPlaceName } from '../../ports/backup-place.ts';
import { readAll } from '../../ports/byte-stream.ts';
import { backupError, type OwnServer } from './backup-errors.ts';
import type { Bucket } from './bucket.ts';
import { listObjects, removeObject } from './objects.ts';
import { isAbsent, statusOf } from './s3-errors.ts';

/** Backups below `folder` of a bucket; objects are put whole, so that nothing is half there. */
export function s3Place(bucket: Bucket, folder: string, isOwn: OwnServer): BackupPlace {
  const told = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((thrown: unknown) => {
      throw backupError(thrown, isOwn);
    });
  const Bucket = bucket.name;
  const keyOf = (name: string): string => {
    if (!isPlaceName(name)) throw damagedBackup('it names something that no backup has');
    return `${folder}${name}`;
  };
  const putCommand = (name: string, bytes: Uint8Array, isNew: boolean) =>
    new PutObjectCommand({
      Bucket,
      Key: keyOf(name),
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: 'application/octet-stream',
      ...(isNew && { IfNoneMatch: '*' }),
    });
  const head = (name: string) =>
    told(
      bucket.call((client, abortSignal) =>
        client.send(new HeadObjectCommand({ Bucket, Key: keyOf(name) }), { abortSignal }).catch(absent),
      ),
    );

  return {
    label: `s3://${Bucket}/${folder}`,
    async get(name, maxBytes) {
      const command = new GetObjectCommand({ Bucket, Key: keyOf(name) });
      const read = bucket.call(async (client, abortSignal) => {
        const found = await client.send(command, { abortSignal }).catch(absent);
        if (!found?.Body) return null;
        const body = found.Body as AsyncIterable<Uint8Array> & { destroy(): void };
        const expected = found.ContentLength ?? 0;
        if (expected > maxBytes) {
          body.destroy();
          throw damagedBackup('one of its files is too long');
        }
        return readAll(body, maxBytes, { expected, signal: abortSignal });
      });
      return told(read);
    },
    async put(name, bytes) {
      const command = putCommand(name, bytes, false);
      await told(bucket.call((client, abortSignal) => client.send(command, { abortSignal }), { bytes: bytes.length }));
    },
    async putNew(name, bytes) {
      // Of servers that do not know the condition.
      if ((await head(name)) !== undefined) return false;
      const command = putCommand(name, bytes, true);
      const put = bucket.call((client, abortSignal) =>
        client.send(command, { abortSignal }).then(
          () => true,
          (thrown) => {
            if ([409, 412].includes(statusOf(thrown) ?? 0)) return false;
            throw thrown;
          },
        ),
      );
      return told(put);
    },
    remove: async (name) => told(removeObject(bucket, keyOf(name))),
    async *list(prefix, signal) {
      try {
        for await (const { name } of listObjects(bucket, `${folder}${prefix}`, { signal })) {
          const own = name.slice(folder.length);
          if (isPlaceName(own)) yield own;
        }
      } catch (thrown) {
        throw backupError(thrown, isOwn);
      }
    },
    changedAt: async (name) => (await head(name))?.LastModified?.getTime() ?? null,
    now: () => bucket.now(),
    tidy: async () => {},
    strange: async () => null,
    close: () => bucket.close(),
  };
}

function absent(thrown: unknown): undefined {
  if (!isAbsent(thrown)) throw thrown;
}
