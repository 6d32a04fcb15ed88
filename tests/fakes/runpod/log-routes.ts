import { type Call, type Reply, when } from './call.ts';
import type { FakeLine, LogBook } from './log-book.ts';
import { invalid } from './problem.ts';

const MOST_TAIL = 5000;

/** Server-sent events: what was, then what comes. A resumed stream begins at its cursor, which may repeat lines of that moment. */
export function streamLog(call: Call, book: LogBook): Reply {
  const { query, headers, signal } = call;
  const source = query.get('source');
  if (source !== null && source !== 'container' && source !== 'system') throw invalid('source: unknown value');
  const wanted = (line: FakeLine) => source === null || line.source === source;
  const past = pastOf(book, query, headers['last-event-id']).filter(wanted);
  return {
    stream: (response, rateHeaders) => {
      response.writeHead(200, {
        ...rateHeaders,
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      });
      response.flushHeaders();
      const write = (line: FakeLine) => void (wanted(line) && response.write(eventOf(line)));
      for (const line of past) write(line);
      const end = () => response.destroy();
      const stop = book.listen(write, end);
      response.on('close', stop);
      signal.addEventListener('abort', end, { once: true });
    },
  };
}

function pastOf(book: LogBook, query: URLSearchParams, lastEventId: string | string[] | undefined): FakeLine[] {
  const tail = query.get('tail') ?? '100';
  if (!/^\d{1,4}$/.test(tail) || Number(tail) > MOST_TAIL) throw invalid(`tail: must be between 0 and ${MOST_TAIL}`);
  const cursor = lastEventId ?? query.get('since');
  if (cursor === null) return Number(tail) === 0 ? [] : book.lines.slice(-Number(tail));
  const from = Date.parse(String(cursor));
  if (Number.isNaN(from)) throw invalid('since: is no date-time');
  return book.lines.filter(({ at }) => at >= from);
}

function eventOf({ at, source, line }: FakeLine): string {
  const ts = when(at);
  return `id: ${ts}\ndata: ${JSON.stringify({ source, line, ts })}\n\n`;
}
