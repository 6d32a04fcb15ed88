import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventType } from '@ag-ui/core';
import { afterEach, expect, it } from 'vitest';
import { EventStream } from '../../../src/gateway/agui/event-stream.ts';
import { PROTO, SSE } from '../../../src/gateway/agui/media-type.ts';

let server: Server | undefined;
afterEach(() => server?.closeAllConnections());

async function opened(type: typeof SSE | typeof PROTO) {
  const made = Promise.withResolvers<EventStream>();
  server = createServer((_, response) => made.resolve(new EventStream(response, type, 20)));
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  return { socket, stream: await made.promise };
}

it.each([
  [SSE, true],
  [PROTO, false],
] as const)('%s: a sign of life while nothing is said: %s', async (type, alive) => {
  const { socket } = await opened(type);
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes;
  });
  if (alive) await expect.poll(() => heard, { timeout: 5000 }).toContain(': still here\n\n');
  else await sleep(200);
  expect(heard.includes('still here')).toBe(alive);
});

it('who writes for a client that does not read waits, and goes on when it is gone', async () => {
  const { socket, stream } = await opened(SSE);
  socket.pause();
  const value = 'x'.repeat(1_000_000);
  let written = 0;
  const writing = (async () => {
    for (; written < 60; written += 1) {
      stream.emit({ type: EventType.CUSTOM, name: 'large', value });
      await stream.drained();
    }
  })();
  await sleep(300);
  const before = written;
  expect(before).toBeLessThan(30);
  await sleep(100);
  expect(written).toBe(before);
  socket.destroy();
  await writing;
  expect(written).toBe(60);
});
