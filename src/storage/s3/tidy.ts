import { AbortMultipartUploadCommand, HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { AppError } from '../../errors.ts';
import type { TidyOptions } from '../../ports/blobs.ts';
import type { Bucket } from './bucket.ts';
import { copyObject, listObjects, removeObject } from './objects.ts';
import { isAbsent, S3_ERRORS } from './s3-errors.ts';

/** What killed processes left: uploads that never became whole go, blobs that were set aside come back. */
export async function tidyBucket(bucket: Bucket, store: string, { olderThanMs, limit, signal }: TidyOptions) {
  const isOld = (changedAt: number) => changedAt <= bucket.now() - olderThanMs;
  let [seen, removed, restored] = [0, 0, 0];
  for await (const { name, changedAt } of listObjects(bucket, `${store}/aside/`, { signal })) {
    if (seen++ >= limit) break;
    if (!isOld(changedAt)) continue;
    // store/aside/uuid/name
    const place = `${store}/blobs/${name.slice(`${store}/aside/`.length).replace(/^[^/]*\//, '')}`;
    if (!(await exists(bucket, place))) await copyObject(bucket, name, place);
    await removeObject(bucket, name);
    restored += 1;
  }
  for await (const { name, changedAt } of listObjects(bucket, `${store}/part/`, { signal })) {
    if (seen++ >= limit) break;
    if (!isOld(changedAt)) continue;
    await removeObject(bucket, name);
    removed += 1;
  }
  const list = new ListMultipartUploadsCommand({ Bucket: bucket.name, Prefix: `${store}/part/` });
  const { Uploads = [] } = await bucket
    .call((client, abortSignal) => client.send(list, { abortSignal }), { signal })
    .catch(ifAllowed);
  for (const { Key, UploadId, Initiated } of Uploads) {
    if (seen++ >= limit) break;
    if (Initiated === undefined || !isOld(Initiated.getTime())) continue;
    const abort = new AbortMultipartUploadCommand({ Bucket: bucket.name, Key, UploadId });
    await bucket.call((client, abortSignal) => client.send(abort, { abortSignal }).catch(ignoreAbsent));
    removed += 1;
  }
  return { removed, restored };
}

const exists = (bucket: Bucket, name: string): Promise<boolean> =>
  bucket.call((client, abortSignal) =>
    client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: name }), { abortSignal }).then(
      () => true,
      (thrown) => {
        if (isAbsent(thrown)) return false;
        throw thrown;
      },
    ),
  );

/** A key without the right to list them leaves them to the server, which clears up after some days. */
function ifAllowed(thrown: unknown): { Uploads?: never[] } {
  if (thrown instanceof AppError && thrown.code === 'STORAGE_004' && !S3_ERRORS.isLost(thrown)) return {};
  throw thrown;
}

function ignoreAbsent(thrown: unknown): void {
  if (!isAbsent(thrown) && (thrown as { name?: string }).name !== 'NoSuchUpload') throw thrown;
}
