import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { AppError } from '../../errors.ts';
import type { BlobInfo, Blobs, StoredBlob } from '../../ports/blobs.ts';
import { abandon, bounded, endOnAbort, readAll } from '../../ports/byte-stream.ts';
import { sha256 } from '../../sha256.ts';
import { checkedStream } from '../checked-stream.ts';
import type { Bucket } from './bucket.ts';
import { decodeKey, encodeKey } from './object-name.ts';
import { copyObject, listObjects, removeObject } from './objects.ts';
import { isAbsent, lost, START } from './s3-errors.ts';
import { pieces, putInParts } from './send-parts.ts';
import { tidyBucket } from './tidy.ts';

/** Nothing for so long is no answer any more, ms. */
const IDLE_MS = 10_000;

/** On a server without any space a larger file is not deleted while somebody might still need it. */
const MOST_IN_MEMORY = 64 * 2 ** 20;

/** What is smaller is sent again rather than asked for. */
const WORTH_ASKING = 64 * 1024;

/**
 * Blobs as objects of a bucket, below `store`: servers that share their records share it, others have their own. What is
 * put is checked by the server against the hash in its signature, what is read by us against the one beside the object.
 */
export function createS3Blobs(bucket: Bucket, store: () => string): Blobs {
  const nameOf = (key: string) => `${store()}/blobs/${encodeKey(key)}`;
  const Bucket = bucket.name;

  const head = (name: string, signal?: AbortSignal) =>
    bucket.call(
      (client, abortSignal) => client.send(new HeadObjectCommand({ Bucket, Key: name }), { abortSignal }).catch(absent),
      { signal },
    );

  async function putWhole(name: string, bytes: Uint8Array, contentType: string, signal?: AbortSignal) {
    const sum = await sha256(bytes);
    if (bytes.length >= WORTH_ASKING) {
      const there = await head(name, signal);
      if (there?.Metadata?.sha256 === sum && there.ContentType === contentType) return;
    }
    const command = new PutObjectCommand({
      Bucket,
      Key: name,
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: contentType,
      Metadata: { sha256: sum },
    });
    // The signature covers it, so that the server refuses other bytes; the SDK would hash them once more, and all at once.
    command.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = sum;
        return next(args);
      },
      { step: 'build', name: 'hashOfTheBody' },
    );
    await bucket.call((client, abortSignal) => client.send(command, { abortSignal }), { signal, bytes: bytes.length });
  }

  /** A copy that a killed process leaves to `tidy`; where there is no room for it, one in memory. */
  async function setAside(name: string, encoded: string) {
    const copy = `${store()}/aside/${randomUUID()}/${encoded}`;
    try {
      if (!(await copyObject(bucket, name, copy))) return undefined;
      return {
        restore: async () => void (await copyObject(bucket, copy, name)),
        remove: () => removeObject(bucket, copy),
      };
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.code === 'STORAGE_003')) throw thrown;
    }
    const found = await open(name);
    if (found === undefined) return undefined;
    const bytes = await readAll(found.stream, MOST_IN_MEMORY, { expected: found.size });
    return { restore: () => putWhole(name, bytes, found.contentType), remove: async () => {} };
  }

  async function open(Key: string, signal?: AbortSignal): Promise<StoredBlob | undefined> {
    const found = await bucket.call(
      (client, abortSignal) => client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal }).catch(absent),
      { signal },
    );
    if (!found?.Body) return undefined;
    const failure = (cause: unknown) => lost('The S3 server broke off in the middle of a file.', START, { cause });
    const checks = { sha256: found.Metadata?.sha256, idleMs: IDLE_MS, failure };
    return { ...infoOf(found), stream: endOnAbort(checkedStream(found.Body as Readable, checks), signal) };
  }

  return {
    async put(key, source, contentType, { maxBytes, signal }) {
      try {
        const name = nameOf(key);
        const chunks = pieces(bounded(source, maxBytes, signal));
        const [first, second] = [await chunks.next(), await chunks.next()];
        if (!second.done) {
          const parts = [first.value, second.value] as Uint8Array[];
          return await putInParts(bucket, store(), { name, contentType, parts, rest: chunks, signal });
        }
        const bytes: Uint8Array = first.done ? new Uint8Array(0) : first.value;
        await putWhole(name, bytes, contentType, signal);
        return bytes.length;
      } catch (thrown) {
        abandon(source);
        throw thrown;
      }
    },

    get: async (key, { signal } = {}) => open(nameOf(key), signal),

    async stat(key) {
      const found = await head(nameOf(key));
      return found && infoOf(found);
    },

    async delete(key, inUse) {
      const name = nameOf(key);
      if (inUse === undefined) {
        const there = (await head(name)) !== undefined;
        await removeObject(bucket, name);
        return there;
      }
      const aside = await setAside(name, encodeKey(key));
      if (aside === undefined) return false;
      let used = true;
      try {
        await removeObject(bucket, name);
        used = await inUse();
      } finally {
        if (used && (await head(name)) === undefined) await aside.restore();
        await aside.remove();
      }
      return !used;
    },

    async *list({ prefix, olderThanMs, signal }) {
      const start = `${store()}/blobs/`;
      const within = prefix === '' ? start : `${start}${encodeKey(prefix)}`;
      for await (const { name, changedAt } of listObjects(bucket, within, { anywhere: true, signal })) {
        const key = decodeKey(name.slice(start.length));
        if (key !== undefined && changedAt <= bucket.now() - olderThanMs) yield key;
      }
    },

    nameOf,
    // An object is whole or not there, and its name says whose it is.
    async *damaged() {},
    discard: async () => false,
    tidy: (options) => tidyBucket(bucket, store(), options),

    status: () => ({ backend: 's3', state: bucket.state }),
    close: () => bucket.close(),
  };
}

type Head = Pick<HeadObjectCommandOutput, 'ContentLength' | 'ContentType'>;

const infoOf = ({ ContentLength = 0, ContentType = '' }: Head): BlobInfo => ({
  size: ContentLength,
  contentType: ContentType,
});

function absent(thrown: unknown): undefined {
  if (!isAbsent(thrown)) throw thrown;
}
