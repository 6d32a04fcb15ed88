import { fileURLToPath } from 'node:url';
import type { SeenTag } from '../../contract/seen-tag.ts';
import { ownModule } from '../../own-module.ts';
import { PictureThreads, type PictureThreadsOptions } from '../picture-threads.ts';
import type { Grey } from './grey.ts';

const OPTIONS: PictureThreadsOptions = {
  timeoutMs: 10_000,
  filename: fileURLToPath(ownModule('image/markers/thread')),
  memoryMb: 128,
  tooLong: 'Looking for the printed sheet took too long.',
  lost: 'The image could not be searched for the printed sheet.',
};

/** Threads that look for tags of the printed sheet. */
export class MarkerThreads extends PictureThreads<Grey, SeenTag[]> {
  /** `options`: for tests. */
  constructor(options: Partial<PictureThreadsOptions> = {}) {
    super({ ...OPTIONS, ...options });
  }

  /** Throws as `PictureThreads` does. */
  run(grey: Grey, signal?: AbortSignal): Promise<SeenTag[]> {
    return this.inThread(async () => {
      // A decoder's memory cannot be handed over.
      const own = new Uint8Array(grey.data);
      return { task: { ...grey, data: own }, transfer: [own.buffer] };
    }, signal);
  }

  /** Starts a thread, so that the first picture need not wait for it. */
  warm(): void {
    if (!this.isClosed) this.run({ data: new Uint8Array(16), width: 4, height: 4 }).catch(() => {});
  }
}
