import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { AppError } from '../../../src/errors.ts';
import {
  assertBindable,
  createHttpGateway,
  type HttpGateway,
  MAX_CONNECTIONS,
} from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { createFakeServices, type FakeServices } from '../fake-services.ts';
import { INITIALIZE, legacy, modern, raw } from '../raw-http.ts';

const TOKEN = 'a-token-of-enough-length';
const ROUTES = [
  '/',
  '/health',
  '/healthz',
  '/readyz',
  '/metrics',
  '/mcp',
  '/mcp/',
  '/sse',
  '/messages',
  '/nothing-here',
];
const local = { host: '127.0.0.1', port: 0, allowedHosts: [] as string[], allowedOrigins: [] as string[] };

let services: FakeServices;
let gateway: HttpGateway;
let url: string;

beforeAll(async () => {
  services = createFakeServices();
  gateway = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], {
    ...local,
    token: TOKEN,
    allowedHosts: ['desk.example'],
    allowedOrigins: ['https://app.example'],
  });
  ({ url } = await gateway.listen());
});
afterAll(() => gateway.close());

const authorization = `Bearer ${TOKEN}`;

describe('Host and Origin', () => {
  it.each(ROUTES)('a foreign Host is refused on %s', async (route) => {
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost@evil.example']) {
      for (const method of ['GET', 'POST']) {
        const answer = await raw(`${url}${route}`, { method, headers: { host, authorization } });
        expect([host, method, answer.status]).toEqual([host, method, 403]);
      }
    }
  });

  it.each(ROUTES)('a foreign Origin is refused on %s', async (route) => {
    for (const origin of [
      'https://evil.example',
      'null',
      'file://',
      'http://localhost.evil.example',
      'chrome-extension://x',
    ]) {
      const answer = await raw(`${url}${route}`, { headers: { origin, authorization } });
      expect([origin, answer.status]).toEqual([origin, 403]);
      expect(JSON.parse(answer.body).error).toMatchObject({ code: 'AUTH_003', status: 403 });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('names of ours and configured ones pass', async () => {
    for (const host of ['localhost', 'localhost:9999', '127.0.0.1', '[::1]:1', 'desk.example', 'DESK.example:8000']) {
      expect([host, (await raw(`${url}/healthz`, { headers: { host } })).status]).toEqual([host, 200]);
    }
  });

  it('pages of this server and of configured origins pass', async () => {
    const { port } = new URL(url);
    const own = ['localhost', '127.0.0.1', '[::1]'].map((name) => [`http://${name}:${port}`, `127.0.0.1:${port}`]);
    for (const [origin = '', host = ''] of [
      ...own,
      // A port of another machine that is forwarded to this one.
      ['http://localhost:9000', 'localhost:9000'],
      ['https://app.example', 'localhost'],
      ['https://APP.example', 'localhost'],
      ['http://desk.example', 'desk.example'],
      ['https://desk.example', 'desk.example:443'],
      ['https://desk.example:8443', 'Desk.example:8443'],
    ]) {
      const answer = await raw(`${url}/healthz`, { headers: { origin, host } });
      expect([origin, answer.status]).toEqual([origin, 200]);
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
    }
  });

  it('pages of other programs on this machine, or of another port or scheme, are refused', async () => {
    const { port } = new URL(url);
    for (const [origin = '', host = ''] of [
      ['http://localhost:5173', `localhost:${port}`],
      ['http://localhost', `localhost:${port}`],
      [`http://127.0.0.1:${Number(port) + 1}`, `127.0.0.1:${port}`],
      [`https://localhost:${port}`, `localhost:${port}`],
      [`http://127.0.0.2:${port}`, `127.0.0.1:${port}`],
      ['http://desk.example:5173', 'desk.example'],
      ['https://desk.example', 'desk.example:8000'],
      ['http://app.example', 'localhost'],
      [`http://user@localhost:${port}`, `localhost:${port}`],
      [`http://localhost:${port}/page`, `localhost:${port}`],
    ]) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const headers = { origin, host, authorization, 'access-control-request-method': 'POST' };
        const answer = await raw(`${url}/mcp`, { method, headers });
        expect([origin, method, answer.status]).toEqual([origin, method, 403]);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
  });

  it('X-Forwarded-Host changes nothing', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost' };
    expect((await raw(`${url}/healthz`, { headers })).status).toBe(403);
  });

  it('a preflight of a known page is answered without a token', async () => {
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
    const answer = await raw(`${url}/mcp`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-headers']).toContain('Mcp-Session-Id');
  });
});

describe('token', () => {
  it.each(['/mcp', '/mcp/', '/sse', '/messages', '/messages/', '/metrics', '/nothing-here'])(
    '%s asks for it',
    async (route) => {
      const fresh = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], { ...local, token: TOKEN });
      const { url } = await fresh.listen();
      for (const given of [undefined, 'Bearer wrong', `Basic ${TOKEN}`, TOKEN, `Bearer ${TOKEN}x`, 'Bearer ']) {
        for (const method of ['GET', 'POST']) {
          const headers: Record<string, string> = given === undefined ? {} : { authorization: given };
          const answer = await raw(`${url}${route}`, { method, headers });
          expect([given, answer.status]).toEqual([given, 401]);
          expect(answer.headers['www-authenticate']).toContain('Bearer');
          expect(JSON.parse(answer.body).error.code).toBe('AUTH_001');
        }
      }
      await fresh.close();
    },
  );

  it('opens the door', async () => {
    const list = modern('tools/list');
    const answer = await raw(`${url}/mcp`, { ...list, headers: { ...list.headers, authorization } });
    expect(JSON.parse(answer.body).result.tools).not.toHaveLength(0);
  });

  it.each([
    ['2026', modern('tools/list')],
    ['2025', legacy(INITIALIZE)],
    ['broken', legacy('{')],
  ])('/mcp/ is /mcp for a %s request', async (_generation, { method, headers, body }) => {
    const at = (path: string) => raw(`${url}${path}`, { method, headers: { ...headers, authorization }, body });
    const [plain, slashed] = [await at('/mcp'), await at('/mcp/')];
    expect([slashed.status, slashed.body]).toEqual([plain.status, plain.body]);
    expect(slashed.body).not.toContain('SYSTEM_004');
  });

  it('is demanded for every address that others can reach', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'desk.example', '127.0.0.1.evil.example']) {
      expect(() => assertBindable(host, undefined), host).toThrow(ConfigError);
      expect(() => assertBindable(host, TOKEN)).not.toThrow();
      expect(() => createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], { ...local, host })).toThrow(ConfigError);
    }
    for (const host of ['127.0.0.1', 'localhost', '::1', '127.1.2.3']) assertBindable(host, undefined);
  });
});

