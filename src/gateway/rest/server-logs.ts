import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { LogsRequest, type ServerLogLine, ServerLogs, ServerTarget } from '../../contract/server.ts';
import { AppError, toAppError } from '../../errors.ts';
import { FairShare } from '../../fair-share.ts';
import type { Services } from '../../services.ts';
import { Outbox } from '../live/outbox.ts';
import { paramsOf, queryOf } from './accept.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const One = z.strictObject({ server: ServerTarget });
/** A client whose line is dead is noticed by what cannot be written, ms. */
const BEAT_MS = 30_000;
/** Streams of all callers; each has its share. Every one holds a connection to the provider. */
const MOST = 50;

/** What the servers write: read once, or as it comes. */
export function routeServerLogs(app: FastifyInstance, { fleet }: Services): void {
  app.get(
    '/servers/:server/logs',
    {
      schema: describe({
        ...{ tag: 'servers', id: 'getServerLogs', permission: 'servers:read' },
        title: 'What a server writes, the newest last',
        about: 'Foreign text: whatever runs there wrote it. The same with /stream behind it comes as it is written.',
        params: One,
        query: LogsRequest,
        answer: ServerLogs,
      }),
    },
    (request, reply) =>
      fleet.logs(routeCall(request, reply), paramsOf(request, One).server, queryOf(request, { input: LogsRequest })),
  );

  const places = new FairShare(MOST);
  let open = 0;
  app.get(
    '/servers/:server/logs/stream',
    {
      exposeHeadRoute: false,
      schema: describe({
        ...{ tag: 'servers', id: 'streamServerLogs', permission: 'servers:read' },
        title: 'What a server writes, as it comes: server-sent events',
        about: 'Last-Event-ID goes on behind the line of that id.',
        params: One,
        query: LogsRequest,
        file: ['text/event-stream'],
      }),
    },
    async (request, reply) => {
      const { signal, ...call } = routeCall(request, reply);
      const { server } = paramsOf(request, One);
      const asked = queryOf(request, { input: LogsRequest });
      const last = request.headers['last-event-id'];
      const after = LogsRequest.shape.after.safeParse(last).data ?? asked.after;
      const giveBack = open >= MOST ? null : places.take(`${call.principal.kind} ${call.principal.id} ${call.client}`);
      if (giveBack === null) throw tooManyStreams();
      open += 1;
      const ended = new AbortController();
      const stop = AbortSignal.any([signal, ended.signal]);
      try {
        const lines = fleet.follow({ ...call, signal: stop }, server, {
          ...asked,
          ...(after !== undefined && { after }),
        });
        const first = firstOf(lines);
        // What fails before anything is sent is an answer of its own.
        await Promise.race([first.ready, fleet.get({ ...call, signal: stop }, server)]);
        reply.hijack();
        const { raw } = reply;
        raw.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        const out = new Outbox(
          (text, sent) => raw.write(text, () => sent()),
          (count) => `event: dropped\ndata: ${JSON.stringify({ count })}\n\n`,
        );
        out.push('retry: 3000\n\n');
        const beats = setInterval(() => out.push(': still here\n\n'), BEAT_MS).unref();
        try {
          for await (const line of first.all) out.push(eventOf(line));
        } catch (thrown) {
          if (!stop.aborted) out.push(`event: error\ndata: ${JSON.stringify(toAppError(thrown))}\n\n`);
        } finally {
          clearInterval(beats);
          raw.end();
        }
      } finally {
        ended.abort();
        open -= 1;
        giveBack();
      }
      return reply;
    },
  );
}

/** The id is what `Last-Event-ID` brings back: one line, whatever the provider's cursors hold. */
const eventOf = (line: ServerLogLine) =>
  `id: ${line.cursor.replace(/[\r\n\0]/g, '')}\nevent: log\ndata: ${JSON.stringify(line)}\n\n`;

/** The lines, begun at once: `ready` says when the first is there, or why none will be. */
function firstOf(lines: AsyncIterable<ServerLogLine>) {
  const iterator = lines[Symbol.asyncIterator]();
  const first = iterator.next();
  first.catch(() => {});
  async function* all(): AsyncGenerator<ServerLogLine> {
    try {
      for (let next = await first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { ready: first, all: all() };
}

const tooManyStreams = () =>
  new AppError('SYSTEM_002', {
    message: 'Too many follow the logs of servers.',
    advice: 'End one first, or read them without /stream.',
    retryAfterS: 10,
  });
