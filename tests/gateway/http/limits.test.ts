import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { LOCAL, type Principal } from '../../../src/contract/principal.ts';
import {
  createHttpGateway,
  type HttpGateway,
  type HttpGatewayOptions,
  MAX_CONNECTIONS,
} from '../../../src/gateway/http/server.ts';
import { MOST_WRONG_TOKENS } from '../../../src/gateway/http/wrong-tokens.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import type { Services } from '../../../src/services.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { LogLimit } from '../../../src/telemetry/log-limit.ts';
import { createFakeServices } from '../fake-services.ts';
import { INITIALIZE, legacy, modern, raw } from '../raw-http.ts';

/** Linux has all of 127.0.0.0/8 as addresses of its own: clients that a server can tell apart. */
const onLinux = describe.skipIf(process.platform !== 'linux');
const FLOODER = '127.0.0.2';
const QUIET = '127.0.0.3';
const TOKEN = 'a-token-of-enough-length';

let gateway: HttpGateway | undefined;
let url: string;
let port: number;
let lines: string[];
afterEach(async () => {
  await gateway?.close();
});

async function open(options: Partial<HttpGatewayOptions> = {}, more: Partial<Services> = {}) {
  lines = [];
  // Fastify says where it listens.
  const stream = { write: (line: string) => !line.includes('listening') && lines.push(line) };
  const log = createLog('info', { stream, limit: new LogLimit(() => {}) });
  const services = { ...createFakeServices(), log, ...more };
  gateway = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    ...options,
  });
  ({ url, port } = await gateway.listen());
  return services;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const at = (path: string, from: string, headers: Record<string, string> = {}) =>
  raw(`${url}${path}`, { from, headers });

onLinux('one client floods', () => {
  it('it is told when to come back, and another one is served', async () => {
    await open({ rateLimit: 60 });
    const flood = await Promise.all(Array.from({ length: 200 }, () => at('/nothing', FLOODER)));
    const refused = flood.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(130);
    for (const { headers, body } of refused) {
      const wait = Number(headers['retry-after']);
      expect(wait).toBe(1);
      expect(JSON.parse(body).error).toMatchObject({ code: 'RATE_001', status: 429, retry_after_s: wait });
      expect(headers).toMatchObject({ 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0' });
    }
    const list = modern('tools/list');
    const other = await raw(`${url}/mcp`, { ...list, from: QUIET });
    expect(other.status).toBe(200);
    expect(other.headers).toMatchObject({ 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '59' });
    // One request a second is let through again, and a busy machine takes its seconds.
    const more = await Promise.all(Array.from({ length: 30 }, () => raw(`${url}/mcp`, { ...list, from: FLOODER })));
    expect(more.some(({ status }) => status === 429)).toBe(true);
    // Probes come from the same machine perhaps.
    expect((await at('/healthz', FLOODER)).status).toBe(200);
    expect(lines.length).toBeLessThanOrEqual(30);
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ client: FLOODER, msg: expect.stringContaining('too many') });
  });

  it('one user is one client from wherever it comes, and leaves its health checks alone', async () => {
    const known: Record<string, Principal> = {
      ann: { ...LOCAL, id: 'user_ann', kind: 'user' },
      'key of ann': { ...LOCAL, id: 'user_ann', kind: 'key' },
      bob: { ...LOCAL, id: 'user_bob', kind: 'user' },
    };
    const { accounts } = createFakeServices();
    const identify = async (credential: string) => known[credential.replaceAll('-', ' ')]!;
    const users = { ...accounts, inUse: async () => true, identify };
    await open({ rateLimit: 20 }, { accounts: users });
    const as = (user: string, from: string, path = '/') => at(path, from, bearer(user.replaceAll(' ', '-')));
    for (let n = 0; n < 12; n += 1) expect((await as('ann', FLOODER)).status).toBe(200);
    const elsewhere = await as('key of ann', QUIET);
    expect(Number(elsewhere.headers['x-ratelimit-remaining'])).toBeLessThan(12);
    const more = await Promise.all(Array.from({ length: 12 }, () => as('key of ann', QUIET)));
    const refused = more.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect(JSON.parse(refused[0]?.body ?? '').error.message).toMatch(/from this user/);
    expect(refused[0]?.headers).toMatchObject({ 'x-ratelimit-remaining': '0' });
    expect((await as('key of ann', QUIET, '/healthz')).status).toBe(200);
    expect((await as('bob', QUIET)).status).toBe(200);
  });

  it('a page that may not call takes nothing from it', async () => {
    await open({ rateLimit: 5 });
    for (let i = 0; i < 20; i += 1) {
      expect((await at('/nothing', QUIET, { origin: 'https://evil.example' })).status).toBe(403);
    }
    expect((await at('/nothing', QUIET)).status).toBe(404);
  });

  it('the names that it gives itself change nothing, unless a trusted proxy gives them', async () => {
    const send = (names: string[]) =>
      Promise.all(names.map(async (name) => (await at('/nothing', FLOODER, { 'x-forwarded-for': name })).status));
    const names = Array.from({ length: 12 }, (_, i) => `203.0.113.${i}`);
    await open({ rateLimit: 5 });
    expect((await send(names)).filter((status) => status === 429)).toHaveLength(7);
    await gateway?.close();
    await open({ rateLimit: 5, trustedProxies: ['127.0.0.0/24'] });
    expect(new Set(await send(names))).toEqual(new Set([404]));
    // What stands left of the proxy's own word is the client's.
    const spoofed = names.map((name) => `${name}, 198.51.100.1`);
    expect((await send(spoofed)).filter((status) => status === 429)).toHaveLength(7);
    expect(new Set((await send(Array(12).fill('no address'))).slice(0, 5))).not.toContain(500);
  });

  it('sockets are left for others', async () => {
    await open();
    const silent = Array.from({ length: MAX_CONNECTIONS }, () =>
      connect({ port, host: '127.0.0.1', localAddress: FLOODER }).on('error', () => {}),
    );
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    expect((await at('/healthz', QUIET)).status).toBe(200);
    for (const socket of silent) socket.destroy();
  });

  it('sessions and listeners are left for others', { timeout: 30_000 }, async () => {
    await open();
    const initialize = (from: string) => raw(`${url}/mcp`, { ...legacy(INITIALIZE), from });
    const opened = await Promise.all(Array.from({ length: 300 }, () => initialize(FLOODER)));
    expect(opened.filter(({ status }) => status === 503)).toHaveLength(44);
    expect((await initialize(QUIET)).status).toBe(200);

    const listen = async (localAddress: string) => {
      const { body, ...rest } = modern('subscriptions/listen', {
        notifications: { resourceSubscriptions: ['rules://list'] },
      });
      const req = request(`${url}/mcp`, { ...rest, agent: false, localAddress });
      req.on('error', () => {});
      req.end(body);
      const [{ statusCode }] = await once(req, 'response');
      return statusCode as number;
    };
    const listening = await Promise.all(Array.from({ length: 300 }, () => listen(FLOODER)));
    expect(listening.filter((status) => status === 503)).toHaveLength(44);
    expect(await listen(QUIET)).toBe(200);
  });
});

