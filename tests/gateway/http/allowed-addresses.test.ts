import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { inNetworks } from '../../../src/gateway/http/allowed-addresses.ts';
import { createHttpGateway, type HttpGateway, type HttpGatewayOptions } from '../../../src/gateway/http/server.ts';
import { livePlugin } from '../../../src/gateway/live/live-plugin.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { restPlugin } from '../../../src/gateway/rest/rest-plugin.ts';
import { createFakeServices } from '../fake-services.ts';

it.each([
  ['10.1.2.3', ['10.0.0.0/8'], true],
  ['11.1.2.3', ['10.0.0.0/8'], false],
  ['10.1.2.3', ['10.1.2.3'], true],
  ['10.1.2.4', ['10.1.2.3'], false],
  ['::ffff:10.1.2.3', ['10.0.0.0/8'], true],
  ['10.1.2.3', ['::ffff:10.0.0.0/104'], true],
  ['11.1.2.3', ['::ffff:10.0.0.0/104'], false],
  ['::ffff:11.1.2.3', ['10.0.0.0/8'], false],
  ['2001:db8::1', ['2001:db8::/32'], true],
  ['2001:db9::1', ['2001:db8::/32'], false],
  ['fe80::1%eth0', ['fe80::/10'], true],
  ['::1', ['127.0.0.1'], false],
  ['10.1.2.3', ['::/0'], false],
  ['1.2.3.4', ['0.0.0.0/0'], true],
  ['unknown', ['0.0.0.0/0', '::/0'], false],
  ['10.1.2.3, 1.1.1.1', ['0.0.0.0/0'], false],
  ['', ['0.0.0.0/0'], false],
])('%s of %j: %s', (address, networks, inside) => {
  expect(inNetworks(networks)(address)).toBe(inside);
});

let gateway: HttpGateway | undefined;
afterEach(() => gateway?.close());

async function start(options: Partial<HttpGatewayOptions>) {
  const plugins = [mcpPlugin(MCP_SURFACE), restPlugin(), livePlugin()];
  const local = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [], token: 'a-token-of-the-server' };
  gateway = createHttpGateway(createFakeServices(), plugins, { ...local, ...options });
  const { port } = await gateway.listen();
  return (path: string, { method = 'GET', from = '127.0.0.1', headers = {} as Record<string, string> } = {}) =>
    new Promise<{ status: number; body: string }>((done, fail) => {
      const own = { authorization: 'Bearer a-token-of-the-server', ...headers };
      request({ host: '127.0.0.1', port, path, method, localAddress: from, headers: own, agent: false }, (answer) => {
        let body = '';
        answer.on('data', (piece) => {
          body += String(piece);
        });
        answer.on('end', () => done({ status: answer.statusCode ?? 0, body }));
      })
        .on('error', (error) => fail(new Error(`${method} ${path}: ${error.message}`)))
        .end();
    });
}

const DOORS = [
  ['/', 'GET'],
  ['/healthz', 'GET'],
  ['/health', 'GET'],
  ['/metrics', 'GET'],
  ['/mcp', 'POST'],
  ['/sse', 'GET'],
  ['/messages?sessionId=x', 'POST'],
  ['/api/v1/rules', 'GET'],
  ['/api/v1/auth/login', 'POST'],
  ['/api/v1/events', 'GET'],
  ['/api/docs/', 'GET'],
  ['/.well-known/oauth-protected-resource', 'GET'],
  ['/nothing-there', 'GET'],
  ['/mcp', 'OPTIONS'],
] as const;

describe.skipIf(process.platform !== 'linux')('with a list of addresses', () => {
  it('no door answers others, with the right token too, and wrong tokens are not even counted', async () => {
    const ask = await start({ allowedIps: ['127.0.0.0/30'] });
    for (const [path, method] of DOORS) {
      const { status, body } = await ask(path, { method, from: '127.0.0.9' });
      expect([path, status, JSON.parse(body).error.code]).toEqual([path, 403, 'AUTH_003']);
    }
    const upgrade = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    expect((await ask('/ws/control-plane', { from: '127.0.0.9', headers: upgrade })).status).toBe(403);
    for (let n = 0; n < 15; n += 1)
      await ask('/', { from: '127.0.0.9', headers: { authorization: `Bearer wrong-${n}` } });
    expect((await ask('/', { from: '127.0.0.2' })).status).toBe(200);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('health is for all only where that is said', async () => {
    const ask = await start({ allowedIps: ['127.0.0.1'], healthFromAnywhere: true });
    expect((await ask('/healthz', { from: '127.0.0.9' })).status).toBe(200);
    expect((await ask('/readyz', { from: '127.0.0.9' })).status).not.toBe(403);
    expect((await ask('/metrics', { from: '127.0.0.9' })).status).toBe(403);
    expect((await ask('/', { from: '127.0.0.9' })).status).toBe(403);
  });

  it('what is forwarded counts only where a trusted proxy says it', async () => {
    const ask = await start({ allowedIps: ['10.0.0.0/8'], trustedProxies: ['127.0.0.5'] });
    const said = (address: string, from: string) =>
      ask('/', { from, headers: { 'x-forwarded-for': address } }).then(({ status }) => status);
    expect(await said('10.1.1.1', '127.0.0.5')).toBe(200);
    expect(await said('11.1.1.1', '127.0.0.5')).toBe(403);
    expect(await said('10.1.1.1, 11.1.1.1', '127.0.0.5')).toBe(403);
    expect(await said('10.1.1.1', '127.0.0.6')).toBe(403);
    expect(await said('nonsense', '127.0.0.5')).toBe(403);
  });
});
