import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { CHECKED_METHODS, MAX_URI_LENGTH } from '../../../src/gateway/mcp/protocol/invalid-request.ts';
import { MAX_SUBSCRIPTIONS } from '../../../src/gateway/mcp/protocol/subscriptions.ts';
import { createFakeServices } from '../fake-services.ts';
import { INITIALIZE, legacy, modern, raw } from '../raw-http.ts';
import { startStdio } from '../stdio-process.ts';

const METHODS = [...CHECKED_METHODS, 'server/discover', 'subscriptions/listen', 'logging/setLevel', 'no/such'];
const COMPLETED = { name: 'rule_id', value: 'a' };
const MALFORMED: readonly Record<string, unknown>[] = [
  {},
  ...[5, null, {}, [], true, '', 'x'.repeat(5000), 'rule://%zz', 'constructor'].map((uri) => ({ uri })),
  ...[5, null, {}, '', 'no_such', '__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) => ({ name })),
  ...[5, null, [], 'text'].map((args) => ({ name: 'list_rules', arguments: args })),
  ...[5, null, {}].map((cursor) => ({ cursor })),
  ...[5, null, {}, { type: 'ref/none' }].map((ref) => ({ ref, argument: COMPLETED })),
  ...['toString', '__proto__', 'no_such'].map((name) => ({ ref: { type: 'ref/prompt', name }, argument: COMPLETED })),
  ...['toString', 'constructor', '__proto__'].flatMap((name) => [
    { ref: { type: 'ref/prompt', name: 'place_my_mugs' }, argument: { name, value: 'a' } },
    { ref: { type: 'ref/resource', uri: 'rule://{rule_id}' }, argument: { name, value: 'a' } },
  ]),
  { ref: { type: 'ref/resource', uri: 'constructor' }, argument: COMPLETED },
  { ref: { type: 'ref/resource', uri: 'rule://{rule_id}' }, argument: 7 },
  { protocolVersion: 5 },
  { protocolVersion: '2025-11-25', capabilities: 5, clientInfo: 'me' },
  { notifications: 5 },
  { level: 'x' },
];

let gateway: HttpGateway;
let mcp: string;
let url: string;
beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  gateway = createHttpGateway(createFakeServices(), [mcpPlugin(MCP_SURFACE)], options);
  ({ url } = await gateway.listen());
  mcp = `${url}/mcp`;
});
afterAll(() => gateway.close());

const parsed = (body: string) =>
  JSON.parse(/^(?:event: message\s+)?(?:data: )?(\{.*\})\s*$/s.exec(body)?.[1] ?? 'null');
const openSession = async () => (await raw(mcp, legacy(INITIALIZE))).headers['mcp-session-id'] as string;

describe('malformed params are no internal error', () => {
  it.each(METHODS)('%s over HTTP, both generations', { timeout: 60_000 }, async (method) => {
    const session = await openSession();
    for (const params of MALFORMED) {
      const request = { jsonrpc: '2.0', id: 7, method, params };
      for (const answer of [await raw(mcp, modern(method, params)), await raw(mcp, legacy(request, session))]) {
        const { error } = parsed(answer.body) ?? {};
        const said = `${method} ${JSON.stringify(params).slice(0, 200)} ${answer.body.slice(0, 200)}`;
        expect(answer.status, said).toBeLessThan(500);
        if (error !== undefined) expect([-32600, -32601, -32602], said).toContain(error.code);
      }
    }
    expect((await raw(`${url}/healthz`)).status).toBe(200);
  });

  it.each(['text', 5, null, []])('params %j', async (params) => {
    const session = await openSession();
    for (const method of METHODS) {
      const answer = await raw(mcp, legacy({ jsonrpc: '2.0', id: 7, method, params }, session));
      expect([method, answer.status, parsed(answer.body).error.code]).toEqual([method, 400, -32600]);
    }
  });

  it.each([
    ['resources/read', { uri: 5 }, /^Invalid params: uri: must be text/],
    ['resources/read', { uri: null }, /uri: must be text/],
    ['tools/call', { name: 'list_rules', arguments: 5 }, /arguments: must be an object/],
    ['tools/list', { cursor: 5 }, /cursor: must be text/],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'a' } }, /argument: is missing/],
    ['prompts/get', { name: 'place_my_mugs', arguments: { image: 5 } }, /arguments.image: must be text/],
    ['tools/call', { name: 'no_such' }, /^Tool no_such not found$/],
    ['tools/call', { name: '__proto__' }, /^Tool __proto__ not found$/],
    ['tools/call', { name: 'toString', arguments: {} }, /^Tool toString not found$/],
    ['prompts/get', { name: 'constructor' }, /^Prompt constructor not found$/],
  ])('%s %j says what is wrong', async (method, params, message) => {
    const session = await openSession();
    const old = await raw(mcp, legacy({ jsonrpc: '2.0', id: 7, method, params }, session));
    for (const { body } of [old, await raw(mcp, modern(method, params, 7))]) {
      expect(parsed(body)).toMatchObject({ id: 7, error: { code: -32602, message: expect.stringMatching(message) } });
    }
  });

  it.each([
    ['resources/read', (uri: string) => ({ uri })],
    ['resources/subscribe', (uri: string) => ({ uri })],
    ['resources/unsubscribe', (uri: string) => ({ uri })],
    ['completion/complete', (uri: string) => ({ ref: { type: 'ref/resource', uri }, argument: COMPLETED })],
  ])('%s of a URI that is too long', async (method, params) => {
    const session = await openSession();
    for (const length of [MAX_URI_LENGTH, 900_000, 1_000_001, 3_000_000]) {
      const asked = params(`rule://${'x'.repeat(length)}`);
      const answers = [await raw(mcp, legacy({ jsonrpc: '2.0', id: 7, method, params: asked }, session))];
      // A header cannot hold what the modern form repeats there.
      if (method === 'completion/complete') answers.push(await raw(mcp, modern(method, asked, 7)));
      for (const { body } of answers) {
        const message = expect.stringMatching(/uri: longer than 2048 characters/);
        expect(parsed(body)).toMatchObject({ id: 7, error: { code: -32602, message } });
      }
    }
  });

  it('null counts as no arguments', async () => {
    const session = await openSession();
    const params = { name: 'list_rules', arguments: null };
    const old = await raw(mcp, legacy({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }, session));
    for (const { body } of [old, await raw(mcp, modern('tools/call', params, 7))]) {
      const { id, result } = parsed(body);
      expect([id, result?.structuredContent?.rules]).toEqual([7, expect.any(Array)]);
    }
    const needed = { name: 'analyze_image', arguments: null };
    const { result } = parsed((await raw(mcp, modern('tools/call', needed))).body);
    expect([result.isError, result.content[0].text]).toEqual([true, expect.stringMatching(/^VALIDATION_001/)]);
    const prompt = { name: 'place_my_mugs', arguments: null };
    const asked = await raw(mcp, legacy({ jsonrpc: '2.0', id: 8, method: 'prompts/get', params: prompt }, session));
    expect(parsed(asked.body).error?.message ?? '').not.toMatch(/null/);
  });

  it('initialize that opens no session', async () => {
    const answer = await raw(mcp, legacy({ jsonrpc: '2.0', id: 'a', method: 'initialize', params: {} }));
    expect([answer.status, parsed(answer.body)]).toMatchObject([
      400,
      { id: 'a', error: { code: -32602, message: expect.stringMatching(/protocolVersion: .*clientInfo: /) } },
    ]);
    expect(answer.headers['mcp-session-id']).toBeUndefined();
  });
});

