import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Poster } from '../../src/events/channels/post.ts';
import { download } from '../../src/image/download.ts';
import type { Lookup } from '../../src/network/dial.ts';
import { createWebPost } from '../../src/outgoing/create-web-post.ts';

const never: Lookup = () => new Promise(() => {});
const atHome: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];

/** All that goes out to addresses of others, with what it is told when nothing comes of it. */
const SENDERS = [
  {
    name: 'download of an image',
    ask: (address: string, lookup: Lookup, signal: AbortSignal) => download(address, 1000, { lookup }, signal),
    refused: { code: 'VALIDATION_007' },
  },
  {
    name: 'push notification',
    ask: (address: string, lookup: Lookup, signal: AbortSignal) =>
      createWebPost({ lookup }).send(address, { headers: {}, body: '{}' }, signal),
    refused: { code: 'VALIDATION_007' },
  },
  {
    name: 'message to a target',
    ask: async (address: string, lookup: Lookup, signal: AbortSignal) => {
      const poster = new Poster({ allowPrivate: false, lookup });
      return await poster.call(address, { headers: {}, body: '{}' }, signal).finally(() => poster.close());
    },
    refused: { message: expect.stringContaining('lies in a private network') },
  },
];

let server: Server;
let reached = 0;
let port = 0;
beforeAll(async () => {
  server = createServer((_request, response) => {
    reached += 1;
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

describe.each(SENDERS)('$name', ({ ask, refused }) => {
  it('ends with its caller while the look-up hangs', async () => {
    const stop = new AbortController();
    const begun = performance.now();
    setTimeout(() => stop.abort(), 50);
    await expect(ask('https://somewhere.example/x', never, stop.signal)).rejects.toThrow();
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('does not begin for a caller who has gone', async () => {
    await expect(ask('https://somewhere.example/x', atHome, AbortSignal.abort())).rejects.toThrow();
  });

  it.each(['https://127.0.0.1/x', 'https://[::1]/x', 'https://2130706433/x', 'https://169.254.169.254/latest'])(
    'refuses %s as it is written',
    async (address) => {
      await expect(ask(address, never, AbortSignal.timeout(5000))).rejects.toMatchObject(refused);
    },
  );

  it('refuses a name that leads into the own network, and does not call it', async () => {
    const before = reached;
    await expect(ask('https://somewhere.example/x', atHome, AbortSignal.timeout(5000))).rejects.toMatchObject(refused);
    await expect(ask(`http://somewhere.example:${port}/x`, atHome, AbortSignal.timeout(5000))).rejects.toThrow();
    expect(reached).toBe(before);
  });

  it('sends no user name or password to a host', async () => {
    const before = reached;
    await expect(
      ask(`https://user:secret@somewhere.example:${port}/x`, atHome, AbortSignal.timeout(5000)),
    ).rejects.toThrow(/user name or password/);
    expect(reached).toBe(before);
  });
});

describe('what the operator allows', () => {
  const call = async (address: string) => {
    const poster = new Poster({ allowPrivate: true });
    return await poster
      .call(address, { headers: {}, body: '{}' }, AbortSignal.timeout(5000))
      .finally(() => poster.close());
  };

  it('is a host of the own network at any port, without TLS and by a short name', async () => {
    expect(await call(`http://127.0.0.1:${port}/hook`)).toMatchObject({ status: 200, text: 'ok' });
    expect(await call(`http://localhost:${port}/hook`)).toMatchObject({ status: 200 });
  });
});
