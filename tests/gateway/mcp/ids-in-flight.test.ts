import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { createFakeServices } from '../fake-services.ts';
import { INITIALIZE, legacy, modern, raw } from '../raw-http.ts';
import { call, startStdio } from '../stdio-process.ts';

let gateway: HttpGateway | undefined;
let url: string;
let mcp: string;
afterEach(() => gateway?.close());

async function open(callLimitMs?: number) {
  const services = createFakeServices();
  const surface = { ...MCP_SURFACE, ...(callLimitMs !== undefined && { callLimitMs }) };
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  gateway = createHttpGateway(services, [mcpPlugin(surface)], options);
  ({ url } = await gateway.listen());
  mcp = `${url}/mcp`;
  return services;
}

const openSession = async () => (await raw(mcp, legacy(INITIALIZE))).headers['mcp-session-id'] as string;
const analysis = (id: number | string, image = 'deaf.jpg') => call(id as number, 'analyze_image', { image });
const answerIn = (body: string) => JSON.parse(/(?:^|data: )(\{.*\})\s*$/s.exec(body)?.[1] ?? 'null');
const IN_USE = { error: { code: -32600, message: expect.stringContaining('not answered yet') } };

it('a session refuses an id that is in flight at once, and answers the first that had it', async () => {
  const services = await open();
  const session = await openSession();
  const first = raw(mcp, legacy(analysis(7), session));
  await expect.poll(() => services.requests.length).toBe(1);
  const others = await Promise.all([1, 2, 3].map(() => raw(mcp, legacy(analysis(7), session))));
  for (const { status, body } of others) {
    expect([status, JSON.parse(body)]).toMatchObject([400, { ...IN_USE, id: 7 }]);
  }
  // Another id, another session, and the text "7", which is another id.
  const free = [raw(mcp, legacy(analysis('7'), session)), raw(mcp, legacy(analysis(7), await openSession()))];
  for (const { status, body } of await Promise.all([first, ...free])) {
    expect([status, answerIn(body).result.isError]).toEqual([200, undefined]);
  }
  const again = await raw(mcp, legacy({ jsonrpc: '2.0', id: 7, method: 'ping' }, session));
  expect([again.status, answerIn(again.body)]).toMatchObject([200, { id: 7, result: {} }]);
});

it('an id is free again that was cancelled, or that the transport refused', async () => {
  const services = await open();
  const session = await openSession();
  const ping = { jsonrpc: '2.0', id: 7, method: 'ping' };
  const unacceptable = legacy(ping, session);
  unacceptable.headers.accept = 'text/html';
  expect((await raw(mcp, unacceptable)).status).toBe(406);
  const slow = raw(mcp, legacy(analysis(7, 'slow.jpg'), session));
  await expect.poll(() => services.requests.length).toBe(1);
  const params = { requestId: 7 };
  await raw(mcp, legacy({ jsonrpc: '2.0', method: 'notifications/cancelled', params }, session));
  await slow;
  expect(answerIn((await raw(mcp, legacy(ping, session))).body)).toMatchObject({ id: 7, result: {} });
});

it('who goes away before its answer cannot have it on the stream of another request', async () => {
  const services = await open();
  const session = await openSession();
  const { headers, body } = legacy(analysis(7), session);
  const gone = request(mcp, { method: 'POST', headers });
  gone.on('error', () => {}).end(body);
  await expect.poll(() => services.requests.length).toBe(1);
  gone.destroy();
  await sleep(20);
  const ping = { jsonrpc: '2.0', id: 7, method: 'ping' };
  expect(JSON.parse((await raw(mcp, legacy(ping, session))).body)).toMatchObject(IN_USE);
  await expect
    .poll(async () => answerIn((await raw(mcp, legacy(ping, session))).body), { timeout: 5000 })
    .toMatchObject({ result: {} });
});

it('requests without a session may have one id', async () => {
  await open();
  const call = () => raw(mcp, modern('tools/call', { name: 'analyze_image', arguments: { image: 'deaf.jpg' } }, 7));
  for (const { status, body } of await Promise.all([call(), call(), call()])) {
    expect([status, answerIn(body)]).toMatchObject([200, { id: 7, result: {} }]);
  }
});

it('the transport of 2024 refuses it too', async () => {
  const services = await open();
  const stream = await fetch(`${url}/sse`);
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  const reading = (async () => {
    for (let one = await reader.read(); !one.done; one = await reader.read()) heard += one.value;
  })();
  await expect.poll(() => /data: (\/messages\S+)/.exec(heard)?.[1]).toBeDefined();
  const messages = `${url}${/data: (\/messages\S+)/.exec(heard)?.[1]}`;
  expect((await raw(messages, legacy(INITIALIZE))).status).toBe(202);
  await expect.poll(() => heard).toContain('"id":1');
  expect((await raw(messages, legacy(analysis(7)))).status).toBe(202);
  await expect.poll(() => services.requests.length).toBe(1);
  const second = await raw(messages, legacy(analysis(7)));
  expect([second.status, JSON.parse(second.body)]).toMatchObject([400, { ...IN_USE, id: 7 }]);
  await expect.poll(() => heard.match(/"id":7/g)?.length, { timeout: 5000 }).toBe(1);
  expect((await raw(messages, legacy({ jsonrpc: '2.0', id: 7, method: 'ping' }))).status).toBe(202);
  await reader.cancel();
  await reading;
});

it('stdio answers both', async () => {
  const { child, say, messages } = startStdio();
  say(INITIALIZE);
  say(analysis(7));
  say(analysis(7));
  await expect
    .poll(() => messages().filter(({ id, result }) => id === 7 && result).length, { timeout: 10_000 })
    .toBe(2);
  child.kill('SIGKILL');
});

it('a call whose handler never ends is refused, its stream ends, and its id is free', async () => {
  const services = await open(300);
  const never = () => new Promise<never>(() => {});
  Object.assign(services.analyses, { analyze: never });
  const session = await openSession();
  const asked = { name: 'analyze_image', arguments: { image: 'a.jpg' } };
  for (let i = 0; i < 2; i += 1) {
    const old = await raw(mcp, legacy({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: asked }, session));
    for (const { body } of [old, await raw(mcp, modern('tools/call', asked, 7))]) {
      expect(answerIn(body)).toMatchObject({ id: 7, error: { code: -32012, data: { code: 'ANALYSIS_003' } } });
    }
  }
  expect(answerIn((await raw(mcp, legacy({ jsonrpc: '2.0', id: 7, method: 'ping' }, session))).body)).toMatchObject({
    result: {},
  });
});

it('a stream that listens has no time limit', async () => {
  await open(100);
  const { headers, body } = modern('subscriptions/listen', {
    notifications: { resourceSubscriptions: ['rules://list'] },
  });
  const abort = new AbortController();
  const answer = await fetch(mcp, { method: 'POST', headers, body, signal: abort.signal });
  const reader = answer.body!.getReader();
  await reader.read();
  const ended = reader.read().then(({ done }) => done);
  expect(await Promise.race([ended, sleep(500, 'open')])).toBe('open');
  abort.abort();
  await ended.catch(() => {});
});
