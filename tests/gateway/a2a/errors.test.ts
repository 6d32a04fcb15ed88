import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { isDeeperThan } from '../../../src/gateway/a2a/body.ts';
import { type A2aServer, message, photo, startA2a, text } from './a2a-server.ts';

let server: A2aServer;
beforeAll(async () => {
  server = await startA2a();
});
afterAll(() => server.close());

const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const info = (reason: string) => [
  { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'a2a-protocol.org' },
];

describe('errors are those of the protocol', () => {
  it.each([
    ['GetTask', { id: 'nope' }, -32001, 'TASK_NOT_FOUND'],
    ['CancelTask', { id: 'nope' }, -32001, 'TASK_NOT_FOUND'],
    ['SubscribeToTask', { id: 'nope' }, -32001, 'TASK_NOT_FOUND'],
    [
      'SendMessage',
      { message: { messageId: 'm', role: 'ROLE_USER', taskId: 'nope', parts: [text('x')] } },
      -32001,
      'TASK_NOT_FOUND',
    ],
    ['SendMessage', { message: { role: 'ROLE_USER', parts: [text('x')] } }, -32602, 'INVALID_PARAMS'],
    ['SendMessage', { message: { messageId: 'm', role: 'ROLE_USER', parts: [] } }, -32602, 'INVALID_PARAMS'],
    ['SendMessage', { message: { messageId: 'm', role: 'ROLE_USER', parts: [{}] } }, -32602, 'INVALID_PARAMS'],
    ['SendMessage', {}, -32602, 'INVALID_PARAMS'],
    ['ListTasks', { pageSize: 101 }, -32602, 'INVALID_PARAMS'],
    ['ListTasks', { pageToken: 'bm90aGluZw' }, -32602, 'INVALID_PARAMS'],
    ['ListTasks', { statusTimestampAfter: 'yesterday' }, -32602, 'INVALID_PARAMS'],
    [
      'SendMessage',
      { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ raw: 'AAAA', mediaType: 'video/mp4' }] } },
      -32005,
      'CONTENT_TYPE_NOT_SUPPORTED',
    ],
    [
      'SendMessage',
      {
        message: { messageId: 'm', role: 'ROLE_USER', parts: [text('x')] },
        configuration: { acceptedOutputModes: ['audio/wav'] },
      },
      -32005,
      'CONTENT_TYPE_NOT_SUPPORTED',
    ],
  ])('%s %j', async (method, params, code, reason) => {
    const { status, error } = await server.rpc(method, params);
    expect([status, error.code, error.data]).toEqual([200, code, info(reason)]);
  });

  it('the same over HTTP+JSON, with status and details', async () => {
    for (const [method, path, status, name, reason] of [
      ['GET', '/tasks/nope', 404, 'NOT_FOUND', 'TASK_NOT_FOUND'],
      ['POST', '/tasks/nope:cancel', 404, 'NOT_FOUND', 'TASK_NOT_FOUND'],
      ['GET', '/tasks/nope:subscribe', 404, 'NOT_FOUND', 'TASK_NOT_FOUND'],
      ['POST', '/tasks/nope:subscribe', 404, 'NOT_FOUND', 'TASK_NOT_FOUND'],
      ['GET', '/tasks?pageSize=0', 400, 'INVALID_ARGUMENT', 'INVALID_PARAMS'],
      ['GET', '/tasks?status=BUSY', 400, 'INVALID_ARGUMENT', 'INVALID_PARAMS'],
      ['GET', '/tasks?historyLength=-1', 400, 'INVALID_ARGUMENT', 'INVALID_PARAMS'],
      ['GET', '/nothing', 400, 'FAILED_PRECONDITION', 'UNSUPPORTED_OPERATION'],
      ['DELETE', '/tasks/nope/pushNotificationConfigs/x', 404, 'NOT_FOUND', 'TASK_NOT_FOUND'],
    ] as const) {
      const answer = await server.rest(method, path);
      expect([path, answer.status, answer.body.error]).toEqual([
        path,
        status,
        { code: status, status: name, message: expect.any(String), details: info(reason) },
      ]);
      expect(answer.headers.get('content-type')).toMatch(/^application\/a2a\+json/);
    }
  });

  it('a store that has too much to do is no fault of the inside: when to come again is said', async () => {
    const own = await startA2a();
    const busy = async () => {
      throw new AppError('SYSTEM_002', { message: 'Too many calls wait for the record store.', retryAfterS: 3 });
    };
    Object.assign(own.services.agentTasks, { get: busy, list: busy, save: busy });
    try {
      const sent = { message: message([text('hello')]) };
      for (const [method, params] of [
        ['SendMessage', sent],
        ['GetTask', { id: 'x' }],
        ['ListTasks', {}],
      ] as const) {
        const { headers, error } = await own.rpc(method, params);
        expect([method, error.code, headers.get('retry-after')]).toEqual([method, -32030, '3']);
        expect(error.data).toMatchObject([{ reason: 'OVERLOADED', metadata: { retryAfterS: '3' } }]);
      }
      const { status, headers, body } = await own.rest('GET', '/tasks');
      expect([status, headers.get('retry-after'), body.error.status]).toEqual([503, '3', 'UNAVAILABLE']);
      const legacy = await own.rpc('tasks/get', { id: 'x' }, { 'a2a-version': '' });
      expect(legacy.error.message).toContain('SYSTEM_002');
      const gone = async () => {
        throw new AppError('DB_001', { message: 'The record store did not answer in time.' });
      };
      Object.assign(own.services.agentTasks, { get: gone, list: gone, save: gone });
      const late = await own.rpc('SendMessage', { message: message([text('hello')]) });
      expect([late.error.code, late.headers.get('retry-after')]).toEqual([-32030, null]);
      const lateToo = await own.rest('GET', '/tasks/x');
      expect([lateToo.status, lateToo.headers.get('retry-after'), lateToo.body.error.status]).toEqual([
        ...[503, null, 'UNAVAILABLE'],
      ]);
    } finally {
      await own.close();
    }
  });

  it('a version that is not spoken', async () => {
    for (const version of ['2.0', '0.9', 'x'.repeat(500)]) {
      const { error } = await server.rpc('GetTask', { id: 'x' }, { 'a2a-version': version });
      expect(error).toMatchObject({ code: -32009, data: info('VERSION_NOT_SUPPORTED') });
      expect(error.message).toContain('1.0');
    }
    // Over HTTP+JSON there is 1.0 alone, and no version means 0.3.
    const old = await fetch(`${server.url}/a2a/rest/tasks`);
    expect([old.status, ((await old.json()) as { error: object }).error]).toMatchObject([
      400,
      { details: info('VERSION_NOT_SUPPORTED') },
    ]);
    expect((await fetch(`${server.url}/a2a/rest/tasks?A2A-Version=1.0`)).status).toBe(200);
  });

  it.each([
    ['GetTask', { id: { $ne: null } }],
    ['CancelTask', { id: { $ne: null } }],
    ['SubscribeToTask', { id: ['x'] }],
    ['GetTask', { id: 'x'.repeat(257) }],
    ['GetTask', { id: 'nope', historyLength: -5 }],
    ['ListTasks', { historyLength: -5 }],
    ['ListTasks', { contextId: {} }],
    ['GetTaskPushNotificationConfig', { taskId: {}, id: 'x' }],
    ['DeleteTaskPushNotificationConfig', { taskId: 'x', id: {} }],
    ['tasks/get', { id: { $ne: null } }],
    ['tasks/get', { id: 'nope', historyLength: -5 }],
    ['tasks/resubscribe', { id: {} }],
  ])('%s %j: invalid parameters', async (method, params) => {
    const { error } = await server.rpc(method, params, method.includes('/') ? { 'a2a-version': '0.3' } : {});
    expect(error.code).toBe(-32602);
    expect(error.message).not.toContain('[object Object]');
  });

  it.each([{}, [], true, 1.5, 'x'.repeat(1001)])('%j is no id of a call', async (id) => {
    const call = { jsonrpc: '2.0', id, method: 'ListTasks', params: {} };
    const answer = await (await post('/a2a', JSON.stringify(call), { 'a2a-version': '1.0' })).json();
    expect(answer).toMatchObject({ id: null, error: { code: -32600 } });
  });

  it('unknown methods, and what is no call', async () => {
    expect((await server.rpc('Fly', {})).error.code).toBe(-32601);
    for (const body of ['[]', '7', 'null', '{"jsonrpc":"1.0","id":1,"method":"GetTask"}', '{"id":{}}']) {
      const answer = (await (await post('/a2a', body, { 'a2a-version': '1.0' })).json()) as { error: { code: number } };
      expect([body, answer.error.code]).toEqual([body, -32600]);
    }
  });

  it('bodies that nobody can read', async () => {
    const deep = `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`;
    const wide = `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"a":[${'1,'.repeat(30_000)}1]}}`;
    const proto = '{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"__proto__":{"id":"x"}}}';
    for (const [body, code] of [
      ['{', -32700],
      [new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), -32602],
      [deep, -32602],
      [wide, -32602],
      [proto, -32700],
    ] as const) {
      const answer = await post('/a2a', body, { 'a2a-version': '1.0' });
      expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code } });
      const rest = await post('/a2a/rest/message:send', body, { 'a2a-version': '1.0' });
      expect([rest.status, ((await rest.json()) as { error: { code: number } }).error.code]).toEqual([400, 400]);
    }
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x']) {
      const answer = await post('/a2a', '{}', { 'content-type': type, 'a2a-version': '1.0' });
      expect(await answer.json()).toMatchObject({ error: { code: -32005 } });
      const rest = await post('/a2a/rest/message:send', '{}', { 'content-type': type, 'a2a-version': '1.0' });
      expect([rest.status, await rest.json()]).toMatchObject([
        400,
        { error: { details: info('CONTENT_TYPE_NOT_SUPPORTED') } },
      ]);
    }
  });

  it('a large photo is looked through in no time; a larger body is refused as everywhere', async () => {
    const body = JSON.stringify({
      message: message([{ raw: 'A'.repeat(20_000_000), mediaType: 'image/png' }]),
      configuration: { returnImmediately: true },
    });
    const started = performance.now();
    expect(isDeeperThan(body, 64)).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
    const taken = await post('/a2a/rest/message:send', body, { 'a2a-version': '1.0' });
    expect(taken.status).toBe(200);
    const huge = await post('/a2a', ' '.repeat(48 * 1024 * 1024 + 1), { 'a2a-version': '1.0' });
    expect([huge.status, await huge.json()]).toMatchObject([413, { error: { code: 'VALIDATION_004' } }]);
  });

  it('too many parts, too long texts and ids', async () => {
    for (const hostile of [
      message(Array(21).fill(text('x'))),
      message([text('x'.repeat(20_001))]),
      message([text('x')], { contextId: 'c'.repeat(257) }),
      message([text('x')], { referenceTaskIds: Array(30).fill('t') }),
    ]) {
      expect((await server.rpc('SendMessage', { message: hostile })).error.code).toBe(-32602);
    }
    const two = await server.rpc('SendMessage', { message: message([photo('a'), photo('b')]) });
    expect(two.result.task.status.state).toBe('TASK_STATE_FAILED');
  });

  it('odd values in every member end no process and cost no 500', async () => {
    const odd = [null, 0, -1, '', 'x', [], {}, [[]], true, 1e308, { text: 7 }];
    for (const value of odd) {
      for (const params of [
        { message: value },
        { message: { messageId: value, role: 'ROLE_USER', parts: [text('hi')] } },
        { message: { messageId: 'm', role: value, parts: [text('hi')] } },
        { message: { messageId: 'm', role: 'ROLE_USER', parts: value } },
        { message: { messageId: 'm', role: 'ROLE_USER', parts: [value] } },
        { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ raw: value }] } },
        { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ data: value }] } },
        { message: { messageId: 'm', role: 'ROLE_USER', parts: [text('hi')], metadata: value } },
        { message: { messageId: 'm', role: 'ROLE_USER', parts: [text('hi')] }, configuration: value },
        { message: { messageId: 'm', role: 'ROLE_USER', parts: [text('hi')] }, metadata: value },
      ]) {
        const { status, result, error } = await server.rpc('SendMessage', params);
        expect([status, result !== undefined || error.code !== -32603]).toEqual([200, true]);
        const rest = await server.rest('POST', '/message:send', params);
        expect([JSON.stringify(params), rest.status < 500]).toEqual([JSON.stringify(params), true]);
      }
    }
    expect((await server.rpc('ListTasks', {})).status).toBe(200);
  });
});
