import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAgentTasks } from '../../../src/agent-tasks/create-agent-tasks.ts';
import { LOCAL } from '../../../src/contract/principal.ts';
import { createWebPost } from '../../../src/outgoing/create-web-post.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { testCallbacks } from '../../support/callbacks.ts';
import { startRest } from '../rest/rest-server.ts';
import { type A2aServer, eventsOf, message, photo, startA2a, text } from './a2a-server.ts';

let server: A2aServer;
beforeAll(async () => {
  server = await startA2a();
});
afterAll(() => server.close());

const begin = async (name: string, at = server) =>
  (
    await at.rest('POST', '/message:send', {
      message: message([photo(name)]),
      configuration: { returnImmediately: true },
    })
  ).body.task;
const stateOf = async (id: string, at = server) => (await at.rest('GET', `/tasks/${id}`)).body.status.state;
const stream = (path: string, body?: object, at = server) =>
  fetch(`${at.url}/a2a/rest${path}`, {
    method: 'POST',
    headers: { 'a2a-version': '1.0', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });

describe('a task that goes on', () => {
  it('is cancelled: the work ends, and who listens hears it', async () => {
    const before = server.services.aborted;
    const task = await begin('slow');
    await expect.poll(() => stateOf(task.id)).toBe('TASK_STATE_WORKING');
    const listening = stream(`/tasks/${task.id}:subscribe`);
    const opened = await listening;
    const cancelled = await server.rpc('CancelTask', { id: task.id });
    expect(cancelled.result.status.state).toBe('TASK_STATE_CANCELED');
    expect(server.services.aborted).toBe(before + 1);
    const events = await eventsOf(opened);
    expect(events[0].task.id).toBe(task.id);
    expect(events.at(-1).statusUpdate.status.state).toBe('TASK_STATE_CANCELED');
    // Once more changes nothing; what has ended cannot be cancelled, nor listened to.
    expect((await server.rpc('CancelTask', { id: task.id })).result.status.state).toBe('TASK_STATE_CANCELED');
    const done = (await server.rpc('SendMessage', { message: message([photo('desk')]) })).result.task;
    expect((await server.rpc('CancelTask', { id: done.id })).error.code).toBe(-32002);
    expect((await server.rpc('SubscribeToTask', { id: done.id })).error.code).toBe(-32004);
  });

  it('takes no second message meanwhile', async () => {
    const task = await begin('slow');
    const { error } = await server.rpc('SendMessage', { message: message([text('and?')], { taskId: task.id }) });
    expect(error.code).toBe(-32004);
    await server.rpc('CancelTask', { id: task.id });
  });

  it('ends although its stream was left, and is cancelled by no one', async () => {
    const leave = new AbortController();
    const answer = await fetch(`${server.url}/a2a/rest/message:stream`, {
      method: 'POST',
      headers: { 'a2a-version': '1.0', 'content-type': 'application/json' },
      body: JSON.stringify({ message: message([photo('deaf')]) }),
      signal: leave.signal,
    });
    const first = await answer.body!.getReader().read();
    const { id } = JSON.parse(Buffer.from(first.value!).toString().split('\n\n')[0]!.slice(6)).task;
    leave.abort();
    await expect.poll(() => stateOf(id), { timeout: 5000 }).toBe('TASK_STATE_COMPLETED');
  });

  it('waits for input: cancelled too, without anybody at work', async () => {
    const task = (await server.rpc('SendMessage', { message: message([text('hello')]) })).result.task;
    const { result } = await server.rpc('CancelTask', { id: task.id });
    expect(result.status.state).toBe('TASK_STATE_CANCELED');
  });
});

describe('the list', () => {
  it('is in pages, latest change first, filtered, with artifacts only where asked', async () => {
    const at = await startA2a();
    try {
      const contextId = 'one-context';
      for (let i = 0; i < 5; i += 1) {
        await at.rpc('SendMessage', { message: message([photo('desk')], i < 2 ? { contextId } : {}) });
      }
      await at.rpc('SendMessage', { message: message([text('hello')]) });
      const seen: string[] = [];
      let token = '';
      for (let page = 0; page < 3; page += 1) {
        const { body } = await at.rest('GET', `/tasks?pageSize=2&pageToken=${encodeURIComponent(token)}`);
        expect(body).toMatchObject({ pageSize: 2, totalSize: 6, tasks: [{}, {}] });
        seen.push(...body.tasks.map(({ status }: { status: { timestamp: string } }) => status.timestamp));
        expect(body.tasks.every((one: object) => !('artifacts' in one))).toBe(true);
        token = body.nextPageToken;
      }
      expect(token).toBe('');
      expect(seen).toEqual(seen.toSorted().reverse());
      const of = async (query: string) => (await at.rest('GET', `/tasks?${query}`)).body;
      expect((await of(`contextId=${contextId}`)).totalSize).toBe(2);
      expect((await of('status=TASK_STATE_INPUT_REQUIRED')).totalSize).toBe(1);
      expect((await of(`statusTimestampAfter=${seen[1]}`)).totalSize).toBe(1);
      expect((await of('includeArtifacts=true&status=TASK_STATE_COMPLETED')).tasks[0].artifacts).toHaveLength(1);
      expect((await of('historyLength=0')).tasks[0].history).toBeUndefined();
      const rpc = await at.rpc('ListTasks', { pageSize: 100 });
      expect(rpc.result).toMatchObject({ totalSize: 6, nextPageToken: '' });
    } finally {
      await at.close();
    }
  });

  it('of many that come at once too many are removed by one look, and none that is worked on', async () => {
    const at = await startA2a({ mostOfOne: 20 });
    try {
      const slow = await begin('slow', at);
      await expect.poll(() => stateOf(slow.id, at)).toBe('TASK_STATE_WORKING');
      for (let i = 0; i < 20; i += 1) await at.rpc('SendMessage', { message: message([text('hello')]) });
      await Promise.all(Array.from({ length: 40 }, () => at.rpc('SendMessage', { message: message([text('hello')]) })));
      await at.rpc('SendMessage', { message: message([text('hello')]) });
      expect((await at.rest('GET', '/tasks')).body.totalSize).toBeLessThanOrEqual(21);
      expect(await stateOf(slow.id, at)).toBe('TASK_STATE_WORKING');
    } finally {
      await at.close();
    }
  });

  it('keeps so many of a caller, and for a week', async () => {
    let today = new Date();
    const at = await startA2a({ mostOfOne: 10, now: () => today });
    try {
      for (let i = 0; i < 14; i += 1) await at.rpc('SendMessage', { message: message([text('hello')]) });
      const { totalSize } = (await at.rest('GET', '/tasks')).body;
      expect(totalSize).toBeLessThanOrEqual(10);
      expect(totalSize).toBeGreaterThanOrEqual(9);
      const [{ id }] = (await at.rest('GET', '/tasks?pageSize=1')).body.tasks;
      today = new Date(today.getTime() + 8 * 86_400_000);
      expect((await at.rest('GET', `/tasks/${id}`)).status).toBe(404);
      expect((await at.rest('GET', '/tasks')).body.totalSize).toBe(0);
    } finally {
      await at.close();
    }
  });
});

describe('whose a task is', () => {
  it('is not there for others, on any door of it', async () => {
    const env = {
      H200_ADMIN_USERNAME: 'admin',
      H200_ADMIN_PASSWORD: 'a long password of tests',
      JWT_SECRET: 'a-secret-of-the-tests-that-is-long-enough',
    };
    const real = await startRest(env);
    try {
      const login = async (username: string, password: string) =>
        (await real.ask('POST', '/api/v1/auth/login', { username, password })).body.access_token;
      const admin = await login('admin', env.H200_ADMIN_PASSWORD);
      const as = (token: string) => ({ authorization: `Bearer ${token}`, 'a2a-version': '1.0' });
      const make = async (username: string, role: string) => {
        const made = await real.ask(
          'POST',
          '/api/v1/users',
          { username, password: 'a long pass phrase 9', role, must_change_password: false },
          as(admin),
        );
        expect(made.status).toBe(201);
        return login(username, 'a long pass phrase 9');
      };
      const ann = as(await make('ann', 'manager'));
      const eve = as(await make('eve', 'viewer'));
      const sent = await real.ask('POST', '/a2a/rest/message:send', { message: message([text('hello')]) }, ann);
      const answer = JSON.parse(sent.body.toString());
      const { id, contextId } = answer.task;
      expect((await real.ask('GET', `/a2a/rest/tasks/${id}`, undefined, ann)).status).toBe(200);
      for (const other of [eve, as(admin)]) {
        for (const [method, path, body] of [
          ['GET', `/tasks/${id}`],
          ['POST', `/tasks/${id}:cancel`],
          ['GET', `/tasks/${id}:subscribe`],
          ['GET', `/tasks/${id}/pushNotificationConfigs`],
          ['POST', `/tasks/${id}/pushNotificationConfigs`, { url: 'https://a.example/x' }],
          ['POST', '/message:send', { message: message([text('x')], { taskId: id, contextId }) }],
        ] as const) {
          expect([path, (await real.ask(method, `/a2a/rest${path}`, body, other)).status]).toEqual([path, 404]);
        }
        const list = await real.ask('GET', `/a2a/rest/tasks?contextId=${contextId}`, undefined, other);
        expect(JSON.parse(list.body.toString())).toMatchObject({ tasks: [], totalSize: 0 });
      }
      // What the role does not allow is refused, and nothing is done.
      const refused = await real.ask(
        'POST',
        '/a2a',
        {
          jsonrpc: '2.0',
          id: 1,
          method: 'SendMessage',
          params: { message: message([text('Keep mugs at least 6 inches away from laptops')]) },
        },
        eve,
      );
      expect(refused.body.result.task.status).toMatchObject({
        state: 'TASK_STATE_REJECTED',
        message: { parts: [{}, { data: { error: { code: 'AUTH_003', details: { permission: 'rules:write' } } } }] },
      });
      expect((await real.ask('GET', '/api/v1/rules', undefined, eve)).body).toEqual([]);
      const extended = async (who: object) =>
        (
          await real.ask('GET', '/a2a/rest/extendedAgentCard', undefined, who as Record<string, string>)
        ).body.toString();
      expect(await extended(ann)).toContain('make_rule');
      expect(await extended(eve)).not.toContain('make_rule');
      expect(await extended(eve)).toContain('server_status');
      // Nobody at all.
      for (const path of ['/a2a', '/a2a/rest/message:send']) {
        const out = await real.ask('POST', path, { jsonrpc: '2.0', id: 1, method: 'GetTask', params: { id } });
        expect([out.status, out.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer /)]);
      }
      const card = (await real.ask('GET', '/.well-known/agent-card.json', undefined, { 'a2a-version': '1.0' })).body;
      expect(card.securitySchemes.bearer.httpAuthSecurityScheme.scheme).toBe('bearer');
    } finally {
      await real.close();
    }
  });
});

