import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { endProcess } from '../../end-process.ts';

const inside = new Set<() => boolean>();
/** Node tells it after the 'exit' event only. */
let uncaught: unknown;
const remember = (error: unknown) => {
  uncaught = error;
};

/**
 * Every end of the process ends its threads, and one that is inside onnxruntime then takes it down with SIGABRT (13 of 50
 * ends while a model loaded). So where `isInside` says at the end that a thread is, the process ends in the way that ends
 * none, with the same status. Call what it returns when the threads are gone.
 */
export function endSafely(isInside: () => boolean): () => void {
  if (inside.size === 0 && isMainThread) process.on('exit', atExit).on('uncaughtExceptionMonitor', remember);
  inside.add(isInside);
  return () => {
    inside.delete(isInside);
    if (inside.size === 0) process.off('exit', atExit).off('uncaughtExceptionMonitor', remember);
  };
}

function atExit(status: number): void {
  if (![...inside].some((isInside) => isInside())) return;
  // Nobody is called after this one.
  const all = process.listeners('exit');
  for (const later of all.slice(all.indexOf(atExit) + 1)) {
    try {
      later.call(process, status);
    } catch {
      // The process ends all the same.
    }
  }
  if (uncaught !== undefined) tell(inspect(uncaught));
  endProcess(status);
}

function tell(text: string): void {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // Nobody reads it.
  }
}
