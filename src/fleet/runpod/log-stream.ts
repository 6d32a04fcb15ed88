import { createHash } from 'node:crypto';
import { createParser } from 'eventsource-parser';
import { AppError } from '../../errors.ts';
import { oneLine } from '../../plain-text.ts';
import type { LogLine } from '../../ports/gpu-cloud.ts';
import type { Place } from './log-cursor.ts';
import { Refusal, Silence } from './refusal.ts';
import type { RunpodApi } from './runpod-api.ts';
import { LogData } from './shapes.ts';

/** Of a line, characters; what is longer is cut. */
const MAX_LINE = 4000;
/** Of an event that is not complete yet, characters. */
const MAX_EVENT = 256 * 1024;
/** So many connections one after the other without a line are not followed by another one. */
const MOST_FAILURES = 6;
/** Lines of one moment that are held back while the last one read is looked for among them. */
const MOST_HELD = 5000;
const EVENT_ID = /^[\w.:+-]{1,64}$/;

export interface StreamLine extends Omit<LogLine, 'cursor'> {
  readonly place: Place;
}

/**
 * The log of one machine, from `after` on or the last `tail` lines. A connection that ends or falls silent is taken up again
 * where it ended; lines that RunPod repeats there are left out. Ends with the signal; throws Refusal, Silence.
 */
export async function* readLog(
  api: RunpodApi,
  path: string,
  from: { readonly after: Place | null; readonly tail: number },
  signal: AbortSignal,
): AsyncGenerator<StreamLine> {
  let place = from.after;
  for (let failures = 0; !signal.aborted; ) {
    let failure: unknown = null;
    try {
      for await (const line of oneConnection(api, path, { after: place, tail: from.tail }, signal)) {
        failures = 0;
        place = line.place;
        yield line;
      }
    } catch (thrown) {
      if (thrown instanceof Refusal || (thrown instanceof AppError && !(thrown instanceof Silence))) throw thrown;
      failure = thrown;
    }
    if (signal.aborted) return;
    if (++failures > MOST_FAILURES) {
      if (failure instanceof Silence) throw failure;
      throw new Silence('RunPod ends the log again and again.', { mayBeDone: false, cause: failure });
    }
    await api.clock.sleep(Math.min(30_000, 500 * 2 ** failures), signal).catch(() => {});
  }
}

async function* oneConnection(
  api: RunpodApi,
  path: string,
  { after, tail }: { readonly after: Place | null; readonly tail: number },
  signal: AbortSignal,
): AsyncGenerator<StreamLine> {
  const silent = new AbortController();
  const stop = AbortSignal.any([signal, silent.signal]);
  const query: Record<string, string> = after === null ? { tail: `${tail}` } : {};
  const body = await api.stream(path, query, after === null ? {} : { 'last-event-id': after.id }, stop);
  const timer = setTimeout(() => silent.abort(), api.limits.silenceMs);
  const lines: StreamLine[] = [];
  const resumed = new Resumed(after);
  const parser = createParser({
    maxBufferSize: MAX_EVENT,
    onEvent: ({ id, data }) => {
      const line = lineOf(id, api.strike(data));
      if (line !== null) lines.push(...resumed.next(line));
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') body.destroy();
    },
  });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) {
      timer.refresh();
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* lines.splice(0);
    }
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
}

interface ReadLine extends Omit<LogLine, 'cursor'> {
  readonly id: string;
}

function lineOf(id: string | undefined, data: string): ReadLine | null {
  if (id === undefined || !EVENT_ID.test(id)) return null;
  try {
    const { source, line, ts } = LogData.parse(JSON.parse(data));
    return { id, at: ts ?? id, source, text: oneLine(line.slice(0, MAX_LINE)) };
  } catch {
    return null;
  }
}

/**
 * Where a log is resumed it may begin with lines of that moment which were read before: up to the last of them they are left out.
 * Where that one is not among them, none of them was.
 */
class Resumed {
  private readonly after: Place | null;
  /** Of the moment of `after`, until its line has come; null: it has, or that moment is over. */
  private held: StreamLine[] | null;
  private last: { id: string; seen: Map<string, number> } | null = null;

  constructor(after: Place | null) {
    this.after = after;
    this.held = after === null ? null : [];
  }

  next({ id, ...line }: ReadLine): readonly StreamLine[] {
    const mark = createHash('sha1').update(`${line.source}\n${line.text}`).digest('hex').slice(0, 12);
    if (this.last?.id !== id) this.last = { id, seen: new Map() };
    const nth = (this.last.seen.get(mark) ?? 0) + 1;
    this.last.seen.set(mark, nth);
    const read: StreamLine = { ...line, place: { id, mark, nth } };
    if (this.held === null) return [read];
    if (id === this.after?.id && this.held.length < MOST_HELD) {
      const isLast = mark === this.after.mark && nth === this.after.nth;
      this.held = isLast ? null : [...this.held, read];
      return [];
    }
    const all = [...this.held, read];
    this.held = null;
    return all;
  }
}
