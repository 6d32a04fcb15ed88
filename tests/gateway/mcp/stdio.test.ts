import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { MAX_BYTES_AT_ONCE, MAX_LISTENERS, MAX_MESSAGE_BYTES } from '../../../src/gateway/mcp/transports/limits.ts';
import { INITIALIZE, MODERN } from '../raw-http.ts';
import { call, startStdio } from '../stdio-process.ts';

let server: ReturnType<typeof startStdio>;
afterEach(() => server.child.kill('SIGKILL'));

const start = () => {
  server = startStdio();
  return server;
};

it('keeps stdout for JSON-RPC alone, whatever libraries print', async () => {
  const { out, err, say, answer } = start();
  say(INITIALIZE);
  await answer(1).toMatchObject({ result: { serverInfo: { name: 'h200-mug-positioning' } } });
  say({ jsonrpc: '2.0', id: 2, method: 'no/such/method' });
  say(call(3, 'no_such_tool', {}));
  say(call(4, 'analyze_image', { image: 'crash.jpg' }));
  say(call(5, 'get_metrics', {}));
  await answer(2).toMatchObject({ error: { code: -32601 } });
  await answer(3).toMatchObject({ error: { code: -32602 } });
  await answer(4).toMatchObject({ result: { isError: true } });
  // Failed calls are counted where no HTTP server does it.
  await answer(5).toMatchObject({ result: { structuredContent: { requests: { '500': 1 } } } });
  for (const line of out) expect(JSON.parse(line)).toHaveProperty('jsonrpc', '2.0');
  expect(err).toEqual(expect.arrayContaining(['a library that prints', 'another one']));
});

const PING = { jsonrpc: '2.0', id: 90, method: 'ping' };

const BROKEN: readonly [what: string, line: string | Buffer, code: number][] = [
  ['no JSON', 'this is no JSON', -32700],
  ['half a message', '{"jsonrpc":"2.0"', -32700],
  ['invalid UTF-8', Buffer.from('7b226a736f6e727063223a22ff227d0a', 'hex'), -32700],
  ['a byte-order mark inside the stream', `\ufeff${JSON.stringify(PING)}`, -32700],
  ['an empty batch', '[]', -32600],
  ['a batch', JSON.stringify([PING]), -32600],
  ['a number', '12', -32600],
  ['null', 'null', -32600],
  ['an object that is no message', '{"hello":"there"}', -32600],
  ['another JSON-RPC', '{"jsonrpc":"1.0","method":"ping"}', -32600],
  ['an id that is none', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
  ['deep nesting', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, -32600],
];

it('answers every broken line with its error, and the messages behind it work', async () => {
  const { say, answer, refusals, messages } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  for (const [index, [what, line, code]] of BROKEN.entries()) {
    say(line);
    say(call(100 + index, 'list_rules', {}));
    await answer(100 + index).toHaveProperty('result');
    await refusals(index + 1).toHaveLength(index + 1);
    expect([what, messages().findLast(({ id }) => id === null)?.error?.code]).toEqual([what, code]);
  }
  expect(messages()).toHaveLength(1 + 2 * BROKEN.length);
});

it('refuses a broken first line, and reads one behind a byte-order mark', async () => {
  const first = start();
  first.say('{"jsonrpc":"2.0","id":1,');
  await first.refusals(1).toEqual([-32700]);
  first.say(INITIALIZE);
  await first.answer(1).toHaveProperty('result');
  first.child.kill('SIGKILL');

  const { say, answer } = start();
  say(`\ufeff${JSON.stringify(INITIALIZE)}`);
  await answer(1).toHaveProperty('result');
});

it('tells a broken request its id, and never answers a broken response', async () => {
  const { say, answer, messages } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  say({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: 'none' });
  await answer(2).toMatchObject({ error: { code: -32600 } });
  say({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'I did not understand you' } });
  say({ jsonrpc: '2.0', id: 77, result: 'nothing that was asked' });
  say({ jsonrpc: '2.0', id: 78 });
  say(call(3, 'list_rules', {}));
  await answer(3).toHaveProperty('result');
  expect(messages().map((message) => message.id)).toEqual([1, 2, null, 3]);
});

it('passes over empty lines and takes lines that end with CRLF', async () => {
  const { say, answer, messages } = start();
  say('\r\n\n  ');
  say(`${JSON.stringify(INITIALIZE)}\r`);
  await answer(1).toHaveProperty('result');
  expect(messages()).toHaveLength(1);
});

it('refuses a message over the limit, lives, and reads one just below it', { timeout: 120_000 }, async () => {
  const { say, answer, refusals } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  const filled = (id: number, bytes: number) => {
    const bare = JSON.stringify(call(id, 'get_metrics', { junk: '' })).length;
    return call(id, 'get_metrics', { junk: 'x'.repeat(bytes - bare) });
  };
  say(filled(2, MAX_MESSAGE_BYTES + 1));
  await refusals(1).toEqual([-32600]);
  say(filled(3, MAX_MESSAGE_BYTES));
  await answer(3).toMatchObject({ result: { isError: true } });
  say(Buffer.alloc(2 * MAX_MESSAGE_BYTES, 0x20));
  await refusals(2).toEqual([-32600, -32600]);
  say('\n');
  say(call(4, 'list_rules', {}));
  await answer(4).toHaveProperty('result');
});

