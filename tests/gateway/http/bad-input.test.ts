import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { EVICT_AFTER_MS, MAX_LISTENERS, MAX_MESSAGE_BYTES } from '../../../src/gateway/mcp/transports/limits.ts';
import { createFakeServices } from '../fake-services.ts';
import { INITIALIZE, legacy, modern, raw } from '../raw-http.ts';

let gateway: HttpGateway;
let mcp: string;
let url: string;

beforeAll(async () => {
  gateway = createHttpGateway(createFakeServices(), [mcpPlugin(MCP_SURFACE)], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
  });
  ({ url } = await gateway.listen());
  mcp = `${url}/mcp`;
});
afterAll(() => gateway.close());

const code = (body: string) => JSON.parse(body).error.code;

describe('JSON-RPC that is none', () => {
  it.each([
    ['broken JSON', '{"jsonrpc":', 400, -32700],
    ['empty body', '', 400, -32600],
    ['a batch', JSON.stringify([INITIALIZE]), 400, -32600],
    ['an empty batch', '[]', 400, -32600],
    ['null', 'null', 400, -32600],
    [
      'what is not UTF-8',
      Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\xff"}}', 'latin1'),
      400,
      -32700,
    ],
    ['__proto__', '{"__proto__":{"a":1},"jsonrpc":"2.0","id":1,"method":"ping"}', 400, -32700],
  ])('%s', async (_name, body, status, rpc) => {
    for (const endpoint of [mcp, `${url}/messages?sessionId=x`]) {
      const answer = await raw(endpoint, legacy(body));
      expect([answer.status, code(answer.body)]).toEqual([status, rpc]);
    }
  });

  it.each([
    ['a string', '"hello"'],
    ['a number', '42'],
    ['an object that is no message', '{"hello":"world"}'],
    ['a wrong version', '{"jsonrpc":"1.0","id":1,"method":"ping"}'],
    ['a method that is no string', '{"jsonrpc":"2.0","id":1,"method":7}'],
    ['deep nesting', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`],
  ])('%s is refused with 4xx and the process lives', async (_name, body) => {
    const answer = await raw(mcp, legacy(body));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect((await raw(`${url}/healthz`)).status).toBe(200);
  });
});

describe('the 2026 generation', () => {
  it.each([
    ['unknown method', modern('tools/destroy'), 404, -32601],
    ['removed method', modern('ping'), 404, -32601],
    ['unknown tool', modern('tools/call', { name: 'nothing', arguments: {} }), 200, -32602],
  ])('%s', async (_name, request, status, rpc) => {
    const answer = await raw(mcp, request);
    expect([answer.status, code(answer.body)]).toEqual([status, rpc]);
  });

  it('header and body that disagree', async () => {
    const request = modern('tools/list');
    const answer = await raw(mcp, { ...request, headers: { ...request.headers, 'mcp-method': 'tools/call' } });
    expect([answer.status, code(answer.body)]).toEqual([400, -32020]);
  });

  it('a version from the future', async () => {
    const request = modern('tools/list');
    const body = request.body.replaceAll('2026-07-28', '2099-01-01');
    const answer = await raw(mcp, {
      ...request,
      body,
      headers: { ...request.headers, 'mcp-protocol-version': '2099-01-01' },
    });
    expect([answer.status, code(answer.body)]).toEqual([400, -32022]);
  });

  it('wrong types in arguments are tool errors that name the field', async () => {
    const wrong = [
      { image: 7 },
      { image: ['a'] },
      { image: 'a', threshold: 2 },
      { image: 'a', threshold: 'much' },
      { image: 'a', calibration: { mm_per_pixel: -1 } },
      { image: 'a', calibration: 'none' },
      { detections: [{ class: 'mug', bbox: [1, 2, 3] }], size: { width: 1, height: 1 } },
      { detections: {}, size: { width: 1, height: 1 } },
      { image: 'a', zones: [{ name: 'z', polygon_px: [[1, 2]] }] },
      { image: 'a', table_corners: [[1, 'two']] },
      { image: '' },
      'no object',
      [],
    ];
    for (const args of wrong) {
      const answer = await raw(mcp, modern('tools/call', { name: 'analyze_image', arguments: args }));
      const { result, error } = JSON.parse(answer.body);
      if (error) expect(error.code).toBe(-32602);
      else {
        expect(result.isError, JSON.stringify(args)).toBe(true);
        expect(result.content[0].text).toMatch(/^VALIDATION_00[12] /);
      }
    }
  });
});

describe('the 2025 generation', () => {
  it('needs a session', async () => {
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    expect((await raw(mcp, legacy(list))).status).toBe(400);
    expect((await raw(mcp, legacy(list, 'unknown'))).status).toBe(404);
    expect((await raw(mcp, { headers: { accept: 'text/event-stream' } })).status).toBe(400);
    expect((await raw(mcp, { method: 'DELETE', headers: { 'mcp-session-id': 'unknown' } })).status).toBe(404);
  });

  it('opens one by initialize and ends it by DELETE', async () => {
    const opened = await raw(mcp, legacy(INITIALIZE));
    const session = opened.headers['mcp-session-id'] as string;
    expect(opened.status).toBe(200);
    expect((await raw(mcp, { method: 'DELETE', headers: { 'mcp-session-id': session } })).status).toBe(200);
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
    expect((await raw(mcp, legacy(list, session))).status).toBe(404);
  });

  it('ends one as the Python SDK does: content type, no body', async () => {
    for (const length of [{}, { 'content-length': '0' }] as Record<string, string>[]) {
      const session = (await raw(mcp, legacy(INITIALIZE))).headers['mcp-session-id'] as string;
      const headers = { 'mcp-session-id': session, 'content-type': 'application/json', ...length };
      expect((await raw(mcp, { method: 'DELETE', headers })).status).toBe(200);
      expect((await raw(mcp, { method: 'DELETE', headers })).status).toBe(404);
    }
  });

  it('has room for 256 and says when to try again', async () => {
    const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
    const full = createHttpGateway(createFakeServices(), [mcpPlugin(MCP_SURFACE)], options);
    const endpoint = `${(await full.listen()).url}/mcp`;
    const opened = await Promise.all(Array.from({ length: 256 }, () => raw(endpoint, legacy(INITIALIZE))));
    expect(new Set(opened.map((answer) => answer.headers['mcp-session-id'])).size).toBe(256);
    const refused = await raw(endpoint, legacy(INITIALIZE));
    // The first was opened moments ago: its place can be had when it has been idle for ten seconds.
    const wait = Number(refused.headers['retry-after']);
    expect([refused.status, JSON.parse(refused.body).error.data]).toMatchObject([
      503,
      { code: 'SYSTEM_002', retry_after_s: wait },
    ]);
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(EVICT_AFTER_MS / 1000);
    const [first, second] = opened.map((answer) => answer.headers['mcp-session-id'] as string);
    await raw(endpoint, { method: 'DELETE', headers: { 'mcp-session-id': first! } });
    expect((await raw(endpoint, legacy(INITIALIZE))).status).toBe(200);
    expect((await raw(endpoint, legacy(INITIALIZE))).status).toBe(503);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 * wait });
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
    expect((await raw(endpoint, legacy(list, second))).status).toBe(200);
    expect((await raw(endpoint, legacy(INITIALIZE))).status).toBe(200);
    // It was used a moment ago: another one made room.
    expect((await raw(endpoint, legacy(list, second))).status).toBe(200);
    vi.useRealTimers();
    await full.close();
  });

  it('leaves nothing behind when initialize is refused', async () => {
    const refused = await raw(mcp, {
      ...legacy(INITIALIZE),
      headers: { 'content-type': 'application/json', accept: 'text/html' },
    });
    expect(refused.status).toBe(406);
    expect(refused.headers['mcp-session-id']).toBeUndefined();
  });
});

it('has room for 256 listeners of the 2026 generation', { timeout: 30_000 }, async () => {
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  const full = createHttpGateway(createFakeServices(), [mcpPlugin(MCP_SURFACE)], options);
  const endpoint = `${(await full.listen()).url}/mcp`;
  const listen = () => {
    const { body, ...rest } = modern('subscriptions/listen', {
      notifications: { resourceSubscriptions: ['rules://list'] },
    });
    const req = request(endpoint, { ...rest, agent: false });
    req.on('error', () => {});
    req.end(body);
    return once(req, 'response').then(([res]) => ({ req, res: res as IncomingMessage }));
  };
  const open = await Promise.all(Array.from({ length: MAX_LISTENERS }, listen));
  expect(new Set(open.map(({ res }) => res.statusCode))).toEqual(new Set([200]));
  expect((await listen()).res.statusCode).toBe(503);
  open[0]?.req.destroy();
  await expect.poll(async () => (await listen()).res.statusCode).toBe(200);
  await full.close();
});

describe('bodies', () => {
  it('takes an image of 10 MB as a data URL', async () => {
    const image = `data:image/jpeg;base64,${'A'.repeat(13_900_000)}`;
    const answer = await raw(mcp, modern('tools/call', { name: 'analyze_image', arguments: { image } }));
    expect(JSON.parse(answer.body).result.isError).toBeFalsy();
  });

  it('refuses more than the limit with 413', async () => {
    const body = `{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(MAX_MESSAGE_BYTES)}"}`;
    for (const endpoint of ['/mcp', '/messages?sessionId=x']) {
      const answer = await raw(`${url}${endpoint}`, legacy(body)).catch((error: Error) => error);
      // The server may hang up while we still send.
      if (answer instanceof Error) expect(answer.message).toMatch(/ECONNRESET|EPIPE/);
      else expect([answer.status, code(answer.body)]).toEqual([413, 'VALIDATION_004']);
    }
    expect((await raw(`${url}/healthz`)).status).toBe(200);
  });

  it('refuses other content types with 415', async () => {
    const answer = await raw(mcp, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' });
    expect([answer.status, code(answer.body)]).toEqual([415, 'VALIDATION_002']);
  });
});
