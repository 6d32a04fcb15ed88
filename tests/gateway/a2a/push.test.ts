import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FetchOptions } from '../../../src/image/download.ts';
import { selfSigned } from '../../network/self-signed.ts';
import { type A2aServer, message, photo, startA2a, text } from './a2a-server.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of both versions are looked into
type Any = any;
interface Heard {
  readonly path: string;
  readonly headers: Record<string, unknown>;
  readonly body: Any;
}

let receiver: Server;
let server: A2aServer;
let posting: FetchOptions;
let hook: string;
let heard: Heard[] = [];
/** What is answered, by path: one after the other, then the last one again. */
const answers: Record<string, { status: number; headers?: Record<string, string>; never?: boolean }[]> = {};

beforeAll(async () => {
  const { cert, key } = selfSigned(['hooks.example', 'inside.example']);
  receiver = createServer({ cert, key }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = request.url ?? '';
    heard.push({ path, headers: request.headers, body: JSON.parse(body) });
    const left = answers[path] ?? [];
    const { status, headers, never } = (left.length > 1 ? left.shift() : left[0]) ?? { status: 200 };
    if (never !== true) response.writeHead(status, headers).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  hook = `https://hooks.example:${port}`;
  posting = {
    ca: cert,
    timeoutMs: 2000,
    extraPorts: [port],
    refuseEveryMs: 10,
    // The receiver stands for a public host; another name of the same address leads inside.
    lookup: async (name) => [{ address: name === 'inside.example' ? '10.0.0.7' : '127.0.0.1', family: 4 }],
    isAllowedAddress: (address) => address === '127.0.0.1',
  };
  server = await startA2a({ post: posting });
});
afterAll(async () => {
  await server.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});
afterEach(() => {
  heard = [];
});

const send = async (config: object, parts: object[] = [photo('desk')], headers: Record<string, string> = {}) =>
  server.rpc(
    'SendMessage',
    { message: message(parts), configuration: { taskPushNotificationConfig: config } },
    headers,
  );
const statesAt = (path: string) =>
  heard
    .filter((one) => one.path === path)
    .map(({ body }) => body.statusUpdate?.status.state ?? body.task?.status.state ?? Object.keys(body)[0]);
const COMPLETE = [
  'TASK_STATE_SUBMITTED',
  ...Array(4).fill('TASK_STATE_WORKING'),
  'artifactUpdate',
  'TASK_STATE_COMPLETED',
];

describe('push notifications', () => {
  it('every event, in order, with token and credentials', async () => {
    const authentication = { scheme: 'Bearer', credentials: 'a secret' };
    const { result } = await send({ url: `${hook}/all`, token: 'my token', authentication });
    await expect.poll(() => statesAt('/all')).toEqual(COMPLETE);
    for (const { headers, body } of heard) {
      expect(headers).toMatchObject({
        'content-type': 'application/a2a+json',
        authorization: 'Bearer a secret',
        'x-a2a-notification-token': 'my token',
      });
      const of = body.task?.id ?? body.statusUpdate?.taskId ?? body.artifactUpdate?.taskId;
      expect(of).toBe(result.task.id);
    }
  });

  it('again where it failed, later messages after it; a dead target holds up no other', async () => {
    answers['/flaky'] = [{ status: 500 }, { status: 429, headers: { 'retry-after': '0' } }, { status: 200 }];
    answers['/dead'] = [{ status: 200, never: true }];
    const { result } = await send({ url: `${hook}/dead` }, [text('hello')]);
    const { id, contextId } = result.task;
    await server.rest('POST', `/tasks/${id}/pushNotificationConfigs`, { url: `${hook}/flaky` });
    await server.rpc('SendMessage', { message: message([photo('desk')], { taskId: id, contextId }) });
    await expect
      .poll(() => statesAt('/flaky'), { timeout: 5000 })
      .toEqual(['TASK_STATE_SUBMITTED', 'TASK_STATE_SUBMITTED', ...COMPLETE]);
    expect(statesAt('/dead').length).toBeLessThan(8);
  });

  it('what was refused is not sent again, and no redirect is followed', async () => {
    answers['/gone'] = [{ status: 410 }];
    answers['/away'] = [{ status: 307, headers: { location: `${hook}/other` } }];
    await send({ url: `${hook}/gone` });
    await send({ url: `${hook}/away` });
    await expect.poll(() => [statesAt('/gone').length, statesAt('/away').length]).toEqual([7, 7]);
    expect(heard.some(({ path }) => path === '/other')).toBe(false);
  });

  it('what waits goes out although the task itself has made room for newer ones', async () => {
    const small = await startA2a({ post: posting, mostOfOne: 10 });
    try {
      answers['/down'] = [{ status: 503 }];
      const config = { taskPushNotificationConfig: { url: `${hook}/down` } };
      const { result } = await small.rpc('SendMessage', { message: message([text('hello')]), configuration: config });
      for (let n = 0; n < 15; n += 1) await small.rpc('SendMessage', { message: message([text('hello')]) });
      expect((await small.rpc('GetTask', { id: result.task.id })).error.code).toBe(-32001);
      heard = [];
      answers['/down'] = [{ status: 200 }];
      await expect
        .poll(() => statesAt('/down'), { timeout: 10_000 })
        .toEqual(['TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING', 'TASK_STATE_INPUT_REQUIRED']);
    } finally {
      await small.close();
    }
  });

  it('a cancelled task is told of once', async () => {
    const begun = await server.rpc('SendMessage', {
      message: message([photo('slow')]),
      configuration: { returnImmediately: true, taskPushNotificationConfig: { url: `${hook}/cancel` } },
    });
    await expect.poll(() => statesAt('/cancel').length).toBe(2);
    await server.rpc('CancelTask', { id: begun.result.task.id });
    await expect
      .poll(() => statesAt('/cancel'))
      .toEqual(['TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING', 'TASK_STATE_CANCELED']);
  });

  it('is refused before there is a task where the address is none of the public internet', async () => {
    const before = (await server.rest('GET', '/tasks')).body.totalSize;
    for (const url of [
      'https://10.0.0.1/x',
      'https://169.254.169.254/latest/meta-data',
      'https://[::1]/',
      'http://hooks.example/',
      'https://user:pw@hooks.example/',
      'https://hooks.example:22/',
      'ftp://hooks.example/',
      'https://2130706433/',
      'nothing',
      '',
    ]) {
      const { error } = await send({ url });
      expect([url, error?.code]).toEqual([url, -32602]);
      if (url !== '') expect([url, error.message]).toEqual([url, expect.stringContaining('H200_CALLBACK_HOSTS')]);
    }
    for (const config of [
      { url: hook, token: 'a\r\nx: y' },
      { url: hook, authentication: { scheme: 'Bearer x', credentials: 'y' } },
      { url: hook, authentication: { scheme: 'Bearer', credentials: 'y\nz' } },
      { url: hook, token: 't'.repeat(5000) },
      { url: hook, id: '../../x' },
      { url: hook, token: 7 },
    ]) {
      expect((await send(config)).error?.code).toBe(-32602);
    }
    expect((await server.rest('GET', '/tasks')).body.totalSize).toBe(before);
  });

  it('and where its name leads inside when it is dialled', async () => {
    const inside = hook.replace('hooks', 'inside');
    expect((await send({ url: `${inside}/inside` })).result.task.status.state).toBe('TASK_STATE_COMPLETED');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(statesAt('/inside')).toEqual([]);
  });

  it('can be looked at, replaced and taken back, ten at most', async () => {
    const { task } = (await server.rpc('SendMessage', { message: message([text('hello')]) })).result;
    const path = `/tasks/${task.id}/pushNotificationConfigs`;
    const made = (await server.rest('POST', path, { url: `${hook}/a`, id: 'one' })).body;
    expect(made).toMatchObject({ id: 'one', taskId: task.id, url: `${hook}/a` });
    await server.rest('POST', path, { url: `${hook}/b`, id: 'one' });
    expect((await server.rest('GET', `${path}/one`)).body.url).toBe(`${hook}/b`);
    for (let i = 0; i < 9; i += 1) expect((await server.rest('POST', path, { url: `${hook}/c` })).status).toBe(200);
    expect((await server.rest('POST', path, { url: `${hook}/d` })).status).toBe(400);
    expect((await server.rest('GET', path)).body.configs).toHaveLength(10);
    // The Python SDK reads a body, as google.protobuf.Empty has one.
    expect(await server.rest('DELETE', `${path}/one`)).toMatchObject({ status: 200, body: {} });
    expect((await server.rest('GET', `${path}/one`)).status).toBe(404);
    const rpc = await server.rpc('ListTaskPushNotificationConfigs', { taskId: task.id });
    expect(rpc.result.configs).toHaveLength(9);
  });
});
