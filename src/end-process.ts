import { existsSync } from 'node:fs';
import { finishLog } from './telemetry/stderr.ts';

const SHELL = '/bin/sh';

/**
 * Ends the process at once, with this status where the system can, whatever its threads do. `process.exit` cannot: it ends
 * the worker threads first, and one in which onnxruntime creates a session takes the process down with SIGABRT. Another
 * program in the place of this one takes all threads along. Where that is not to be had the process kills itself.
 */
export function endProcess(status = 0): void {
  finishLog();
  if (process.platform !== 'win32' && existsSync(SHELL)) process.execve?.(SHELL, ['sh', '-c', `exit ${status}`], {});
  process.kill(process.pid, 'SIGKILL');
}