it('a call knows where it came from, whichever way', async () => {
  const services = await open();
  const call = { name: 'analyze_image', arguments: { image: 'desk.jpg' } };
  await raw(`${url}/mcp`, modern('tools/call', call));
  const { headers } = await raw(`${url}/mcp`, legacy(INITIALIZE));
  const body = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: call };
  await raw(`${url}/mcp`, legacy(body, headers['mcp-session-id'] as string));
  expect(services.requests.map(({ context }) => context.client)).toEqual(['127.0.0.1', '127.0.0.1']);
});

onLinux('wrong tokens', () => {
  it('are refused, after ten of them with the time to wait', async () => {
    await open({ token: TOKEN });
    for (let i = 0; i < MOST_WRONG_TOKENS; i += 1) {
      expect((await at('/nothing', FLOODER, bearer('an-old-token'))).status).toBe(401);
    }
    const refused = await at('/nothing', FLOODER, bearer('an-old-token'));
    expect([refused.status, JSON.parse(refused.body).error.code]).toEqual([429, 'RATE_001']);
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    // A program with an old token guesses nothing: others at its address go on.
    expect((await at('/nothing', FLOODER, bearer(TOKEN))).status).toBe(404);
    expect(lines.length).toBeLessThanOrEqual(30);
  });

  it('that differ are guesses: nothing more is compared, on any route', async () => {
    await open({ token: TOKEN });
    for (let i = 0; i < MOST_WRONG_TOKENS; i += 1) {
      expect((await at('/health', FLOODER, bearer(`guess-${i}`))).status).toBe(401);
    }
    expect((await at('/health', FLOODER, bearer(TOKEN))).status).toBe(429);
    expect((await at('/nothing', FLOODER, bearer(TOKEN))).status).toBe(429);
    expect((await at('/nothing', QUIET, bearer(TOKEN))).status).toBe(404);
    // Who sends none guesses nothing.
    expect((await at('/health', FLOODER)).status).toBe(200);
    expect((await at('/nothing', FLOODER)).status).toBe(401);
  });
});

describe('what the machine is like', () => {
  it('is told in /metrics to those who may know', async () => {
    await open({ token: TOKEN });
    expect((await raw(`${url}/metrics`)).status).toBe(401);
    const answer = await raw(`${url}/metrics`, { headers: bearer(TOKEN) });
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('h200_requests_total')]);
    await gateway?.close();
    await open();
    expect((await raw(`${url}/metrics`)).status).toBe(200);
  });

  it('is told in /health to those who may know', async () => {
    const services = await open({ token: TOKEN });
    const [model] = services.models({} as never);
    const error = 'cannot open /home/ann/models/desk.onnx';
    services.models = () => [{ ...model!, state: 'ERROR', error }];
    const told = async (headers = {}) => JSON.parse((await raw(`${url}/health`, { headers })).body).checks.model.error;
    expect(await told()).not.toContain('/home/ann');
    expect(await told({ authorization: 'Basic cHJvYmU6cHJvYmU=' })).toBe(await told());
    expect(await told(bearer(TOKEN))).toBe(error);
  });
});

it('a client that makes the server fail writes a bounded number of lines', async () => {
  await open();
  const crash = modern('tools/call', { name: 'analyze_image', arguments: { image: 'crash.jpg' } });
  for (let i = 0; i < 10; i += 1) {
    await Promise.all(Array.from({ length: 20 }, () => raw(`${url}/mcp`, crash)));
  }
  expect(lines).toHaveLength(30);
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ msg: 'a tool failed', client: '127.0.0.1' });
});
