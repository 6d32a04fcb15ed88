import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RedisLayer } from '../../../src/storage/redis/redis-layer.ts';
import { redisAt } from '../../support/redis.ts';

/** Whatever it says to whoever comes, for two seconds; how many came. */
async function visits(settle: (socket: Socket) => void): Promise<number> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    settle(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const layer = new RedisLayer(redisAt((server.address() as { port: number }).port), 60_000);
  const until = performance.now() + 2000;
  while (performance.now() < until) {
    expect(await layer.get('thing:s:d')).toBeUndefined();
    expect(await layer.set('thing:s:d', Buffer.from('x'))).toBe(false);
    await sleep(1);
  }
  await layer.close();
  for (const socket of sockets) socket.destroy();
  server.close();
  return count;
}

it.each<[string, (socket: Socket) => void]>([
  ['hangs up', (socket) => socket.destroy()],
  ['says nothing', () => {}],
  ['talks rubbish', (socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  [
    'sends an answer without end',
    (socket) => socket.on('data', () => socket.write(`$1000000000\r\n${'x'.repeat(1000)}`)),
  ],
  ['refuses everything', (socket) => socket.on('data', () => socket.write('-ERR no\r\n-ERR no\r\n-ERR no\r\n'))],
])('a server that %s is visited now and then, and costs no call', async (_what, settle) => {
  const count = await visits(settle);
  expect(count).toBeGreaterThanOrEqual(1);
  // 200 to 400 ms between two visits.
  expect(count).toBeLessThanOrEqual(12);
});
