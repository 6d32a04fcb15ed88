import { format } from 'node:util';
import type { Log } from '../../telemetry/log.ts';

const NAMES = ['log', 'info', 'debug', 'warn', 'error'] as const;
const MAX_LINE = 500;

const waiting: Log[] = [];
let before: Partial<Console> | null = null;

/**
 * The SDK writes to the console, and thereby to stdout: from here on that goes to the log, where it is one line and plain. Nothing
 * else in this program uses the console. Returns what ends it.
 */
export function logTheConsole(log: Log): () => void {
  waiting.push(log);
  if (before === null) {
    // biome-ignore lint/suspicious/noConsole: it is what is put aside
    before = Object.fromEntries(NAMES.map((name) => [name, console[name]]));
    for (const name of NAMES) console[name] = (...said: unknown[]) => tell(name, said);
  }
  return () => {
    waiting.splice(waiting.indexOf(log), 1);
    if (waiting.length > 0 || before === null) return;
    Object.assign(console, before);
    before = null;
  };
}

function tell(name: (typeof NAMES)[number], [first = '', ...more]: unknown[]): void {
  const cause = more.find((one) => one instanceof Error);
  const text = (typeof first === 'string' ? first : format('%s', first)).slice(0, MAX_LINE);
  const about = { from: 'a2a', ...(cause instanceof Error && { err: cause }) };
  const level = name === 'warn' || name === 'error' ? 'debug' : 'trace';
  waiting.at(-1)?.[level]?.(about, text);
}
