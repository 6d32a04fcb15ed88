import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type A2aServer, message, startA2a, text } from './a2a-server.ts';

let server: A2aServer;
beforeAll(async () => {
  server = await startA2a();
});
afterAll(() => server.close());
beforeEach(() => {
  server.services.fleet.servers.clear();
  server.services.fleet.asked.length = 0;
});

const send = async (parts: object[], more: object = {}) =>
  (await server.rpc('SendMessage', { message: message(parts, more) })).result.task;
const again = (task: { id: string; contextId: string }, parts: object[]) =>
  send(parts, { taskId: task.id, contextId: task.contextId });
const wish = (data: object) => ({ data: { skill: 'control_server', ...data } });

it('what costs money is asked back with its price, and done after a yes to it', async () => {
  const first = await send([wish({ action: 'start', server: 'timed', confirm: true })]);
  expect(first.status.state).toBe('TASK_STATE_INPUT_REQUIRED');
  expect(first.status.message.parts[0].text).toContain('1 × H200 SXM at $3.99 an hour');
  expect(server.services.fleet.asked).toEqual([]);
  const done = await again(first, [text('yes')]);
  expect(done.status.state).toBe('TASK_STATE_COMPLETED');
  expect(done.artifacts[0].parts[0].data).toMatchObject({ done: true, server: { type: 'timed', state: 'running' } });
  expect(server.services.fleet.asked).toEqual(['create timed H200']);
  const stopped = await send([wish({ action: 'stop', server: 'timed' })]);
  expect(stopped.status.state).toBe('TASK_STATE_COMPLETED');
});

it('a server is replaced after a yes to the price of both, and promoted', async () => {
  const one = await send([wish({ action: 'start', server: 'timed' })]);
  await again(one, [text('yes')]);
  const first = await send([wish({ action: 'deploy', server: 'timed', strategy: 'blue_green' })]);
  expect(first.status.message.parts[0].text).toContain('together at most $7.98 an hour');
  const begun = await again(first, [text('yes')]);
  expect(begun.artifacts[0].parts[0].data).toMatchObject({ done: true, deployment: { strategy: 'blue-green' } });
  const ended = await send([wish({ action: 'promote' })]);
  expect(ended.artifacts[0].parts[0].data).toMatchObject({ deployment: { outcome: 'deployed' } });
  expect(server.services.fleet.servers.size).toBe(1);
});

it('no is no, and a yes to another price is asked again', async () => {
  const first = await send([wish({ action: 'start', server: 'timed' })]);
  const no = await again(first, [text('no')]);
  expect(no.artifacts[0].parts[0].data).toEqual({ done: false });
  const second = await send([wish({ action: 'start', server: 'timed' })]);
  const [h200] = server.services.fleet.offered;
  server.services.fleet.offered[0] = { ...h200!, price_per_hour: 9.99 };
  const dearer = await again(second, [{ data: { confirm: true } }]);
  expect(dearer.status.state).toBe('TASK_STATE_INPUT_REQUIRED');
  expect(dearer.status.message.parts[0].text).toContain('$9.99');
  expect(server.services.fleet.asked).toEqual([]);
  server.services.fleet.offered[0] = h200!;
});

it('is on the extended card alone, and the status tells of the servers', async () => {
  const card = async (path: string) =>
    (await (await fetch(`${server.url}${path}`)).json()) as { skills: { id: string }[] };
  expect((await card('/.well-known/agent-card.json')).skills.map(({ id }) => id)).not.toContain('control_server');
  const extended = await server.rpc('GetExtendedAgentCard');
  expect(extended.result.skills.map(({ id }: { id: string }) => id)).toContain('control_server');
  const status = await send([{ data: { skill: 'server_status' } }]);
  expect(status.artifacts[0].parts[0].data).toMatchObject({ servers: [], provider: { state: 'ok' } });
});

it.each([[{ action: 'start' }], [{ action: 'terminate', server: 'timed' }], [{ action: 'start', server: 'srv_none' }]])(
  'fails on %j',
  async (data) => {
    const task = await send([wish(data)]);
    expect(task.status.state).toBe('TASK_STATE_FAILED');
    expect(server.services.fleet.asked).toEqual([]);
  },
);
