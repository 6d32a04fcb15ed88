import { once } from 'node:events';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { Agent, WebSocket } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { livePlugin } from '../../../src/gateway/live/live-plugin.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { makeCertificate } from '../../tls/make-certificate.ts';
import { createFakeServices } from '../fake-services.ts';

let pair = makeCertificate({ name: 'first' });
let renew: (pair: { cert: string; key: string }) => void = () => {};
let gateway: HttpGateway;
let port: number;
beforeAll(async () => {
  gateway = createHttpGateway(createFakeServices(), [mcpPlugin(MCP_SURFACE), livePlugin()], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    tls: {
      get current() {
        return pair;
      },
      onRenewal(listener) {
        renew = listener;
      },
    },
  });
  const { url, port: at } = await gateway.listen();
  expect(url).toBe(`https://127.0.0.1:${at}`);
  port = at;
});
afterAll(() => gateway.close());

/** Status of a GET, and the name in the certificate. */
const get = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; name: string }>((done, fail) => {
    request({ host: '127.0.0.1', port, path, headers, ca: pair.cert, agent: false }, (answer) => {
      const { subject } = (answer.socket as ReturnType<typeof connect>).getPeerCertificate();
      answer.resume();
      answer.on('end', () => done({ status: answer.statusCode ?? 0, name: String(subject.CN) }));
    })
      .on('error', fail)
      .end();
  });

it('serves HTTPS to who trusts the certificate, by TLS 1.3 alone', async () => {
  expect(await get('/healthz')).toEqual({ status: 200, name: 'first' });
  const socket = connect({ host: '127.0.0.1', port, ca: pair.cert });
  await once(socket, 'secureConnect');
  expect(socket.getProtocol()).toBe('TLSv1.3');
  socket.destroy();
  const old = connect({ host: '127.0.0.1', port, ca: pair.cert, maxVersion: 'TLSv1.2' });
  const [error] = (await once(old, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toMatch(/PROTOCOL|ECONNRESET|ALERT/);
});

/** A WebSocket of a client that trusts the certificate, and what it hears. */
async function openSocket() {
  const dispatcher = new Agent({ connect: { ca: pair.cert } });
  const socket = new WebSocket(`wss://127.0.0.1:${port}/ws/control-plane`, { dispatcher });
  const heard: { type: string }[] = [];
  socket.onmessage = ({ data }) => heard.push(JSON.parse(String(data)));
  await expect.poll(() => heard.map(({ type }) => type)).toEqual(['connection']);
  const close = async () => {
    socket.close();
    await dispatcher.destroy();
  };
  return { socket, heard, close };
}

it('serves WSS', async () => {
  await (await openSocket()).close();
});

it('its own pages are those of https', async () => {
  expect((await get('/healthz', { origin: `https://127.0.0.1:${port}` })).status).toBe(200);
  expect((await get('/healthz', { origin: `http://127.0.0.1:${port}` })).status).toBe(403);
});

it('a client that speaks plain HTTP, or nothing sensible, is let go and harms nobody', async () => {
  for (const text of ['GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 'hello', '\x16\x03\x01\xff\xff']) {
    const socket = connectPlain(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.end(text);
    await once(socket, 'close');
  }
  expect((await get('/healthz')).status).toBe(200);
});

it('a renewed certificate is served to new connections, and open ones go on', async () => {
  const { socket, heard, close } = await openSocket();
  pair = makeCertificate({ name: 'second' });
  renew(pair);
  expect(await get('/healthz')).toEqual({ status: 200, name: 'second' });
  socket.send(JSON.stringify({ type: 'ping' }));
  await expect.poll(() => heard.map(({ type }) => type)).toEqual(['connection', 'pong']);
  await close();
});

it('hangs up on who begins a handshake and never ends it, and forgets the connection', async () => {
  const began = performance.now();
  const clients = ['', '16030102', '1603010200010001fc0303', '474554202f'].map((hello) => {
    const socket = connectPlain({ host: '127.0.0.1', port });
    socket.on('error', () => {});
    if (hello !== '') socket.write(Buffer.from(hello, 'hex'));
    return once(socket.resume(), 'close');
  });
  await Promise.all(clients);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect((await get('/healthz')).status).toBe(200);
}, 40_000);