describe('answers', () => {
  it('carry a request id and the time', async () => {
    const list = modern('tools/list');
    const own = { ...list.headers, authorization, 'x-request-id': 'mine-1' };
    const answer = await raw(`${url}/mcp`, { ...list, headers: own });
    expect(answer.headers).toMatchObject({
      'x-request-id': 'mine-1',
      'x-process-time': expect.stringMatching(/^\d+\.\d{3}$/),
    });
    const other = await raw(`${url}/nothing`, { headers: { authorization, 'x-request-id': 'evil id\t' } });
    expect(other.headers['x-request-id']).toMatch(/^req_/);
    expect(JSON.parse(other.body).error).toMatchObject({
      code: 'SYSTEM_004',
      type: 'route_not_found',
      status: 404,
      request_id: other.headers['x-request-id'],
      timestamp: expect.stringMatching(/Z$/),
      details: { path: '/nothing' },
    });
  });

  it('say what is served and how it is', async () => {
    expect(JSON.parse((await raw(url)).body)).toMatchObject({ mcp: '/mcp', sse: '/sse' });
    const health = await raw(`${url}/health`);
    expect([health.status, JSON.parse(health.body)]).toMatchObject([
      200,
      { status: 'ok', checks: { store: { ok: true } } },
    ]);
    expect((await raw(`${url}/readyz`)).status).toBe(200);
    const { ping } = services;
    services.ping = async () => {
      throw new AppError('DB_001');
    };
    expect((await raw(`${url}/readyz`)).status).toBe(503);
    expect((await raw(`${url}/health`)).status).toBe(503);
    expect((await raw(`${url}/healthz`)).status).toBe(200);
    services.ping = ping;
  });

  it('are counted by status, health checks are not', async () => {
    const before = (await services.metrics.snapshot()).requests;
    await raw(`${url}/nothing`, { headers: { authorization } });
    await raw(`${url}/healthz`);
    await expect
      .poll(async () => (await services.metrics.snapshot()).requests)
      .toEqual({ ...before, '404': (before['404'] ?? 0) + 1 });
    expect((await raw(`${url}/metrics`, { headers: { authorization } })).body).toContain(
      'h200_requests_total{status="404"}',
    );
  });
});

