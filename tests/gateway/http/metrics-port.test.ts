import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type MetricsPort, openMetricsPort } from '../../../src/gateway/http/metrics-port.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';

let opened: MetricsPort | null = null;
afterEach(() => opened?.close());

const statusOf = (port: number, host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/metrics', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

it('on loopback a name that somebody else had lead here gets nothing', async () => {
  opened = await openMetricsPort(new Metrics(), '127.0.0.1', 0);
  const { port } = opened;
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, 'LOCALHOST']) {
    expect(await statusOf(port, host), host).toBe(200);
  }
  for (const host of [`evil.example:${port}`, '127.0.0.1.evil.example', 'localhost@evil.example', 'a b']) {
    expect(await statusOf(port, host), host).toBe(403);
  }
});

it('on an address of the network it is asked by whatever names that has', async () => {
  opened = await openMetricsPort(new Metrics(), '0.0.0.0', 0);
  expect(await statusOf(opened.port, 'h200-mug.monitoring:9464')).toBe(200);
});

const halfSent = async (port: number, from: string): Promise<Socket> => {
  const socket = connect({ host: '127.0.0.1', port, localAddress: from });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ');
  return socket;
};

it.runIf(process.platform === 'linux')('half-sent requests of one address keep no other one out', async () => {
  opened = await openMetricsPort(new Metrics(), '127.0.0.1', 0);
  const { port } = opened;
  const sockets = await Promise.all(Array.from({ length: 40 }, () => halfSent(port, '127.0.0.2')));
  expect(await statusOf(port, 'localhost')).toBe(200);
  for (const socket of sockets) socket.destroy();
});

it('and are closed long before the next scrape, so that their own address is answered again', async () => {
  opened = await openMetricsPort(new Metrics(), '127.0.0.1', 0);
  const { port } = opened;
  const sockets = await Promise.all(Array.from({ length: 40 }, () => halfSent(port, '127.0.0.1')));
  await expect.poll(() => statusOf(port, 'localhost').catch(() => null), { timeout: 20_000, interval: 200 }).toBe(200);
  expect(sockets.length).toBe(40);
  for (const socket of sockets) socket.destroy();
}, 30_000);
