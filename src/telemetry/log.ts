import pino, { type Logger } from 'pino';
import { logToStderr } from './stderr.ts';

export type Log = Logger;

/** JSON lines on stderr: stdout belongs to JSON-RPC and to `--json`. Secrets are redacted by path. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: ['*.authorization', 'authorization', '*.token', '*.password', 'headers.cookie'],
        censor: '[redacted]',
      },
    },
    logToStderr(),
  );
}