describe('after a restart', () => {
  it('what was being worked on has failed and says why; targets and the rest are there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'h200-a2a-restart-'));
    const first = await startA2a({ folder });
    const done = (await first.rpc('SendMessage', { message: message([photo('desk')]) })).result.task;
    const task = await begin('slow', first);
    await expect.poll(() => stateOf(task.id, first)).toBe('TASK_STATE_WORKING');
    const push = await first.rest('POST', `/tasks/${task.id}/pushNotificationConfigs`, {
      url: 'https://a.example/x',
      token: 't',
    });
    expect(push.status).toBe(200);
    const second = await startA2a({ folder });
    try {
      // While the first is still at work it is not lost.
      expect((await second.rest('GET', `/tasks/${task.id}`)).body.status.state).toBe('TASK_STATE_WORKING');
      const records = createSqliteRecords(join(folder, 'records.db'));
      const kept = (await records.registry.get('a2a_task', task.id))!;
      const value = kept.value as { runner: object };
      expect(value).toMatchObject({ state: 'TASK_STATE_WORKING', runner: { pid: process.pid } });
      // As if it had been that of a process which was killed.
      const { pid } = spawnSync(process.execPath, ['--version']);
      const killed = { ...value, runner: { ...value.runner, pid } };
      expect(await records.registry.replace('a2a_task', { ...kept, version: kept.version + 1, value: killed })).toBe(
        true,
      );
      await records.close();
      const { body } = await second.rest('GET', `/tasks/${task.id}`);
      expect(body.status).toMatchObject({
        state: 'TASK_STATE_FAILED',
        message: {
          parts: [
            { text: expect.stringContaining('has ended') },
            { data: { error: { code: 'SYSTEM_001', advice: expect.stringContaining('again') } } },
          ],
        },
      });
      expect((await second.rest('GET', `/tasks/${done.id}`)).body).toEqual(done);
      const configs = (await second.rest('GET', `/tasks/${task.id}/pushNotificationConfigs`)).body.configs;
      expect(configs).toMatchObject([{ url: 'https://a.example/x', token: 't', taskId: task.id }]);
      expect((await second.rpc('SubscribeToTask', { id: task.id })).error.code).toBe(-32004);
    } finally {
      await first.close();
      await second.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('a server that stops says so to its tasks before it goes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'h200-a2a-stop-'));
    const first = await startA2a({ folder });
    const task = await begin('slow', first);
    await first.close();
    const second = await startA2a({ folder });
    try {
      const { status } = (await second.rest('GET', `/tasks/${task.id}`)).body;
      expect(status).toMatchObject({
        state: 'TASK_STATE_FAILED',
        message: { parts: [{}, { data: { error: { code: 'SYSTEM_001' } } }] },
      });
    } finally {
      await second.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('of another machine it is believed until its lease is over', async () => {
    const records = createSqliteRecords(':memory:');
    let today = new Date();
    const { registry } = records;
    const callbacks = testCallbacks({ registry, post: createWebPost() });
    const parts = { registry, callbacks, log: createLog('silent'), now: () => today };
    const ctx = { principal: LOCAL };
    const tasks = createAgentTasks(parts);
    const one = { id: 't1', contextId: 'c', state: 'TASK_STATE_WORKING', statusAt: today.toISOString(), task: {} };
    await tasks.save(ctx, one, { working: true });
    const entry = (await records.registry.get('a2a_task', 't1'))!;
    const { runner } = entry.value as { runner: object };
    const away = {
      ...entry,
      version: 2,
      value: { ...(entry.value as object), runner: { ...runner, machine: 'elsewhere' } },
    };
    await records.registry.replace('a2a_task', away);
    const other = createAgentTasks(parts);
    expect(await other.get(ctx, 't1')).toMatchObject({ lost: false });
    today = new Date(today.getTime() + 3_600_000);
    expect(await other.get(ctx, 't1')).toMatchObject({ lost: true });
    await records.close();
  });
});

describe('places', () => {
  it('one caller cannot take all; who gets none is told to come later', async () => {
    const at = await startA2a();
    try {
      const begun = await Promise.all(Array.from({ length: 60 }, () => begin('slow', at)));
      await sleep(50);
      const states = await Promise.all(begun.map(({ id }) => at.rest('GET', `/tasks/${id}`)));
      const refused = states.filter(({ body }) => body.status.state === 'TASK_STATE_FAILED');
      expect(refused).toHaveLength(60 - 51);
      expect(refused[0]!.body.status.message.parts[1].data.error).toMatchObject({
        code: 'SYSTEM_002',
        retry_after_s: 5,
      });
    } finally {
      await at.close();
    }
  });
});