it.each([
  ['/mcp', 'GET, POST, DELETE'],
  ['/mcp/', 'GET, POST, DELETE'],
  ['/mcp?a=1', 'GET, POST, DELETE'],
  ['/sse', 'GET'],
  ['/messages', 'POST'],
  ['/', 'GET, HEAD'],
  ['/health', 'GET, HEAD'],
  ['/metrics', 'GET, HEAD'],
])('%s says 405 and what it allows (%s)', async (route, allow) => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE']) {
    if (allow.split(', ').includes(method)) continue;
    const answer = await raw(`${url}${route}`, { method, headers: { authorization } });
    expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, allow]);
    if (method !== 'HEAD') expect(JSON.parse(answer.body).error).toMatchObject({ code: 'SYSTEM_005', status: 405 });
  }
});

it('HEAD opens no stream, and what is nowhere is 404 for every method', async () => {
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
    expect((await raw(`${url}/nothing`, { method, headers: { authorization } })).status).toBe(404);
  }
  expect((await raw(`${url}/healthz`, { method: 'HEAD' })).status).toBe(200);
});

it('SSE can be switched off', async () => {
  const without = createHttpGateway(services, [mcpPlugin(MCP_SURFACE, { sse: false })], local);
  const { url: bare } = await without.listen();
  expect((await raw(`${bare}/sse`)).status).toBe(404);
  expect((await raw(`${bare}/messages`, legacy(INITIALIZE))).status).toBe(404);
  await without.close();
});

it('ends within two seconds with open streams and a running analysis', async () => {
  const busy = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], local);
  const { url: open } = await busy.listen();
  const session = (await raw(`${open}/mcp`, legacy(INITIALIZE))).headers['mcp-session-id'] as string;
  const streams = [
    { path: '/sse', headers: {} },
    { path: '/mcp', headers: { 'mcp-session-id': session, accept: 'text/event-stream' } },
  ];
  for (const { path, headers } of streams) {
    const req = request(`${open}${path}`, { headers });
    req.on('error', () => {});
    req.end();
    const [res] = await once(req, 'response');
    res.on('error', () => {});
    res.resume();
  }
  const slow = raw(`${open}/mcp`, modern('tools/call', { name: 'analyze_image', arguments: { image: 'slow.jpg' } }));
  slow.catch(() => {});
  await expect.poll(() => services.requests.at(-1)?.request.image).toBe('slow.jpg');
  const inSession = raw(`${open}/mcp`, legacy(slowCall(7), session));
  inSession.catch(() => {});
  await expect.poll(() => services.requests.filter(({ request: { image } }) => image === 'slow.jpg').length).toBe(2);
  const started = performance.now();
  const closing = busy.close();
  const late = await raw(`${open}/healthz`);
  expect([late.status, JSON.parse(late.body).error?.code]).toEqual([503, 'SYSTEM_001']);
  await closing;
  expect(performance.now() - started).toBeLessThan(2000);
  // Nobody is left without an answer.
  for (const { body } of [await slow, await inSession]) {
    expect(body).toContain('"code":-32010');
    expect(body).toContain('SYSTEM_001');
  }
  await expect.poll(() => services.aborted).toBe(2);
});

it('has room for so many sockets, silent ones too, and for others when they have gone', async () => {
  const small = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], local);
  const { url: open, port } = await small.listen();
  const silent = Array.from({ length: MAX_CONNECTIONS }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  await expect
    .poll(() =>
      raw(`${open}/healthz`).then(
        ({ status }) => status,
        () => 'closed',
      ),
    )
    .toBe('closed');
  for (const socket of silent.slice(0, 10)) socket.destroy();
  await expect
    .poll(() =>
      raw(`${open}/healthz`).then(
        ({ status }) => status,
        () => 'closed',
      ),
    )
    .toBe(200);
  for (const socket of silent) socket.destroy();
  await small.close();
});

const slowCall = (id: number) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'analyze_image', arguments: { image: 'slow.jpg' } },
});
