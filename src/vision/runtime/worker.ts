import { parentPort, threadId, workerData } from 'node:worker_threads';
import { type AppError, toAppError } from '../../errors.ts';
import { passingOn } from '../../telemetry/trace/spans.ts';
import { loadTask } from './load.ts';
import type { Reply, Request, StateMessage, WorkerFailure, WorkerStart } from './protocol.ts';
import { runError } from './run-error.ts';
import type { WorkerTask } from './task.ts';

/**
 * The inference thread: one session for its whole life. `session.run()` blocks the thread it runs on, which is why it
 * runs here. A session is never replaced (creating and releasing sessions leaks native memory); the worker is.
 */
const start = workerData as WorkerStart;
const tell = (state: StateMessage['state']) =>
  parentPort?.postMessage({ kind: 'state', threadId, state } satisfies StateMessage);

/** Awaited while the module loads: the pool counts a worker as ready only after that. */
const outcome = await load().catch((error: unknown): WorkerFailure => {
  tell('ERROR');
  return failure(toAppError(error), true);
});

async function load() {
  if (start.server === undefined) return loadTask(importTask(), start, tell);
  const { loadRemote } = await import('./inference-server/load-remote.ts');
  return loadRemote(importTask(), start, start.server, tell);
}

/** Imported while the model file is read. */
async function importTask(): Promise<WorkerTask<unknown, unknown, unknown>> {
  return (await import(start.task)).default;
}

export default async function work(request: Request<unknown>): Promise<Reply<unknown>> {
  if (request.kind === 'retire') return end();
  if ('code' in outcome) return { ok: false, error: outcome };
  const { loaded, report } = outcome;
  if (request.kind === 'load') return { ok: true, kind: 'load', threadId, report };
  try {
    if (request.kind === 'dispose') {
      await loaded.dispose();
      return { ok: true, kind: 'dispose', threadId };
    }
    const begin = performance.now();
    const { outputs, runMs } = await passingOn(request.trace, () => loaded.run(request.inputs));
    return { ok: true, kind: 'run', threadId, outputs, runMs, totalMs: performance.now() - begin };
  } catch (error) {
    return { ok: false, error: failure(runError(error, start.model.name), false) };
  }
}

/** In a thread, `exit` ends the thread; its session is released, so nothing native runs in it. */
async function end(): Promise<never> {
  if (!('code' in outcome)) await outcome.loaded.dispose().catch(() => {});
  process.exit();
}

function failure({ code, message, advice, details }: AppError, atLoad: boolean): WorkerFailure {
  return { code, message, advice, details, atLoad };
}