describe('more than one client may hold', () => {
  it('subscriptions', { timeout: 60_000 }, async () => {
    const session = await openSession();
    const subscribe = async (uri: string) =>
      parsed(
        (await raw(mcp, legacy({ jsonrpc: '2.0', id: 7, method: 'resources/subscribe', params: { uri } }, session)))
          .body,
      );
    for (let i = 0; i < MAX_SUBSCRIPTIONS; i += 1) await subscribe(`rule://${i}`);
    expect(await subscribe('rule://0')).toMatchObject({ result: {} });
    expect(await subscribe('rule://another')).toMatchObject({
      error: { code: -32011, message: expect.stringMatching(/^SYSTEM_002: /), data: { code: 'SYSTEM_002' } },
    });
  });

  it('values in a message, and in the arguments of a call', async () => {
    const call = (count: number) => {
      const detections = Array.from({ length: count }, () => ({ class: 'mug', confidence: 1, bbox: [1, 2, 3, 4] }));
      const args = { detections, size: { width: 100, height: 100 } };
      return raw(mcp, modern('tools/call', { name: 'analyze_image', arguments: args }));
    };
    const more = await call(40_000);
    expect([more.status, parsed(more.body)]).toMatchObject([
      400,
      { error: { code: -32600, data: { code: 'VALIDATION_002' } } },
    ]);
    const { result } = parsed((await call(5_000)).body);
    expect([result.isError, result.content[0].text]).toEqual([
      true,
      expect.stringMatching(/^VALIDATION_002 .*20000 values/),
    ]);
  });
});

describe('stdio', () => {
  let server: ReturnType<typeof startStdio> | undefined;
  afterEach(() => server?.child.kill('SIGKILL'));

  it('answers malformed params of every method, and lives', { timeout: 60_000 }, async () => {
    server = startStdio();
    const { say, answer, messages } = server;
    say({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    await answer(0).toMatchObject({ error: { code: -32602, message: expect.stringMatching(/protocolVersion/) } });
    say(INITIALIZE);
    await answer(1).toHaveProperty('result');
    let id = 100;
    for (const method of METHODS) {
      for (const params of MALFORMED) say({ jsonrpc: '2.0', id: id++, method, params });
    }
    say({ jsonrpc: '2.0', id: 99, method: 'resources/read', params: { uri: `rule://${'x'.repeat(3_000_000)}` } });
    await answer(99).toMatchObject({ error: { code: -32602 } });
    say({ jsonrpc: '2.0', id, method: 'ping' });
    await answer(id).toHaveProperty('result');
    await expect.poll(() => messages().length, { timeout: 20_000 }).toBe(id - 100 + 4);
    expect(messages().filter(({ error }) => error?.code === -32603)).toEqual([]);
  });
});
