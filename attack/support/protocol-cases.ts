import { type HttpOptions, INITIALIZE, legacy, MODERN, modern } from './http.ts';

/** A request that is wrong in one way, and what must come back: HTTP status and JSON-RPC code, or the code of our own errors. */
export interface ProtocolCase {
  readonly name: string;
  readonly path?: string;
  readonly request: HttpOptions;
  readonly status: number;
  readonly code: number | string | null;
}

const IDS: readonly unknown[] = [null, 1.5, {}, [], true, [1], { a: 1 }];
const VERSIONS = ['1.0', '2', '', 2, null, [], '2.0 ', '3.0'];
const UNKNOWN = [
  'no/such',
  '',
  'tools',
  'tools/',
  'TOOLS/LIST',
  '__proto__',
  'constructor',
  'rpc.discover',
  '$/x',
  'x'.repeat(5000),
];
const REMOVED = ['ping', 'resources/subscribe', 'resources/unsubscribe', 'logging/setLevel'];
const LISTS = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'];
const BAD_CURSORS: readonly unknown[] = ['W10', '', 'x', 'eyJwIjoxfQ==', '../../etc/passwd', 5, {}, [], null, true];
const BAD_PARAMS: readonly (readonly [string, Record<string, unknown>])[] = [
  ...[5, null, {}, [], true].map((name): [string, Record<string, unknown>] => ['tools/call', { name }]),
  ...['no_such', '__proto__', 'toString', ''].map((name): [string, Record<string, unknown>] => [
    'tools/call',
    { name },
  ]),
  ...[5, 'text', [], true].map((args): [string, Record<string, unknown>] => [
    'tools/call',
    { name: 'list_rules', arguments: args },
  ]),
  ...[5, null, {}, [], 'no_such', 'constructor'].map((name): [string, Record<string, unknown>] => [
    'prompts/get',
    { name },
  ]),
  ...[5, {}].map((image): [string, Record<string, unknown>] => [
    'prompts/get',
    { name: 'place_my_mugs', arguments: { image } },
  ]),
  ...[5, null, {}, [], true].map((uri): [string, Record<string, unknown>] => ['resources/read', { uri }]),
  ...[5, null, {}, { type: 'ref/none' }, { type: 'ref/prompt' }].map((ref): [string, Record<string, unknown>] => [
    'completion/complete',
    { ref, argument: { name: 'a', value: 'b' } },
  ]),
  ...[5, null, {}, { name: 'a' }, { name: 5, value: 'a' }].map((argument): [string, Record<string, unknown>] => [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'place_my_mugs' }, argument },
  ]),
];

const body = (change: Record<string, unknown>) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/list',
  params: {},
  ...change,
});
const show = (value: unknown) => JSON.stringify(value)?.slice(0, 60) ?? String(value);
const headers = (request: HttpOptions, change: Record<string, string>): HttpOptions => ({
  ...request,
  headers: { ...request.headers, ...change },
});
const without = (request: HttpOptions, ...names: string[]): HttpOptions => ({
  ...request,
  headers: Object.fromEntries(Object.entries(request.headers ?? {}).filter(([name]) => !names.includes(name))),
});
const withMeta = (request: HttpOptions, change: Record<string, unknown>): HttpOptions => {
  const message = JSON.parse(String(request.body)) as { params: { _meta: object } };
  return {
    ...request,
    body: JSON.stringify({ ...message, params: { ...message.params, _meta: { ...message.params._meta, ...change } } }),
  };
};
const version = (text: string) =>
  headers(withMeta(modern('tools/list'), { 'io.modelcontextprotocol/protocolVersion': text }), {
    'mcp-protocol-version': text,
  });

/** Of 2026-07-28: every request stands alone. */
export function modernCases(): ProtocolCase[] {
  return [
    ...UNKNOWN.filter((method) => method !== '').map((method) => ({
      name: `unknown ${method.slice(0, 20)}`,
      request: modern(method),
      status: 404,
      code: -32601,
    })),
    ...REMOVED.map((method) => ({ name: `removed ${method}`, request: modern(method), status: 404, code: -32601 })),
    ...LISTS.flatMap((method) =>
      BAD_CURSORS.map((cursor) => ({
        name: `${method} from ${show(cursor)}`,
        request: modern(method, { cursor }),
        status: 200,
        code: -32602,
      })),
    ),
    ...BAD_PARAMS.map(([method, params]) => ({
      name: `${method} ${show(params)}`,
      request: modern(method, params),
      status: 200,
      code: -32602,
    })),
    ...[...LISTS, 'tools/call', 'resources/read', 'server/discover'].map((method) => ({
      name: `${method} that its header calls otherwise`,
      request: headers(modern('tools/list'), { 'mcp-method': method === 'tools/list' ? 'prompts/list' : method }),
      status: 400,
      code: -32020,
    })),
    ...['other', '__proto__', 'LIST_RULES', ' '].map((name) => ({
      name: `a tool that its header calls ${name}`,
      request: headers(modern('tools/call', { name: 'list_rules' }), { 'mcp-name': name }),
      status: 400,
      code: -32020,
    })),
    { name: 'no method header', request: without(modern('tools/list'), 'mcp-method'), status: 400, code: -32020 },
    {
      name: 'no name header',
      request: without(modern('tools/call', { name: 'list_rules' }), 'mcp-name'),
      status: 400,
      code: -32020,
    },
    {
      name: 'versions that disagree',
      request: headers(modern('tools/list'), { 'mcp-protocol-version': '2025-11-25' }),
      status: 400,
      code: -32020,
    },
    ...['2099-01-01', '2026-07-29', 'latest', '1', '9'.repeat(300)].map((text) => ({
      name: `version ${text.slice(0, 20)}`,
      request: version(text),
      status: 400,
      code: -32022,
    })),
    ...[null, 5, 'text', []].map((capabilities) => ({
      name: `capabilities ${show(capabilities)}`,
      request: withMeta(modern('tools/list'), { 'io.modelcontextprotocol/clientCapabilities': capabilities }),
      status: 400,
      code: -32602,
    })),
  ];
}

