import pino, { type Logger } from 'pino';
import type { LogLimit } from './log-limit.ts';
import { plainLine } from './plain-line.ts';
import { logToStderr } from './stderr.ts';
import { traceFields } from './trace/spans.ts';

export type Log = Logger;

/** Where lines go, and how many of them. */
export interface LogTarget {
  readonly stream: { write(line: string): void };
  readonly limit: LogLimit;
}

/** The same target, with every line also handed to `tap`. */
export const tapped = ({ stream, limit }: LogTarget, tap: (line: string) => void): LogTarget => ({
  limit,
  stream: {
    write(line) {
      stream.write(line);
      tap(line);
    },
  },
});

/** JSON lines on stderr: stdout belongs to JSON-RPC and to `--json`. Secrets are redacted by path. */
export function createLog(level: string, target?: LogTarget): Log {
  const { stream, limit } = target ?? logToStderr();
  return pino(
    {
      level,
      base: null,
      mixin: () => ({ ...traceFields() }),
      redact: {
        paths: ['*.authorization', 'authorization', '*.token', '*.password', 'headers.cookie'],
        censor: '[redacted]',
      },
      hooks: {
        streamWrite: plainLine,
        logMethod(args, method) {
          if (limit.allows(messageOf(args), clientOf(args[0]))) method.apply(this, args);
        },
      },
    },
    stream,
  );
}

/** What kind of line it is: the program's own words, not what they are about. */
function messageOf([about, message]: readonly unknown[]): string {
  if (typeof about === 'string') return about;
  if (typeof message === 'string') return message;
  const error = about instanceof Error ? about : (about as { err?: unknown } | null)?.err;
  return error instanceof Error ? error.name : '';
}

/** The client that a line is about, where it says so. */
function clientOf(about: unknown): string {
  const client = (about as { client?: unknown } | null)?.client;
  return typeof client === 'string' ? client : '';
}
