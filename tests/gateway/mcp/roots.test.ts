import type { ServerContext } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';
import { clientRoots } from '../../../src/gateway/mcp/protocol/client.ts';
import { INITIALIZE, modern } from '../raw-http.ts';
import { call, startStdio } from '../stdio-process.ts';

let server: ReturnType<typeof startStdio>;
afterEach(() => server?.child.kill('SIGKILL'));

const WITH_ROOTS = { ...INITIALIZE, params: { ...INITIALIZE.params, capabilities: { roots: {} } } };
const MANY = Array.from({ length: 10_000 }, (_, i) => ({ uri: `file:///none/${i}` }));
const OUTSIDE = { result: { isError: true, content: [{ text: expect.stringContaining('VALIDATION_007') }] } };

describe('a 2025-era client that declares roots', () => {
  /** Calls for a file outside the allowed folders and reads our question. */
  async function asked() {
    server = startStdio();
    server.say(WITH_ROOTS);
    await server.answer(1).toHaveProperty('result');
    server.say(call(2, 'analyze_image', { image: 'outside.jpg' }));
    const question = () => server.messages().find(({ method }) => method === 'roots/list');
    await expect.poll(question).toBeDefined();
    return { ...server, begun: performance.now(), id: question()?.id };
  }

  it('and never answers is waited for two seconds, then the file lies outside', async () => {
    const { say, answer, begun, messages } = await asked();
    say(call(3, 'list_rules', {}));
    await answer(3).toHaveProperty('result');
    expect(messages().some(({ id }) => id === 2)).toBe(false);
    await answer(2).toMatchObject(OUTSIDE);
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it.each([
    ['an error', { error: { code: -32603, message: 'no roots today' } }],
    ['no result object', { result: 'none' }],
    ['no list', { result: { roots: 'all' } }],
    [
      'nothing usable',
      { result: { roots: [null, 7, {}, { uri: 'https://example.org/' }, { uri: 'file://h/share' }] } },
    ],
  ])('and answers %s is believed no folder, at once', async (_what, reply) => {
    const { say, answer, begun, id } = await asked();
    say({ jsonrpc: '2.0', id, ...reply });
    await answer(2).toMatchObject(OUTSIDE);
    expect(performance.now() - begun).toBeLessThan(1500);
  });

  it('and tells a usable one among 10,000 and garbage is believed that', async () => {
    const { say, answer, id } = await asked();
    say({ jsonrpc: '2.0', id, result: { roots: [null, { uri: 'nothing' }, { uri: 'file:///photos' }, ...MANY] } });
    await answer(2).toMatchObject({ result: { structuredContent: { analysis_id: 'ana_1' } } });
  });

  it('and cancels meanwhile hears no more of the call', async () => {
    const { say, answer, messages } = await asked();
    say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
    await expect.poll(() => messages().some(({ method }) => method === 'notifications/cancelled')).toBe(true);
    say(call(3, 'list_rules', {}));
    await answer(3).toHaveProperty('result');
    expect(messages().some(({ id }) => id === 2)).toBe(false);
  });
});

it.each([
  ['nothing', {}],
  ['garbage', { client_roots: 'all' }],
  ['another kind of answer', { client_roots: { action: 'accept', content: {} } }],
  ['no usable root', { client_roots: { roots: [{ uri: 'https://example.org/' }, null] } }],
])('a 2026 client that answers %s is asked once only', async (_what, inputResponses) => {
  server = startStdio();
  const request = (id: number, more: object) => {
    const { params, ...rest } = JSON.parse(modern('tools/call', {}, id).body);
    params._meta['io.modelcontextprotocol/clientCapabilities'] = { roots: {} };
    return { ...rest, params: { ...params, name: 'analyze_image', arguments: { image: 'outside.jpg' }, ...more } };
  };
  server.say(request(1, {}));
  await server.answer(1).toMatchObject({ result: { inputRequests: { client_roots: { method: 'roots/list' } } } });
  server.say(request(2, { inputResponses }));
  await server.answer(2).toMatchObject(OUTSIDE);
});

it('believes 50 folders of this machine, and answers to other questions are none', () => {
  const told = (inputResponses?: unknown) => clientRoots({ mcpReq: { inputResponses } } as ServerContext);
  expect(told({ client_roots: { roots: MANY } })).toHaveLength(50);
  expect(told({ client_roots: { roots: [{ uri: 'file:///a%20b' }, { uri: 'file:///a%00b' }, { uri: 7 }] } })).toEqual([
    '/a b',
  ]);
  expect(told({ client_roots: { roots: [] } })).toEqual([]);
  expect(told({ sentence_1: { action: 'decline' } })).toBeUndefined();
  expect(told()).toBeUndefined();
});
