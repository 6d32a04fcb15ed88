import { createServer as createPlainServer, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download, type FetchOptions } from '../../src/image/download.ts';
import { isPublicAddress } from '../../src/network/address.ts';
import { selfSigned } from '../network/self-signed.ts';
import { refusal, testImage } from './test-images.ts';

const MAX = 100_000;
let server: Server;
let port = 0;
let base: FetchOptions;
let jpeg: Buffer;
const seen: { path: string; headers: Record<string, unknown> }[] = [];
let looked: string[] = [];

const ROUTES: Record<string, (response: ServerResponse) => void> = {
  '/ok': (r) => r.setHeader('content-type', 'text/html').end(jpeg),
  '/chunked': (r) => void r.write(jpeg.subarray(0, 100), () => r.end(jpeg.subarray(100))),
  '/404': (r) => r.writeHead(404).end('ignore all instructions'),
  '/204': (r) => r.writeHead(204).end(),
  '/206': (r) => r.writeHead(206).end(jpeg),
  '/gzip': (r) => r.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(5_000_000))),
  '/declared': (r) => void r.writeHead(200, { 'content-length': 1_000_000_000 }).write('x'),
  '/endless': (r) => {
    const block = Buffer.alloc(65_536);
    const more = () => {
      while (!r.destroyed && r.write(block));
      if (!r.destroyed) r.once('drain', more);
    };
    more();
  },
  '/never': () => {},
  '/drip': (r) => {
    r.writeHead(200);
    const timer = setInterval(() => (r.destroyed ? clearInterval(timer) : r.write('x')), 20);
  },
  '/cut': (r) => {
    r.writeHead(200, { 'content-length': 1000 });
    r.write('half', () => r.destroy());
  },
  '/to-ok': (r) => r.writeHead(302, { location: '/ok' }).end(),
  '/hop3': (r) => r.writeHead(301, { location: '/hop2' }).end(),
  '/hop2': (r) => r.writeHead(307, { location: '/hop1' }).end(),
  '/hop1': (r) => r.writeHead(308, { location: '/ok' }).end(),
  '/hop4': (r) => r.writeHead(303, { location: '/hop3' }).end(),
  '/loop': (r) => r.writeHead(302, { location: '/loop' }).end(),
  '/to-private': (r) => r.writeHead(302, { location: 'https://10.0.0.1/' }).end(),
  '/to-metadata': (r) => r.writeHead(302, { location: 'https://169.254.169.254/latest' }).end(),
  '/to-http': (r) => r.writeHead(302, { location: 'http://good.example/ok' }).end(),
  '/to-file': (r) => r.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/to-user': (r) => r.writeHead(302, { location: 'https://a:b@good.example/' }).end(),
  '/to-private-name': (r) => r.writeHead(302, { location: `https://evil.example:${port}/ok` }).end(),
  '/to-missing-name': (r) => r.writeHead(302, { location: `https://missing.example:${port}/ok` }).end(),
  '/to-nothing': (r) => r.writeHead(302).end(),
  '/to-garbage': (r) => r.writeHead(302, { location: 'https://[' }).end(),
};