it('a cancelled call frees the way, end of input ends the process', async () => {
  const { child, say, answer, messages } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  say(call(2, 'analyze_image', { image: 'slow.jpg' }));
  say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
  say(call(3, 'list_rules', {}));
  await answer(3).toMatchObject({ result: { structuredContent: { total: 0 } } });
  expect(messages().map((message) => message.id)).not.toContain(2);
  child.stdin?.end();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

it('what was answered before the end of input reaches a client that reads late', async () => {
  const { child, say, answer, messages } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  child.stdout?.pause();
  for (let id = 2; id < 62; id++) say({ jsonrpc: '2.0', id, method: 'tools/list' });
  await sleep(700);
  child.stdin?.end();
  await sleep(300);
  child.stdout?.resume();
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  expect(messages()).toHaveLength(61);
});

it('and one that never reads keeps the process for a second at most', async () => {
  const { child, say, answer } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  child.stdout?.pause();
  for (let id = 2; id < 62; id++) say({ jsonrpc: '2.0', id, method: 'tools/list' });
  await sleep(700);
  const begun = performance.now();
  child.stdin?.end();
  await once(child, 'exit');
  expect(performance.now() - begun).toBeLessThan(2500);
});

it('SIGTERM ends the process cleanly', async () => {
  const { child, say, answer } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

const STOPS = {
  error: { code: -32010, message: expect.stringMatching(/^SYSTEM_001: /), data: { code: 'SYSTEM_001' } },
};

it('the end of input: what is nearly done is answered, what runs longer gets an error, within 0.3 s', async () => {
  const { child, say, answer, messages } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  say(call(2, 'analyze_image', { image: 'slow.jpg' }));
  say(call(3, 'analyze_image', { image: 'desk.jpg' }));
  say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 4 } });
  say(call(5, 'list_rules', {}));
  const begun = performance.now();
  child.stdin?.end();
  const [code] = await once(child, 'close');
  expect(performance.now() - begun).toBeLessThan(600);
  expect(code).toBe(0);
  expect(
    messages()
      .map(({ id }) => id)
      .sort(),
  ).toEqual([1, 2, 3, 5]);
  expect(messages().find(({ id }) => id === 2)).toMatchObject(STOPS);
  expect(messages().find(({ id }) => id === 3)).toMatchObject({ result: { content: expect.anything() } });
});

it.each(['SIGTERM', 'SIGINT'] as const)('%s answers what runs with an error', async (signal) => {
  const { child, say, answer, messages } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  say(call(2, 'analyze_image', { image: 'slow.jpg' }));
  say(call(3, 'list_rules', {}));
  await answer(3).toHaveProperty('result');
  child.kill(signal);
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  expect(messages().find(({ id }) => id === 2)).toMatchObject(STOPS);
});

it('a second signal ends the process at once', async () => {
  const { child, say, answer } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  child.stdout?.pause();
  for (let id = 2; id < 62; id++) say({ jsonrpc: '2.0', id, method: 'tools/list' });
  await sleep(700);
  child.kill('SIGTERM');
  await sleep(50);
  const begun = performance.now();
  child.kill('SIGINT');
  await once(child, 'exit');
  // The answers that nobody reads would have been waited for another second.
  expect(performance.now() - begun).toBeLessThan(700);
});

it('more listeners than one connection may have get a typed error', async () => {
  const { say, answer } = start();
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const listen = (id: number) =>
    say({
      jsonrpc: '2.0',
      id,
      method: 'subscriptions/listen',
      params: { notifications: { resourceSubscriptions: ['rules://list'] }, _meta: meta },
    });
  for (let id = 1; id <= MAX_LISTENERS + 1; id += 1) listen(id);
  await answer(MAX_LISTENERS + 1).toMatchObject({ error: { code: -32011, data: { code: 'SYSTEM_002' } } });
});

it('refuses a large request while others of its size are worked on, and goes on with the rest', async () => {
  const { say, answer } = start();
  say(INITIALIZE);
  await answer(1).toMatchObject({ result: {} });
  const padding = 'x'.repeat(Math.ceil(0.4 * MAX_BYTES_AT_ONCE));
  for (const id of [2, 3, 4]) say(call(id, 'analyze_image', { image: 'slow.jpg' }, { padding }));
  await answer(4).toMatchObject({ error: { code: -32011, data: { code: 'SYSTEM_002' } } });
  say({ ...PING, id: 5 });
  await answer(5).toMatchObject({ result: {} });
  for (const requestId of [2, 3]) say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
  say(call(6, 'analyze_image', { image: 'desk.jpg' }, { padding }));
  await answer(6).toMatchObject({ result: { structuredContent: {} } });
});
