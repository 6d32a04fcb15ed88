import { LOG_LEVELS, type LogsRequest, type ServerLogLine } from '../contract/server.ts';
import { plainText } from '../plain-text.ts';
import type { LogLine } from '../ports/gpu-cloud.ts';

type Level = (typeof LOG_LEVELS)[number];

/** Longest line that is shown, characters. */
const MOST_TEXT = 2000;
/** Lines of all that are shown at once, characters. */
const MOST_TOTAL = 1_000_000;
/** The provider is read so far back: what is filtered out counts too. */
export const MOST_TAIL = 5000;
/** Without another line for so long, it has no more of the past, ms. */
const QUIET_MS = 1500;

const WORD = /\b(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\b/i;
const SAME: Readonly<Record<string, Level>> = { warning: 'warn', critical: 'fatal' };

/** The level that a line says: a field of its JSON (pino's numbers too), or a word near its beginning. */
export function levelOf(text: string): Level | null {
  if (text.startsWith('{')) {
    const level = /"level"\s*:\s*"?(\w{1,10})/.exec(text.slice(0, 4096))?.[1]?.toLowerCase();
    if (level !== undefined) return /^\d+$/.test(level) ? numbered(Number(level)) : named(level);
  }
  const word = WORD.exec(text.slice(0, 80))?.[1];
  return word === undefined ? null : named(word.toLowerCase());
}

const numbered = (level: number): Level => LOG_LEVELS[Math.min(5, Math.max(0, Math.floor(level / 10) - 1))] ?? 'info';

function named(word: string): Level | null {
  return SAME[word] ?? LOG_LEVELS.find((level) => level === word) ?? null;
}

export const shownLine = ({ cursor, at, source, text }: LogLine): ServerLogLine => ({
  cursor: plainText(cursor, 200),
  at: plainText(at, 40),
  source,
  level: levelOf(text),
  text: plainText(text, MOST_TEXT),
});

export function fits(line: ServerLogLine, { since, level, search, source }: LogsRequest): boolean {
  if (since !== undefined && Date.parse(line.at) < Date.parse(since)) return false;
  if (source !== undefined && line.source !== source) return false;
  if (search !== undefined && !line.text.toLowerCase().includes(search.toLowerCase())) return false;
  return level === undefined || (line.level !== null && LOG_LEVELS.indexOf(line.level) >= LOG_LEVELS.indexOf(level));
}

/** How far back the provider is asked. */
export const tailOf = ({ lines, since, level, search, source }: LogsRequest): number =>
  [since, level, search, source].every((one) => one === undefined) ? Math.min(lines, MOST_TAIL) : MOST_TAIL;

/** The last lines of the past that fit; ends when nothing more comes for a while. Always ends `stream`. */
export async function lastLines(
  stream: AsyncIterable<LogLine>,
  request: LogsRequest,
  quietMs = QUIET_MS,
): Promise<{ readonly lines: ServerLogLine[]; readonly cursor: string | null; readonly cut: boolean }> {
  const lines: ServerLogLine[] = [];
  let total = 0;
  let cursor: string | null = null;
  let cut = false;
  const reading = stream[Symbol.asyncIterator]();
  try {
    for (let read = 0; read < MOST_TAIL; read += 1) {
      const next = await orQuiet(reading.next(), quietMs);
      if (next === null || next.done === true) break;
      const line = shownLine(next.value);
      cursor = line.cursor;
      if (!fits(line, request)) continue;
      lines.push(line);
      total += line.text.length;
      while (lines.length > request.lines || total > MOST_TOTAL) {
        total -= lines.shift()?.text.length ?? 0;
        cut = true;
      }
    }
  } finally {
    void reading.return?.()?.then(undefined, () => undefined);
  }
  return { lines, cursor, cut };
}

async function orQuiet<T>(work: Promise<T>, ms: number): Promise<T | null> {
  const quiet = Promise.withResolvers<null>();
  const timer = setTimeout(() => quiet.resolve(null), ms);
  try {
    return await Promise.race([work, quiet.promise]);
  } finally {
    clearTimeout(timer);
    // Nobody may wait for it any more.
    work.catch(() => undefined);
  }
}