/** Of no generation: what is no JSON-RPC request at all. */
export function messageCases(): ProtocolCase[] {
  return [
    ...IDS.map((id) => ({ name: `id ${show(id)}`, request: legacy(body({ id })), status: 400, code: -32600 })),
    ...VERSIONS.map((jsonrpc) => ({
      name: `jsonrpc ${show(jsonrpc)}`,
      request: legacy(body({ jsonrpc })),
      status: 400,
      code: -32600,
    })),
    ...[5, null, {}, [], true].map((method) => ({
      name: `method ${show(method)}`,
      request: legacy(body({ method })),
      status: 400,
      code: -32600,
    })),
    ...[5, 'text', [], null, true].map((params) => ({
      name: `params ${show(params)}`,
      request: legacy(body({ params })),
      status: 400,
      code: -32600,
    })),
    { name: 'a batch', request: legacy([body({}), body({ id: 2 })]), status: 400, code: -32600 },
    { name: 'a batch of one', request: legacy([INITIALIZE]), status: 400, code: -32600 },
    { name: 'an empty batch', request: legacy([]), status: 400, code: -32600 },
    { name: 'no body', request: legacy(''), status: 400, code: -32600 },
    { name: 'half a body', request: legacy('{"jsonrpc":"2.0"'), status: 400, code: -32700 },
  ];
}

/** What HTTP itself refuses. */
export function httpCases(): ProtocolCase[] {
  const list = modern('tools/list');
  return [
    ...['PUT', 'PATCH'].map((method) => ({
      name: method,
      request: { ...list, method },
      status: 405,
      code: 'SYSTEM_005',
    })),
    ...['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data'].map((type) => ({
      name: `type ${type}`,
      request: headers(list, { 'content-type': type }),
      status: 415,
      code: 'VALIDATION_002',
    })),
    {
      name: 'another charset',
      request: headers(list, { 'content-type': 'application/json; charset=utf-16' }),
      status: 415,
      code: 'VALIDATION_002',
    },
    ...['/MCP', '/mcp/x', '/..%2fmcp', '/%00', '/.env', '/mcp%2f'].map((path) => ({
      name: `address ${path}`,
      path,
      request: list,
      status: 404,
      code: 'SYSTEM_004',
    })),
    ...['evil.example', 'localhost.evil.example', '169.254.169.254'].map((host) => ({
      name: `host ${host}`,
      request: headers(list, { host }),
      status: 403,
      code: 'AUTH_003',
    })),
    ...['https://evil.example', 'null', 'file://', 'http://localhost.evil.example'].map((origin) => ({
      name: `origin ${origin}`,
      request: headers(list, { origin }),
      status: 403,
      code: 'AUTH_003',
    })),
  ];
}

/** Of the 2025 generation, within a session or without one. */
export function legacyCases(session: string): ProtocolCase[] {
  const ask = (method: string, params?: unknown, id = session) =>
    legacy({ jsonrpc: '2.0', id: 1, method, ...(params !== undefined && { params }) }, id);
  return [
    { name: 'no session', request: legacy(body({})), status: 400, code: -32000 },
    ...['unknown', '', 'x'.repeat(2000), '../..', `${session}x`, session.toUpperCase()].map((id) => ({
      name: `session ${id.slice(0, 20)}`,
      request: ask('tools/list', {}, id),
      status: 404,
      code: -32001,
    })),
    {
      name: 'the end of an unknown session',
      request: { method: 'DELETE', headers: { 'mcp-session-id': 'unknown' } },
      status: 404,
      code: -32001,
    },
    ...UNKNOWN.filter((method) => method !== '').map((method) => ({
      name: `session, unknown ${method.slice(0, 20)}`,
      request: ask(method),
      status: 200,
      code: -32601,
    })),
    ...LISTS.flatMap((method) =>
      BAD_CURSORS.map((cursor) => ({
        name: `session, ${method} from ${show(cursor)}`,
        request: ask(method, { cursor }),
        status: 200,
        code: -32602,
      })),
    ),
    ...BAD_PARAMS.map(([method, params]) => ({
      name: `session, ${method} ${show(params)}`,
      request: ask(method, params),
      status: 200,
      code: -32602,
    })),
    ...[{}, { protocolVersion: 5 }, { protocolVersion: '2025-11-25', capabilities: 5, clientInfo: 'me' }].map(
      (params) => ({
        name: `initialize ${show(params)}`,
        request: legacy({ ...INITIALIZE, params }),
        status: 400,
        code: -32602,
      }),
    ),
    ...['text/html', 'image/png'].map((accept) => ({
      name: `accept ${accept}`,
      request: headers(ask('tools/list', {}), { accept }),
      status: 406,
      code: -32000,
    })),
  ];
}

export { MODERN };
