import { Worker } from 'node:worker_threads';
import { AppError } from '../../../errors.ts';
import { ownModule } from '../../../own-module.ts';
import { type Failure, unpackError } from '../thread/failure.ts';

/** `copy`: of a store that others write. `use`: a copy becomes a store, without the registry's entries of some kinds. */
export type CopyTask =
  | { readonly kind: 'copy'; readonly from: string; readonly to: string }
  | { readonly kind: 'use'; readonly file: string; readonly without: readonly string[] };

/** Of a copy that is whole. */
export interface CopyFacts {
  readonly analyses: number;
  /** Entries that were left out, by their kinds. */
  readonly left: Readonly<Record<string, number>>;
}

export type CopyAnswer = { readonly facts: CopyFacts } | { readonly error: Failure };

/** On a thread of its own, for as long as it takes. Throws catalogue errors, or the reason of the signal. */
export async function runCopy(task: CopyTask, signal?: AbortSignal): Promise<CopyFacts> {
  signal?.throwIfAborted();
  const worker = new Worker(ownModule('storage/sqlite/copies/copy-worker'), { workerData: task });
  const { promise, resolve, reject } = Promise.withResolvers<CopyAnswer>();
  const stop = () => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => reject(new AppError('SYSTEM_003', { message: 'The thread that copied the store ended.' })));
  try {
    const answer = await promise;
    if ('error' in answer) throw unpackError(answer.error);
    return answer.facts;
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
