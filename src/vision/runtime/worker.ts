import { parentPort, threadId, workerData } from 'node:worker_threads';
import { type AppError, toAppError } from '../../errors.ts';
import { pack } from '../detect/finish.ts';
import { loadModel } from './load.ts';
import type { Reply, StateMessage, Task, WorkerFailure, WorkerStart } from './protocol.ts';
import { runError } from './run-error.ts';

/**
 * The inference thread: one session for its whole life. `session.run()` blocks the thread it runs on, which is why it
 * runs here. A session is never replaced (creating and releasing sessions leaks native memory); the worker is.
 */
const start = workerData as WorkerStart;
const tell = (state: StateMessage['state']) =>
  parentPort?.postMessage({ kind: 'state', threadId, state } satisfies StateMessage);

/** Awaited while the module loads: the pool counts a worker as ready only after that. */
const loaded = await loadModel(start, tell).catch((error: unknown): WorkerFailure => {
  tell('ERROR');
  return failure(toAppError(error), true);
});

export default async function work(task: Task): Promise<Reply> {
  if ('code' in loaded) return { ok: false, error: loaded };
  if (task.kind === 'load') return { ok: true, kind: 'load', threadId, report: loaded.report };
  try {
    if (task.kind === 'end') {
      await loaded.session.release();
      return { ok: true, kind: 'end', threadId };
    }
    const begin = performance.now();
    const { found, runMs } = await loaded.session.detect(task.items);
    const packed = found.map(pack);
    return { ok: true, kind: 'infer', threadId, found: packed, runMs, totalMs: performance.now() - begin };
  } catch (error) {
    return { ok: false, error: failure(runError(error, start.entry.name), false) };
  }
}

function failure({ code, message, advice, details }: AppError, atLoad: boolean): WorkerFailure {
  return { code, message, advice, details, atLoad };
}
