import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';

interface Checks {
  /** Of all bytes, in hexadecimal; undefined: nobody knows. */
  readonly sha256: string | undefined;
  /** Longest wait for the next bytes, ms. */
  readonly idleMs?: number;
  /** What a source that fails or falls silent becomes. */
  readonly failure: (cause: unknown) => AppError;
}

/** The same bytes. In place of its end comes STORAGE_002 where they are not those that were stored. */
export function checkedStream(source: Readable, checks: Checks): Readable {
  const stream = Readable.from(checked(source, checks), { objectMode: false });
  // What becomes of a source that nobody reads yet is told to who reads it.
  source.on('error', () => {});
  // Whoever leaves early leaves no file and no connection open.
  stream.once('close', () => source.destroy());
  return stream;
}

async function* checked(source: Readable, { sha256, idleMs, failure }: Checks): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  const chunks = source[Symbol.asyncIterator]();
  for (;;) {
    const next = await within(chunks.next(), idleMs).catch((cause: unknown) => {
      throw failure(cause);
    });
    if (next.done) break;
    hash.update(next.value);
    yield next.value;
  }
  if (sha256 !== undefined && hash.digest('hex') !== sha256) throw damagedFile();
}

async function within<T>(work: Promise<T>, ms: number | undefined): Promise<T> {
  if (ms === undefined) return work;
  const over = new AbortController();
  work.catch(() => undefined);
  const late = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error('silent');
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

export const damagedFile = (cause?: unknown) =>
  new AppError('STORAGE_002', { message: 'The stored file is damaged.', details: { damaged: true }, cause });
