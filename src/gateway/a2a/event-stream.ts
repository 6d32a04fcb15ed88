import { formatSSEErrorEvent, formatSSEEvent, SSE_HEADERS } from '@a2a-js/sdk';
import type { FastifyReply } from 'fastify';
import { whenClosed } from '../when-closed.ts';

const KEEP_ALIVE_MS = 15_000;

/**
 * Sends what comes as server-sent events, until it is over or the client has gone. Who reads the events of a task that is being
 * worked on must read all of them, for they are written down as they are read: `toTheEnd` goes on reading for nobody.
 */
export async function sendEvents(
  reply: FastifyReply,
  events: AsyncIterator<unknown>,
  shown: (event: unknown) => unknown,
  failed: (thrown: unknown) => unknown,
  { toTheEnd }: { readonly toTheEnd: boolean },
): Promise<void> {
  const { raw } = reply;
  // Before anything is written: a refusal is an answer like any other.
  let next = await events.next();
  reply.hijack();
  const gone = new Promise<void>((resolve) => whenClosed(raw, resolve));
  if (!raw.destroyed) raw.writeHead(200, { ...SSE_HEADERS });
  const beats = setInterval(() => raw.write(': still here\n\n'), KEEP_ALIVE_MS).unref();
  const said = (async () => {
    try {
      for (; next.done !== true; next = await events.next()) {
        if (!raw.destroyed) raw.write(formatSSEEvent(shown(next.value)));
        else if (!toTheEnd) return void (await events.return?.());
      }
    } catch (thrown) {
      if (!raw.destroyed) raw.write(formatSSEErrorEvent(failed(thrown)));
    }
  })();
  await Promise.race([said, gone]);
  clearInterval(beats);
  raw.end();
}
