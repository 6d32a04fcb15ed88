import { Role, type SendMessageRequest, TaskState } from '@a2a-js/sdk';
import {
  type Client,
  ClientFactory,
  ClientFactoryOptions,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type A2aServer, message, startA2a, text } from './a2a-server.ts';

let server: A2aServer;
beforeAll(async () => {
  server = await startA2a();
});
afterAll(() => server.close());

let sent = 0;
const request = (said: string, image?: string, more: object = {}): SendMessageRequest => ({
  tenant: '',
  metadata: undefined,
  configuration: undefined,
  ...more,
  message: {
    messageId: `sdk-${++sent}`,
    contextId: '',
    taskId: '',
    role: Role.ROLE_USER,
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
    parts: [
      { content: { $case: 'text', value: said }, mediaType: 'text/plain', filename: '', metadata: undefined },
      ...(image === undefined
        ? []
        : [
            {
              content: { $case: 'url' as const, value: image },
              mediaType: 'image/jpeg',
              filename: '',
              metadata: undefined,
            },
          ]),
    ],
  },
});
const DESK = 'https://photos.example/desk.jpg';
const SLOW = 'https://photos.example/slow.jpg';

describe.each(['JSONRPC', 'HTTP+JSON'])("the SDK's client over %s", (binding) => {
  let client: Client;
  beforeAll(async () => {
    const transports = [binding === 'JSONRPC' ? new JsonRpcTransportFactory() : new RestTransportFactory()];
    const options = ClientFactoryOptions.createFrom(ClientFactoryOptions.default, {
      transports,
      preferredTransports: [binding],
    });
    client = await new ClientFactory({ ...options, transports }).createFromUrl(server.url);
  });

  it('sends, reads, lists', async () => {
    const task = await client.sendMessage(request('check this desk', DESK));
    if (!('status' in task)) throw new Error('no task');
    expect(task.status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
    expect(task.artifacts[0]?.parts.map(({ content }) => content?.$case)).toEqual(['data', 'url', 'text']);
    const again = await client.getTask({ tenant: '', id: task.id, historyLength: 0 });
    expect(again).toMatchObject({ id: task.id, history: [] });
    const list = await client.listTasks({
      tenant: '',
      contextId: task.contextId,
      status: TaskState.TASK_STATE_UNSPECIFIED,
      pageToken: '',
      statusTimestampAfter: undefined,
    });
    expect(list).toMatchObject({ totalSize: 1, tasks: [{ id: task.id }] });
  });

  it('streams to the end', async () => {
    const cases: (string | undefined)[] = [];
    for await (const { payload } of client.sendMessageStream(request('check', DESK))) cases.push(payload?.$case);
    expect(cases[0]).toBe('task');
    expect(cases.slice(-2)).toEqual(['artifactUpdate', 'statusUpdate']);
  });

  it('cancels what it subscribes to', async () => {
    const configuration = {
      acceptedOutputModes: [],
      taskPushNotificationConfig: undefined,
      returnImmediately: true,
    };
    const task = await client.sendMessage(request('check', SLOW, { configuration }));
    if (!('status' in task)) throw new Error('no task');
    const states: unknown[] = [];
    const listening = (async () => {
      for await (const { payload } of client.resubscribeTask({ tenant: '', id: task.id })) {
        if (payload?.$case === 'task' || payload?.$case === 'statusUpdate') states.push(payload.value.status?.state);
      }
    })();
    await expect.poll(() => states.length).toBeGreaterThan(0);
    const cancelled = await client.cancelTask({ tenant: '', id: task.id, metadata: undefined });
    expect(cancelled.status?.state).toBe(TaskState.TASK_STATE_CANCELED);
    await listening;
    expect(states.at(-1)).toBe(TaskState.TASK_STATE_CANCELED);
  });

  it('keeps push configurations, and reads errors as what they are', async () => {
    const task = await client.sendMessage(request('hello'));
    if (!('status' in task)) throw new Error('no task');
    const config = {
      tenant: '',
      id: 'mine',
      taskId: task.id,
      url: 'https://a.example/',
      token: '',
      authentication: undefined,
    };
    expect(await client.createTaskPushNotificationConfig(config)).toMatchObject({ id: 'mine' });
    const one = { tenant: '', taskId: task.id, id: 'mine' };
    expect(await client.getTaskPushNotificationConfig(one)).toMatchObject({ url: 'https://a.example/' });
    await client.deleteTaskPushNotificationConfig(one);
    await expect(client.getTaskPushNotificationConfig(one)).rejects.toMatchObject({ reason: 'TASK_NOT_FOUND' });
    await expect(client.getTask({ tenant: '', id: 'nope' })).rejects.toMatchObject({ reason: 'TASK_NOT_FOUND' });
    const bad = { ...config, id: 'bad', url: 'https://10.0.0.1/' };
    await expect(client.createTaskPushNotificationConfig(bad)).rejects.toThrow('VALIDATION_007');
  });
});

describe('clients of 0.3', () => {
  const legacy = async (method: string, params: object) => {
    const answer = await fetch(`${server.url}/a2a`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    return answer.headers.get('content-type')?.startsWith('text/event-stream')
      ? (await answer.text())
          .split('\n\n')
          .flatMap((one) => (one.startsWith('data: ') ? [JSON.parse(one.slice(6))] : []))
      : answer.json();
  };
  const said = (parts: object[]) => ({ message: { kind: 'message', messageId: `old-${++sent}`, role: 'user', parts } });
  // biome-ignore lint/suspicious/noExplicitAny: answers of the older version
  type Any = any;

  it('send, stream and read in their own words', async () => {
    const parts = [{ kind: 'file', file: { uri: DESK, mimeType: 'image/jpeg' } }];
    const { result } = (await legacy('message/send', said(parts))) as Any;
    expect(result).toMatchObject({ kind: 'task', status: { state: 'completed' } });
    expect(result.artifacts[0].parts.map(({ kind }: Any) => kind)).toEqual(['data', 'file', 'text']);
    const events = (await legacy('message/stream', said(parts))) as Any;
    expect(events.at(-1).result).toMatchObject({ kind: 'status-update', final: true, status: { state: 'completed' } });
    expect(((await legacy('tasks/get', { id: result.id })) as Any).result.id).toBe(result.id);
    expect(((await legacy('tasks/get', { id: 'nope' })) as Any).error.code).toBe(-32001);
    expect(((await legacy('tasks/fly', {})) as Any).error.code).toBe(-32601);
    expect(((await legacy('message/send', {})) as Any).error.code).toBeLessThan(0);
    const old = await server.rpc('SendMessage', { message: message([text('x')]) }, { 'a2a-version': '0.3' });
    expect(old.error.code).toBe(-32601);
  });

  it('odd bodies cost them no more than an error', async () => {
    for (const odd of [
      null,
      7,
      'x',
      [],
      {},
      { message: 7 },
      { message: { parts: 7 } },
      { message: { parts: [null] } },
    ]) {
      const answer = (await legacy('message/send', odd as object)) as Any;
      expect([JSON.stringify(odd), typeof answer.error.code]).toEqual([JSON.stringify(odd), 'number']);
      expect(JSON.stringify(answer)).not.toMatch(/Cannot read|undefined/);
    }
  });
});
