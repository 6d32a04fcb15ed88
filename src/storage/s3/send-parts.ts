import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Bucket } from './bucket.ts';
import { copyObject, removeObject } from './objects.ts';

/** The least that S3 takes as a part. */
export const PART_BYTES = 5 * 2 ** 20;

/** So many parts are on their way at once. */
const AT_ONCE = 2;

/** Longest time for all parts, ms; each has its own limit besides. */
const WHOLE_MS = 3_600_000;

/** Pieces of one part at least, but for the last. */
export async function* pieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    held.push(chunk);
    size += chunk.length;
    if (size < PART_BYTES) continue;
    yield held.length === 1 ? chunk : Buffer.concat(held);
    [held, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(held);
}

interface Sent {
  readonly name: string;
  readonly contentType: string;
  /** What was read already. */
  readonly parts: readonly Uint8Array[];
  readonly rest: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends what is too long to be held, and shows it under its name only when it is whole and its hash is known. The size in
 * bytes.
 */
export async function putInParts(bucket: Bucket, store: string, sent: Sent): Promise<number> {
  const { name, contentType, parts, rest, signal } = sent;
  const part = `${store}/part/${randomUUID()}`;
  const hash = createHash('sha256');
  let size = 0;
  let failure: { readonly error: unknown } | null = null;
  const counted = async function* () {
    try {
      for (const chunk of parts) yield count(chunk);
      for await (const chunk of rest) yield count(chunk);
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  const count = (chunk: Uint8Array) => {
    hash.update(chunk);
    size += chunk.length;
    return chunk;
  };
  try {
    await bucket.call(
      async (client, abortSignal) => {
        const upload = new Upload({
          client,
          params: { Bucket: bucket.name, Key: part, ContentType: contentType, Body: Readable.from(counted()) },
          partSize: PART_BYTES,
          queueSize: AT_ONCE,
        });
        const stop = () => void upload.abort();
        abortSignal.addEventListener('abort', stop, { once: true });
        try {
          await upload.done();
        } finally {
          abortSignal.removeEventListener('abort', stop);
        }
      },
      { signal, bytes: AT_ONCE * PART_BYTES, answerMs: WHOLE_MS, once: true },
    );
    const Metadata = { sha256: hash.digest('hex') };
    const changes = { MetadataDirective: 'REPLACE', Metadata, ContentType: contentType } as const;
    await copyObject(bucket, part, name, changes);
    const { ContentLength } = await bucket.call((client, abortSignal) =>
      client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: name }), { abortSignal }),
    );
    return ContentLength ?? size;
  } catch (thrown) {
    if (failure !== null) throw (failure as { error: unknown }).error;
    throw thrown;
  } finally {
    await removeObject(bucket, part).catch(() => undefined);
  }
}
