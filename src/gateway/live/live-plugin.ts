import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Principal } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import { TOPICS } from '../../ports/bus.ts';
import type { LiveMessage } from '../../ports/live.ts';
import type { Services } from '../../services.ts';
import { clientOf } from '../http/client-of.ts';
import type { MakePlugin } from '../http/gateway-plugin.ts';
import { callerOf } from '../http/identify.ts';
import { readArguments } from '../lenient/read-arguments.ts';
import { whenClosed } from '../when-closed.ts';
import { LiveClient } from './live-client.ts';
import { Outbox } from './outbox.ts';
import { writtenOnce } from './written-once.ts';

const CONTROL_PLANE = '/ws/control-plane';
const EVENTS = '/api/v1/events';
const MAX_FRAME = 16 * 1024;
/** A client whose line is dead is noticed within two of these, ms. */
const PING_MS = 30_000;
/** RFC 6455, 7.4.1. */
const GOING_AWAY = 1001;
const GOODBYE_MS = 500;

const Asked = z.strictObject({
  topics: z
    .string()
    .max(200)
    .default('activity,alerts')
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(z.enum(TOPICS)).min(1).max(TOPICS.length)),
});

/** What goes on, as it happens: over a WebSocket, and as server-sent events. */
export function livePlugin(): MakePlugin {
  return (services) => ({
    index: { control_plane: CONTROL_PLANE, events: EVENTS },
    async routes(app) {
      await app.register(websocket, {
        options: { maxPayload: MAX_FRAME },
        preClose: endAll,
        errorHandler: (_error, socket) => socket.terminate(),
      });
      await app.register(async (inner) => {
        routeControlPlane(inner, services);
        routeEvents(inner, services);
      });
    },
  });
}

/** Tells every client that the server goes; who does not say goodbye is cut off. */
function endAll(this: FastifyInstance, done: () => void): void {
  const { websocketServer } = this;
  for (const client of websocketServer.clients) client.close(GOING_AWAY);
  setTimeout(() => {
    for (const client of websocketServer.clients) client.terminate();
  }, GOODBYE_MS).unref();
  websocketServer.close(() => done());
}

/** The token may come in the first message: browsers can send no header. */
function routeControlPlane(app: FastifyInstance, { live }: Services): void {
  app.get(CONTROL_PLANE, { websocket: true, config: { open: true } }, (socket, request) => {
    const { identify, tickets } = app;
    const from = clientOf(request);
    const mayNow = async (asked: Promise<Principal>) => {
      const principal = await asked;
      if (principal.mustChangePassword) throw new AppError('AUTH_005');
      return principal;
    };
    const client = new LiveClient(
      {
        send: (text, sent) => socket.send(text, () => sent()),
        close: (code, reason) => socket.close(code, reason),
      },
      {
        live,
        principal: request.principal,
        again: () => mayNow(identify(request.headers.authorization, from)),
        async identify(by, credential) {
          const again =
            by === 'ticket' ? await tickets.use(credential, from) : () => identify(`Bearer ${credential}`, from);
          return () => mayNow(again());
        },
      },
    );
    const { token, ticket } = request.query as { token?: unknown; ticket?: unknown };
    if (typeof ticket === 'string') client.hear(JSON.stringify({ type: 'auth', ticket }));
    else if (typeof token === 'string') client.hear(JSON.stringify({ type: 'auth', token }));
    let alive = true;
    const pings = setInterval(() => {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
      void client.recheck();
    }, PING_MS).unref();
    socket.on('pong', () => {
      alive = true;
    });
    socket.on('message', (data, isBinary) => client.hear(isBinary ? '' : String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(pings);
      client.gone();
    });
  });
}

/** The same as server-sent events; `Last-Event-ID` brings what was missed, as far as it is still known. */
function routeEvents(app: FastifyInstance, { live }: Services): void {
  const eventOf = writtenOnce(
    ({ number, ...message }) =>
      `id: ${live.run}-${number}\nevent: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`,
  );
  app.get(EVENTS, { schema: { hide: true }, exposeHeadRoute: false }, (request, reply) => {
    const principal = callerOf(request);
    const { topics } = readArguments({ input: Asked }, request.query);
    const after = lastNumber(request.headers['last-event-id'], live.run);
    const { raw } = reply;
    const out = new Outbox(
      (text, sent) => raw.write(text, () => sent()),
      (count) => `event: dropped\ndata: ${JSON.stringify({ count })}\n\n`,
    );
    // Who may not hear a topic is refused before anything is written.
    const missed: LiveMessage[] = [];
    let tell = (message: LiveMessage): void => {
      missed.push(message);
    };
    const end = live.listen({ principal }, topics, {
      ...(after !== undefined && { after }),
      onMessage: (message) => tell(message),
    });
    reply.hijack();
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    out.push('retry: 3000\n\n');
    tell = (message) => out.push(eventOf(message));
    for (const message of missed) tell(message);
    const beats = setInterval(() => out.push(': still here\n\n'), PING_MS).unref();
    whenClosed(raw, () => {
      clearInterval(beats);
      end();
    });
  });
}

/** Undefined where it is none of this run of the server: its numbers would mean something else. */
function lastNumber(id: string | string[] | undefined, run: string): number | undefined {
  const [, from, number] = /^([0-9a-f]+)-(\d{1,15})$/.exec(String(id ?? '')) ?? [];
  return from === run ? Number(number) : undefined;
}
