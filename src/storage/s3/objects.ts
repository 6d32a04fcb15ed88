import { randomBytes } from 'node:crypto';
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { isAbsent } from './s3-errors.ts';

type Changes = Pick<CopyObjectCommandInput, 'MetadataDirective' | 'Metadata' | 'ContentType'>;

/** Within the server; false where there is nothing to copy. */
export async function copyObject(bucket: Bucket, from: string, to: string, changes: Changes = {}): Promise<boolean> {
  const source = `${bucket.name}/${from}`.split('/').map(encodeURIComponent).join('/');
  const command = new CopyObjectCommand({ Bucket: bucket.name, Key: to, CopySource: source, ...changes });
  return bucket.call((client, abortSignal) =>
    client.send(command, { abortSignal }).then(
      () => true,
      (thrown) => {
        if (isAbsent(thrown)) return false;
        throw thrown;
      },
    ),
  );
}

/** Whether it was there nobody knows afterwards. */
export async function removeObject(bucket: Bucket, name: string): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: bucket.name, Key: name });
  await bucket.call((client, abortSignal) =>
    client.send(command, { abortSignal }).catch((thrown) => {
      if (!isAbsent(thrown)) throw thrown;
    }),
  );
}

interface Listed {
  readonly name: string;
  /** By the server's clock: Unix time, ms. */
  readonly changedAt: number;
}

interface ListingOptions {
  /** Begins somewhere in the middle and ends there: who stops early sees others the next time. */
  readonly anywhere?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** All objects whose names begin so, a page at a time. */
export async function* listObjects(
  bucket: Bucket,
  prefix: string,
  { anywhere = false, signal }: ListingOptions = {},
): AsyncGenerator<Listed> {
  const middle = anywhere ? prefix + randomBytes(4).toString('hex') : undefined;
  const lookAt = async function* (StartAfter: string | undefined, until: string | undefined) {
    for (let ContinuationToken: string | undefined; ; ) {
      signal?.throwIfAborted();
      const command = new ListObjectsV2Command({
        Bucket: bucket.name,
        Prefix: prefix,
        ...(ContinuationToken === undefined ? { StartAfter } : { ContinuationToken }),
      });
      const page = await bucket.call((client, abortSignal) => client.send(command, { abortSignal }), { signal });
      for (const { Key: name, LastModified } of page.Contents ?? []) {
        if (name === undefined || LastModified === undefined) continue;
        if (until !== undefined && name > until) return;
        signal?.throwIfAborted();
        yield { name, changedAt: LastModified.getTime() };
      }
      ContinuationToken = page.NextContinuationToken;
      if (!page.IsTruncated || ContinuationToken === undefined) return;
    }
  };
  yield* lookAt(middle, undefined);
  if (middle !== undefined) yield* lookAt(undefined, middle);
}
