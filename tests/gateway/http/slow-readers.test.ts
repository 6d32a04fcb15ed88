import { createServer, get, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type ReaderLimits, SlowReaders } from '../../../src/gateway/http/slow-readers.ts';

const PIECE = Buffer.alloc(64 * 1024);
let server: Server;
let readers: SlowReaders;
let cut: number;
afterEach(() => {
  readers.close();
  server.closeAllConnections();
  server.close();
});

/** A server whose answers the test writes, and a way to open one that nobody reads, or somebody. */
async function start(limits: Partial<ReaderLimits>) {
  cut = 0;
  readers = new SlowReaders(() => {
    cut += 1;
  }, limits);
  let opened: (raw: ServerResponse) => void = () => {};
  server = createServer((_request, raw) => {
    readers.watch(raw);
    raw.flushHeaders();
    opened(raw);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return (reads: boolean) =>
    new Promise<ServerResponse>((resolve) => {
      opened = resolve;
      get({ port, host: '127.0.0.1', agent: false }, (res) => {
        res.on('error', () => {});
        if (reads) res.resume();
      }).on('error', () => {});
    });
}

async function fill(raw: ServerResponse, bytes: number): Promise<number> {
  let most = 0;
  for (let sent = 0; sent < bytes && !raw.destroyed; sent += PIECE.length) {
    raw.write(PIECE);
    most = Math.max(most, raw.writableLength);
    await new Promise(setImmediate);
  }
  return most;
}

it('bounds what waits for one that does not read, and leaves one that reads alone', async () => {
  const open = await start({ each: 2 ** 20 });
  const [deaf, honest] = [await open(false), await open(true)];
  expect(await fill(deaf, 64 * 2 ** 20)).toBeLessThan(2 ** 20 + 2 * PIECE.length);
  expect([deaf.destroyed, cut]).toEqual([true, 1]);
  await fill(honest, 8 * 2 ** 20);
  expect(honest.destroyed).toBe(false);
});

it('lets a single answer be larger', async () => {
  const open = await start({ each: 2 ** 20 });
  const raw = await open(true);
  raw.write(Buffer.alloc(16 * 2 ** 20));
  await expect.poll(() => raw.writableLength).toBe(0);
  expect(cut).toBe(0);
});

it('bounds what waits for all together, the largest first', async () => {
  const open = await start({ each: 2 ** 30, all: 16 * 2 ** 20 });
  const [large, small] = [await open(false), await open(false)];
  await fill(small, 8 * 2 ** 20);
  await fill(large, 64 * 2 ** 20);
  expect([large.destroyed, small.destroyed, cut]).toEqual([true, false, 1]);
});

it('cuts off one that takes nothing for too long', async () => {
  const open = await start({ stallMs: 200, lookMs: 50 });
  const [deaf, quiet] = [await open(false), await open(true)];
  deaf.write(Buffer.alloc(16 * 2 ** 20));
  await expect.poll(() => deaf.destroyed).toBe(true);
  expect([quiet.destroyed, cut]).toEqual([false, 1]);
});
