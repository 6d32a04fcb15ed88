import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ownModule } from '../../own-module.ts';
import { PictureThreads, type PictureThreadsOptions } from '../picture-threads.ts';
import type { BareImage, BareRequest } from './bare-image.ts';

const OPTIONS: PictureThreadsOptions = {
  timeoutMs: 25_000,
  filename: fileURLToPath(ownModule('image/bare/thread')),
  // Each holds a picture's file three times.
  memoryMb: 256,
  tooLong: 'Preparing the image for storing took too long.',
  lost: 'The image could not be prepared for storing.',
};
/** Copied in one turn of the event loop, bytes: about half a millisecond. */
const COPIED_AT_ONCE = 2 ** 20;

/** Threads that write pictures anew. */
export class BareThreads extends PictureThreads<BareRequest, BareImage> {
  /** `options`: for tests. */
  constructor(options: Partial<PictureThreadsOptions> = {}) {
    super({ ...OPTIONS, ...options });
  }

  /** Throws as `PictureThreads` does. */
  async run(request: BareRequest, signal?: AbortSignal): Promise<BareImage> {
    const answer = await this.inThread(async () => {
      const bytes = await copied(request.bytes, signal);
      return { task: { ...request, bytes }, transfer: [bytes.buffer] };
    }, signal);
    return { ...answer, bytes: Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.length) };
  }
}

/** Memory that can be handed over, filled piece by piece. */
async function copied(bytes: Buffer, signal?: AbortSignal): Promise<Buffer<ArrayBuffer>> {
  const copy = Buffer.from(new ArrayBuffer(bytes.length));
  for (let at = 0; at < bytes.length; at += COPIED_AT_ONCE) {
    if (at > 0) await turn();
    signal?.throwIfAborted();
    bytes.copy(copy, at, at, at + COPIED_AT_ONCE);
  }
  return copy;
}
