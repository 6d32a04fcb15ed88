import { type LeftOut, LogLimit } from './log-limit.ts';
import { LogStream } from './log-stream.ts';
import { plainLine } from './plain-line.ts';

interface StderrLog {
  readonly stream: LogStream;
  readonly limit: LogLimit;
}

let log: StderrLog | undefined;

/** One for the process, whatever is logged to it; it writes what waits when the process exits. */
export function logToStderr(): StderrLog {
  if (log === undefined) {
    surviveStderr();
    const stream = new LogStream(2);
    const limit = new LogLimit((leftOut) => stream.write(leftOutLine(leftOut)));
    process.once('exit', finishLog);
    log = { stream, limit };
  }
  return log;
}

/** Writes what waits and what was left out: for the end of the process, and before an end without its 'exit' event. */
export function finishLog(): void {
  // In this order: from the stream's end on, a line is written at once.
  log?.stream.finish();
  log?.limit.flush();
}

/** In the form of the other lines. */
export const leftOutLine = (leftOut: LeftOut) =>
  plainLine(
    JSON.stringify({ level: 40, time: Date.now(), ...leftOut, msg: 'log lines were left out: too many of one kind' }),
  );

/** From here on text that stderr does not take (a full disk, a reader that has gone) is lost, and the process goes on. */
export function surviveStderr(): void {
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {});
}