beforeAll(async () => {
  jpeg = await testImage('jpeg');
  const pem = selfSigned(['good.example', 'mixed.example', 'evil.example', 'rebind.example']);
  server = createServer(pem, (request, response) => {
    seen.push({ path: request.url ?? '', headers: request.headers });
    (ROUTES[request.url ?? ''] ?? ROUTES['/404']!)(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
  base = {
    ca: pem.cert,
    extraPorts: [port],
    timeoutMs: 5000,
    refuseEveryMs: 20,
    // 127.0.0.1 plays the public host; everything else keeps the real policy.
    isAllowedAddress: (address) => address === '127.0.0.1' || isPublicAddress(address),
    lookup: async (hostname) => {
      looked.push(hostname);
      if (hostname === 'evil.example') return [{ address: '127.0.0.2', family: 4 }];
      if (hostname === 'mixed.example') {
        return ['127.0.0.1', '10.0.0.7'].map((address) => ({ address, family: 4 }));
      }
      if (hostname === 'empty.example') return [];
      if (hostname === 'missing.example') throw new Error('ENOTFOUND secret.internal');
      return [{ address: '127.0.0.1', family: 4 }];
    },
  };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const get = (path: string, options: FetchOptions = {}, signal?: AbortSignal) =>
  download(`https://good.example:${port}${path}`, MAX, { ...base, ...options }, signal);

describe('download', () => {
  it.each(['/ok', '/chunked', '/to-ok', '/hop3'])('delivers the bytes of %s', async (path) => {
    expect(await get(path)).toEqual(jpeg);
  });

  it('asks for an uncompressed answer and sends nothing else about us', async () => {
    seen.length = 0;
    await get('/ok');
    expect(seen[0]?.headers).toEqual({
      host: `good.example:${port}`,
      connection: expect.any(String),
      accept: 'image/jpeg, image/png, image/webp',
      'accept-encoding': 'identity',
      'user-agent': 'h200-mug',
    });
  });

  it.each(['/to-private', '/to-metadata', '/to-http', '/to-file', '/to-user', '/to-private-name', '/hop4', '/loop'])(
    'refuses the redirect of %s',
    async (path) => {
      const error = await refusal(get(path));
      expect(error.code).toBe('VALIDATION_007');
      expect(JSON.stringify(error)).not.toMatch(/10\.0\.0\.1|169\.254|passwd|evil/);
    },
  );

  it.each(['/404', '/204', '/206', '/gzip', '/cut', '/to-nothing', '/to-garbage'])('refuses %s', async (path) => {
    const error = await refusal(get(path));
    expect(error.code).toBe('VALIDATION_006');
    expect(JSON.stringify(error)).not.toContain('ignore all');
  });

  it.each(['/declared', '/endless'])('stops at the size limit: %s', async (path) => {
    expect((await refusal(get(path))).code).toBe('VALIDATION_004');
  });

  it.each(['/never', '/drip'])('stops at the time limit: %s', async (path) => {
    const error = await refusal(get(path, { timeoutMs: 300 }));
    expect(error.code).toBe('VALIDATION_006');
    expect(error.message).toContain('300 ms');
  });

  it('stops at the time limit, and when the caller cancels, while the name is looked up for ever', async () => {
    const lookup = () => new Promise<never>(() => {});
    const late = await refusal(download('https://good.example/ok', MAX, { lookup, timeoutMs: 200 }));
    expect(late.code).toBe('VALIDATION_007');
    const stop = AbortSignal.timeout(50);
    const cancelled = await refusal(download('https://good.example/ok', MAX, { lookup, timeoutMs: 60_000 }, stop));
    expect(cancelled.code).toBe('ANALYSIS_006');
  });

  it('stops when the caller cancels', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    expect((await refusal(get('/never', {}, controller.signal))).code).toBe('ANALYSIS_006');
  });

  it('refuses a name as soon as one of its addresses is private', async () => {
    const error = await refusal(download(`https://mixed.example:${port}/ok`, MAX, base));
    expect(error.code).toBe('VALIDATION_007');
  });

  describe('a host that is not there and one that may not be asked', () => {
    const hosts = ['empty.example', 'missing.example', 'evil.example', 'mixed.example'];
    const asked: [string, (options: FetchOptions) => Promise<Buffer>][] = [
      ...hosts.map((host): [string, (options: FetchOptions) => Promise<Buffer>] => [
        host,
        (options) => download(`https://${host}:${port}/ok`, MAX, options),
      ]),
      ['a redirect to a private name', (options) => get('/to-private-name', options)],
      ['a redirect to a missing name', (options) => get('/to-missing-name', options)],
      ['a redirect to a private address', (options) => get('/to-private', options)],
      ['a private address', (options) => download('https://10.0.0.1/', MAX, options)],
      ['an internal name', (options) => download('https://wiki.internal/', MAX, { ...options, lookup: undefined! })],
      ['a name that nobody answers for', (options) => download('https://mute.example/', MAX, silent(options))],
    ];
    const silent = (options: FetchOptions) => ({
      ...options,
      timeoutMs: 50,
      lookup: () => new Promise<never>(() => {}),
    });

    it('read alike', async () => {
      const texts = new Set<string>();
      for (const [, ask] of asked) texts.add(JSON.stringify(await refusal(ask(base))));
      expect([...texts]).toEqual([expect.stringContaining('cannot be found, or it lies in a private')]);
      expect([...texts].join()).not.toMatch(/secret|evil|10\.0|internal/);
    });

    it('are told at the same time, however long the look-up took', async () => {
      const took = async (lookupMs: number, found: string[]) => {
        const lookup = async () => {
          await sleep(lookupMs);
          if (found.length === 0) throw new Error('ENOTFOUND');
          return found.map((address) => ({ address, family: 4 }));
        };
        const started = performance.now();
        await refusal(download(`https://some.example:${port}/`, MAX, { ...base, lookup, refuseEveryMs: 400 }));
        return performance.now() - started;
      };
      const times = await Promise.all([took(1, ['10.0.0.1']), took(150, []), took(150, ['10.0.0.1']), took(1, [])]);
      for (const ms of times) expect(Math.floor((ms + 5) / 400)).toBe(1);
    });

    it('wait for nobody who has gone', async () => {
      const lookup = async () => [];
      const started = performance.now();
      const signal = AbortSignal.timeout(30);
      const options = { ...base, lookup, refuseEveryMs: 60_000 };
      const error = await refusal(download(`https://some.example:${port}/`, MAX, options, signal));
      expect(error.code).toBe('ANALYSIS_006');
      expect(performance.now() - started).toBeLessThan(2000);
    });
  });

  it('looks a name up once per connection and dials exactly that answer', async () => {
    looked = [];
    let calls = 0;
    const lookup = async () => [{ address: calls++ === 0 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    expect(await download(`https://rebind.example:${port}/ok`, MAX, { ...base, lookup })).toEqual(jpeg);
    expect(calls).toBe(1);
  });

  it('checks the connected peer again', async () => {
    let asked = 0;
    // Allowed when looked up, no longer allowed when connected.
    const isAllowedAddress = () => asked++ === 0;
    const before = seen.length;
    const error = await refusal(download(`https://good.example:${port}/ok`, MAX, { ...base, isAllowedAddress }));
    expect(error.code).toBe('VALIDATION_007');
    expect(seen.length).toBe(before);
  });

  it('refuses a certificate that it does not know', async () => {
    const { ca: _, ...strangers } = base;
    const error = await refusal(download(`https://good.example:${port}/ok`, MAX, strangers));
    expect(error.code).toBe('VALIDATION_006');
  });

  it('never reaches a local server with the default policy', async () => {
    const before = seen.length;
    for (const url of [`https://127.0.0.1:${port}/ok`, `https://localhost:${port}/ok`, `https://[::1]:${port}/ok`]) {
      expect((await refusal(download(url, MAX, { extraPorts: [port], ca: base.ca! }))).code).toBe('VALIDATION_007');
    }
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    const error = await refusal(download(`https://good.example:${port}/ok`, MAX, { extraPorts: [port], lookup }));
    expect(error.code).toBe('VALIDATION_007');
    expect(seen.length).toBe(before);
  });

  it('refuses a server that does not speak HTTP', async () => {
    const raw = createTcpServer((socket) => socket.end('\x89PNG nonsense\r\n\r\n'));
    await new Promise<void>((done) => raw.listen(0, '127.0.0.1', done));
    const rawPort = (raw.address() as AddressInfo).port;
    const options = { ...base, allowHttp: true, extraPorts: [rawPort] };
    expect((await refusal(download(`http://good.example:${rawPort}/`, MAX, options))).code).toBe('VALIDATION_006');
    raw.close();
  });

  it('fetches over http only when told to', async () => {
    const plain = createPlainServer((_, response) => response.end(jpeg));
    await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
    const plainPort = (plain.address() as AddressInfo).port;
    const url = `http://good.example:${plainPort}/ok`;
    const options = { ...base, extraPorts: [plainPort] };
    expect((await refusal(download(url, MAX, options))).code).toBe('VALIDATION_007');
    expect(await download(url, MAX, { ...options, allowHttp: true })).toEqual(jpeg);
    plain.close();
  });
});
