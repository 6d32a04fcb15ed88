import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { CANARIES, OBEYED, texts } from '../../support/canaries.ts';
import { createFakeServices } from '../fake-services.ts';
import { INITIALIZE, legacy, MODERN, modern, raw } from '../raw-http.ts';
import { startStdio } from '../stdio-process.ts';

/** All at once but what readline of these tests takes for the end of a line. */
const HOSTILE = Object.entries(CANARIES)
  .filter(([what]) => what !== '10,000 characters')
  .map(([, canary]) => canary)
  .join(' ')
  .replace(/[\u2028\u2029]/g, '');
const LONG = `kq7zx${'x'.repeat(9000)}`;

type Call = [method: string, params: Record<string, unknown>];
const calls = (text: string): Call[] => [
  ['tools/call', { name: text, arguments: {} }],
  ['tools/call', { name: 'list_rules', arguments: {}, [text]: text }],
  ['resources/read', { uri: `h200://${text}` }],
  ['resources/read', { uri: `rule://${text}` }],
  ['resources/read', { uri: text }],
  ['resources/subscribe', { uri: text }],
  ['prompts/get', { name: text }],
  ['prompts/get', { name: 'write_rule', arguments: { [text]: text } }],
  ['prompts/get', { name: 'weekly_desk_review', arguments: { days: text } }],
  ['prompts/list', { cursor: text }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: text }, argument: { name: 'a', value: 'b' } }],
  ['completion/complete', { ref: { type: 'ref/resource', uri: text }, argument: { name: text, value: text } }],
  ['completion/complete', { ref: { type: text }, argument: { name: 'a', value: 'b' } }],
  [text, {}],
];

interface Answer {
  readonly error?: { readonly message: string; readonly data?: unknown };
}

function expectPlain(answers: readonly (Answer | undefined)[], atLeast: number): void {
  const errors = answers.flatMap((answer) => answer?.error ?? []);
  expect(errors.length).toBeGreaterThanOrEqual(atLeast);
  for (const text of errors.flatMap(texts)) {
    expect(text).not.toMatch(OBEYED);
    expect(text).not.toContain('\n');
    expect(text.length).toBeLessThanOrEqual(2000);
  }
}

const asModern = (method: string, params: Record<string, unknown>, id: number) =>
  JSON.parse(modern(method, params, id).body) as Record<string, unknown>;
/** A request of a version that nobody knows, which the SDK refuses before it asks for a server. */
const ofVersion = (version: string, id: number) => {
  const request = JSON.parse(modern('tools/list', {}, id).body);
  request.params._meta['io.modelcontextprotocol/protocolVersion'] = version;
  return request;
};

describe('stdio', () => {
  let server: ReturnType<typeof startStdio>;
  afterEach(() => server.child.kill('SIGKILL'));

  it.each(['2025', '2026'])(
    'every text of an error is one short line that nobody obeys, for a %s client',
    async (era) => {
      server = startStdio();
      const all = [...calls(HOSTILE), ...calls(LONG)];
      if (era === '2025') {
        server.say(INITIALIZE);
        await server.answer(1).toHaveProperty('result');
      }
      all.forEach(([method, params], i) => {
        server.say(era === '2025' ? { jsonrpc: '2.0', id: i + 2, method, params } : asModern(method, params, i + 2));
      });
      if (era === '2026') server.say(ofVersion(HOSTILE, all.length + 2));
      for (const [i] of all.entries()) await server.answer(i + 2).toBeDefined();
      expectPlain(server.messages(), 20);
    },
  );
});

describe('HTTP', () => {
  let gateway: HttpGateway;
  let url: string;
  beforeAll(async () => {
    const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
    gateway = createHttpGateway(createFakeServices(), [mcpPlugin(MCP_SURFACE)], options);
    ({ url } = await gateway.listen());
  });
  afterAll(() => gateway.close());

  const answerOf = (body: string): Answer => {
    const data = /^data: (\{.*\})$/m.exec(body)?.[1] ?? body;
    return JSON.parse(data) as Answer;
  };
  const encoded = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

  it('every text of an error is one short line that nobody obeys, for a 2026 client', async () => {
    const answers: Answer[] = [];
    for (const [method, params] of [...calls(HOSTILE), ...calls(LONG)]) {
      const { headers, ...rest } = modern(method, params);
      for (const name of ['mcp-name', 'mcp-method']) {
        if (headers[name] !== undefined) headers[name] = encoded(headers[name]);
      }
      if (Object.values(headers).join('').length > 15_000) continue;
      answers.push(answerOf((await raw(`${url}/mcp`, { ...rest, headers })).body));
    }
    const { headers } = modern('tools/list');
    for (const version of [HOSTILE, LONG]) {
      answers.push(
        answerOf(
          (await raw(`${url}/mcp`, { ...modern('tools/list'), body: JSON.stringify(ofVersion(version, 1)) })).body,
        ),
      );
    }
    for (const version of ['\u0090\u009b31m', `${MODERN}\u009d`, 'v'.repeat(9000)]) {
      const answer = await raw(`${url}/mcp`, {
        ...modern('tools/list'),
        headers: { ...headers, 'mcp-protocol-version': version },
      });
      answers.push(answerOf(answer.body));
    }
    expectPlain(answers, 20);
  });

  it('and for a 2025 client', async () => {
    const opened = await raw(`${url}/mcp`, legacy(INITIALIZE));
    const session = String(opened.headers['mcp-session-id']);
    const answers: Answer[] = [];
    for (const [method, params] of [...calls(HOSTILE), ...calls(LONG)]) {
      const { body } = await raw(`${url}/mcp`, legacy({ jsonrpc: '2.0', id: 2, method, params }, session));
      answers.push(answerOf(body));
    }
    const params = { ...INITIALIZE.params, clientInfo: { [HOSTILE]: 1 } };
    answers.push(answerOf((await raw(`${url}/mcp`, legacy({ ...INITIALIZE, params }))).body));
    expectPlain(answers, 20);
  });

  it('and for whoever asks for an address that is none', async () => {
    const paths = ['/\u0090\u009b31m', '/%1b%5b31m%e2%80%ae', `/${'x'.repeat(9000)}`];
    const answers = await Promise.all(paths.map((path) => rawPath(path)));
    expectPlain(answers, 3);
  });

  /** node's own client would refuse to send such a path. */
  async function rawPath(path: string): Promise<Answer> {
    const { connect } = await import('node:net');
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.end(Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: close\r\n\r\n`, 'latin1'));
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as Answer;
  }
});
