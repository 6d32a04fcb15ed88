import { LogStream } from './log-stream.ts';

let log: LogStream | undefined;

/** One for the process, whatever is logged to it; it writes what waits when the process exits. */
export function logToStderr(): LogStream {
  if (log === undefined) {
    surviveStderr();
    const opened = new LogStream(2);
    process.once('exit', () => opened.finish());
    log = opened;
  }
  return log;
}

/** From here on text that stderr does not take (a full disk, a reader that has gone) is lost, and the process goes on. */
export function surviveStderr(): void {
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {});
}
