import { parentPort, workerData } from 'node:worker_threads';
import { packError } from '../thread/failure.ts';
import type { CopyAnswer, CopyTask } from './run-copy.ts';
import { copyOnline, makeUsable } from './tasks.ts';

/** What takes long and is done once, away from the event loop. */
async function run(task: CopyTask): Promise<CopyAnswer> {
  try {
    const facts = task.kind === 'copy' ? await copyOnline(task.from, task.to) : makeUsable(task.file, task.without);
    return { facts };
  } catch (thrown) {
    return { error: packError(thrown) };
  }
}

parentPort?.postMessage(await run(workerData as CopyTask));
