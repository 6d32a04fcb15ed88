import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { createFakeServices } from '../fake-services.ts';
import { INITIALIZE, legacy, raw } from '../raw-http.ts';

let gateway: HttpGateway;
let port: number;
let url: string;
beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  gateway = createHttpGateway(createFakeServices(), [mcpPlugin(MCP_SURFACE)], options);
  ({ url, port } = await gateway.listen());
});
afterAll(() => gateway.close());

/** All that the server says until it hangs up. */
function say(text: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      said += String(chunk);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(said));
  });
}

const HEAD = 'Host: localhost\r\nContent-Type: application/json\r\n';
const post = (headers: string, body = '{}') => `POST /mcp HTTP/1.1\r\n${HEAD}${headers}\r\n\r\n${body}`;

const CODES: Readonly<Record<number, string>> = { 403: 'AUTH_003', 405: 'SYSTEM_005' };

it.each([
  ['a length below zero', post('Content-Length: -5', ''), 400],
  ['a length that is no number', post('Content-Length: abc', ''), 400],
  ['a length twice', post('Content-Length: 2\r\nContent-Length: 2'), 400],
  ['two lengths', post('Content-Length: 2\r\nContent-Length: 3'), 400],
  ['a list of lengths', post('Content-Length: 2, 2'), 400],
  ['a length beside chunks', post('Content-Length: 2\r\nTransfer-Encoding: chunked', '2\r\n{}\r\n0\r\n\r\n'), 400],
  ['chunks that are none', post('Transfer-Encoding: chunked', 'zz\r\n'), 400],
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['no method of HTTP', `FOO /mcp HTTP/1.1\r\n${HEAD}\r\n`, 400],
  ['headers without end', `GET / HTTP/1.1\r\n${HEAD}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ['an address that is none', `GET /mcp/%zz HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`, 400],
  ['no Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 403],
  ['two Hosts', `GET /health HTTP/1.1\r\n${HEAD}Host: evil.example\r\nConnection: close\r\n\r\n`, 403],
  ['a foreign absolute target', `GET http://evil.example/health HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`, 403],
  ['one with a user', `GET http://localhost@evil.example/ HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`, 403],
  ['one without a path', `GET http://evil.example HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`, 403],
  ['one of another scheme', `GET ftp://localhost/ HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`, 403],
  ['a tunnel', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
  ['a tunnel to an address of ours', 'CONNECT /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
  ['an expectation', post('Content-Length: 2\r\nExpect: foo'), 417],
  ['a body in UTF-16', post('Content-Length: 2\r\nConnection: close').replace('json', 'json; charset=utf-16'), 415],
  ['one that quotes it', post('Content-Length: 2\r\nConnection: close').replace('json', 'json;Charset="UTF-16"'), 415],
])('%s is refused in the form of every error, and the connection ends', async (_what, text, status) => {
  const [head = '', body = ''] = (await say(text)).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toMatch(/^content-type: application\/json/im);
  expect(head).toMatch(/^connection: close$/im);
  expect(JSON.parse(body).error).toMatchObject({
    status,
    code: CODES[status] ?? 'VALIDATION_002',
    request_id: expect.stringMatching(/^req_/),
    message: expect.stringMatching(/\.$/),
  });
  expect((await raw(`${url}/healthz`)).status).toBe(200);
});

it('answers an absolute target of its own, and a body that says it is UTF-8', async () => {
  expect(await say(`GET http://localhost:${port}/healthz HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 200 /,
  );
  for (const charset of ['utf-8', 'UTF8', '"utf-8"']) {
    const answer = await raw(`${url}/mcp`, {
      ...legacy(INITIALIZE),
      headers: { ...legacy(INITIALIZE).headers, 'content-type': `application/json; charset=${charset}` },
    });
    expect([charset, answer.status]).toEqual([charset, 200]);
  }
});

it('says which methods there are to one who asks for a tunnel', async () => {
  expect(await say('CONNECT /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n')).toMatch(/^allow: GET, .*POST/im);
});
