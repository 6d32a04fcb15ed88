import { Readable } from 'node:stream';
import { AppError } from '../errors.ts';

export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * The chunks of a source. Throws VALIDATION_004 as soon as there are more than `maxBytes`, and the reason of the signal
 * even while the source gives nothing. A source that is left before its end is closed and not waited for.
 */
export async function* bounded(source: ByteSource, maxBytes: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  if (source instanceof Uint8Array) {
    if (source.length > maxBytes) throw tooManyBytes(maxBytes);
    yield source;
    return;
  }
  const chunks = source[Symbol.asyncIterator]();
  let total = 0;
  let ended = false;
  try {
    for (;;) {
      const next = await unlessAborted(chunks.next(), signal);
      if (next.done) {
        ended = true;
        return;
      }
      total += next.value.length;
      if (total > maxBytes) throw tooManyBytes(maxBytes);
      yield next.value;
    }
  } finally {
    if (!ended) close(source, chunks);
  }
}

export interface ReadOptions {
  /** Bytes that will come, where that is known: they are then held once. */
  readonly expected?: number;
  readonly signal?: AbortSignal | undefined;
}

/** All bytes of a source, as `bounded` gives them. */
export async function readAll(
  source: ByteSource,
  maxBytes: number,
  { expected = 0, signal }: ReadOptions = {},
): Promise<Buffer> {
  let buffer = Buffer.allocUnsafe(Math.min(expected, maxBytes));
  let length = 0;
  for await (const chunk of bounded(source, maxBytes, signal)) {
    const needed = length + chunk.length;
    if (needed > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(Math.max(needed, 2 * buffer.length), maxBytes));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    buffer.set(chunk, length);
    length = needed;
  }
  return buffer.subarray(0, length);
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The stream fails with the signal's reason. Before anybody reads it, a failure does not end the process. */
export function endOnAbort(stream: Readable, signal: AbortSignal | undefined): Readable {
  stream.on('error', () => {});
  const stop = () => stream.destroy(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  stream.once('close', () => signal?.removeEventListener('abort', stop));
  return stream;
}

/** Closes a source that nobody reads to its end, and does not wait for it. */
export function abandon(source: ByteSource): void {
  if (!(source instanceof Uint8Array)) close(source, source[Symbol.asyncIterator]());
}

function close(source: AsyncIterable<Uint8Array>, chunks: AsyncIterator<Uint8Array>): void {
  // An iterator in the middle of a wait ends only after it; a stream ends at once.
  if (source instanceof Readable) source.destroy();
  else void Promise.resolve(chunks.return?.()).catch(() => {});
}

const tooManyBytes = (maxBytes: number) =>
  new AppError('VALIDATION_004', {
    message: `There are more than ${maxBytes} bytes.`,
    advice: `Send at most ${maxBytes} bytes.`,
    details: { max_bytes: maxBytes },
  });
