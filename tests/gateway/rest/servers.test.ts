import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../../src/contract/principal.ts';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';
import { realTime } from '../../fakes/runpod/time.ts';
import { type RestServer, startRest } from './rest-server.ts';

/** The real product with its fleet, over a RunPod of this machine whose clock runs faster. */
const API = '/api/v1';
const PASSWORD = 'correct horse battery';
let fake: FakeRunpod;
let server: RestServer;
const tokens = {} as Record<Role, string>;
beforeAll(async () => {
  fake = await startFakeRunpod({ time: realTime(100), rates: null });
  server = await startRest({
    ...fake.env,
    H200_SERVER_IMAGE: 'ghcr.io/acme/mug:1.0.0',
    H200_ADMIN_USERNAME: 'root',
    H200_ADMIN_PASSWORD: PASSWORD,
  });
  const login = async (username: string) =>
    (await server.ask('POST', `${API}/auth/login`, { username, password: PASSWORD })).body.access_token as string;
  tokens.admin = await login('root');
  for (const role of ROLES.filter((one) => one !== 'admin')) {
    const made = { username: role, password: PASSWORD, role, must_change_password: false };
    await as('admin', 'POST', '/users', made);
    tokens[role] = await login(role);
  }
});
afterAll(async () => {
  await server.close();
  await fake.close();
});

const as = (role: Role, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  server.ask(method, `${API}${path}`, body, { authorization: `Bearer ${tokens[role]}`, ...headers });
const creations = () => fake.calls.filter(({ method, path }) => method === 'POST' && path === '/v2/pods').length;

describe('a timed server, from its price to its end', () => {
  it('what it would cost can be asked by anybody who sees servers, and creates nothing', async () => {
    const gpus = await as('viewer', 'GET', '/servers/gpus?type=timed&gpu_type=H200');
    expect(gpus.body).toContainEqual(expect.objectContaining({ gpu_id: 'NVIDIA H200', price_per_hour: 3.99 }));
    const quote = await as('viewer', 'POST', '/servers/quote', { type: 'timed', config: { gpu_type: 'H200' } });
    expect(quote.body).toMatchObject({ price_per_hour: 3.99 });
    const plan = await as('admin', 'POST', '/servers/deploy', { type: 'timed', dry_run: true });
    expect(plan.body).toMatchObject({ outcome: 'dry_run', plan: { price_source: 'simulated catalog' }, server: null });
    expect(creations()).toBe(0);
  });

  it('who may not deploy is told which permission is missing, and two who may at once make one', async () => {
    for (const role of ['viewer', 'analyst', 'manager'] as const) {
      const refused = await as(role, 'POST', '/servers/deploy', { type: 'timed' });
      expect([role, refused.status, refused.body.error.details.permission]).toEqual([role, 403, 'servers:deploy']);
    }
    const both = await Promise.all([1, 2].map(() => as('admin', 'POST', '/servers/deploy', { type: 'timed' })));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 200)?.body).toMatchObject({ outcome: 'deployed' });
    expect(creations()).toBe(1);
    const list = await as('viewer', 'GET', '/servers');
    expect(list.body).toMatchObject([{ type: 'timed', gpu: { id: 'NVIDIA H200' } }]);
    expect(list.headers.get('x-total-count')).toBe('1');
  }, 60_000);

  it('is stopped, started and scaled by who may control, by its type or id', async () => {
    const stop = { action: 'stop' };
    expect((await as('analyst', 'POST', '/servers/timed/control', stop)).status).toBe(403);
    const stopped = await as('manager', 'POST', '/servers/timed/control', stop);
    expect(stopped.body).toMatchObject({
      success: true,
      server: { state: 'stopped' },
      message: expect.any(String),
      duration_seconds: expect.any(Number),
      warnings: [],
    });
    const again = await as('manager', 'POST', '/servers/timed/control', stop);
    expect([again.status, again.body.error.code]).toEqual([409, 'SERVER_002']);
    const { id } = stopped.body.server;
    const scaled = await as('manager', 'POST', `/servers/${id}/control`, { action: 'scale', max_instances: 2 });
    expect(scaled.status).toBeGreaterThanOrEqual(400);
    expect(scaled.status).toBeLessThan(500);
    expect((await as('manager', 'POST', `/servers/${id}/control`, { action: 'start' })).body.success).toBe(true);
    expect((await as('manager', 'POST', '/servers/serverless/control', stop)).status).toBe(404);
  }, 60_000);

  it('keeps its settings, its lines and its costs', async () => {
    const set = await as('manager', 'PUT', '/servers/timed/config', { idle_timeout_seconds: 900 });
    expect(set.body).toMatchObject({ idle_timeout_seconds: 900, servers: [{ config: { idle_timeout_seconds: 900 } }] });
    expect((await as('manager', 'PUT', '/servers/timed/config', { idle_timeout_seconds: 5 })).status).toBe(422);
    const logs = await as('viewer', 'GET', '/servers/timed/logs?lines=2');
    expect(logs.body.lines).toHaveLength(2);
    expect((await as('viewer', 'GET', '/servers/timed/logs?lines=0')).status).toBe(422);
    const cost = await as('viewer', 'GET', '/servers/cost');
    expect(cost.body).toMatchObject({ usd: expect.any(Number), usd_by_type: { timed: expect.any(Number) } });
    const metrics = await as('viewer', 'GET', '/servers/timed/metrics');
    expect(metrics.body).toMatchObject({ requests: 0, error_rate: null, gpu: { utilization: null } });
    expect((await as('viewer', 'GET', '/servers/srv_none')).status).toBe(404);
    expect((await as('viewer', 'GET', '/servers/..%2f..%2fetc')).status).toBe(422);
  });

  it('its lines come as they are written, and go on behind the last one seen', async () => {
    const read = async (headers: Record<string, string> = {}) => {
      const end = new AbortController();
      const answer = await fetch(`${server.url}${API}/servers/timed/logs/stream?lines=50`, {
        headers: { authorization: `Bearer ${tokens.viewer}`, ...headers },
        signal: end.signal,
      });
      expect(answer.headers.get('content-type')).toContain('text/event-stream');
      let text = '';
      const reader = answer.body!.getReader();
      const until = Date.now() + 1500;
      while (Date.now() < until) {
        const next = await Promise.race([reader.read(), new Promise<null>((done) => setTimeout(done, 300, null))]);
        if (next === null || next.done) break;
        text += Buffer.from(next.value).toString();
      }
      end.abort();
      return text;
    };
    const all = await read();
    const ids = [...all.matchAll(/^id: (.+)$/gm)].map(([, id]) => id!);
    expect(ids.length).toBeGreaterThan(1);
    expect(all).toMatch(/^event: log\ndata: \{"cursor"/m);
    const rest = await read({ 'last-event-id': ids.at(-1)! });
    expect(rest).not.toContain(`id: ${ids[0]}\n`);
  }, 20_000);

  it('is protected, and terminated by who may delete', async () => {
    const { id } = (await as('viewer', 'GET', '/servers')).body[0];
    await as('manager', 'PUT', `/servers/${id}/protect`, {});
    expect((await as('admin', 'DELETE', `/servers/${id}`)).body.error.code).toBe('SERVER_002');
    await as('manager', 'PUT', `/servers/${id}/protect`, { protected: false });
    expect((await as('manager', 'DELETE', `/servers/${id}`)).status).toBe(403);
    expect((await as('admin', 'DELETE', `/servers/${id}`)).body).toMatchObject({ success: true });
    expect((await as('viewer', 'GET', '/servers')).body).toEqual([]);
    const audit = await as('admin', 'GET', '/audit?limit=50');
    const events = audit.body.map(({ event, details }: { event: string; details: { action?: string } }) =>
      details.action === undefined ? event : `${event} ${details.action}`,
    );
    for (const one of ['server_created', 'server_controlled stop', 'server_controlled terminate']) {
      expect(events).toContain(one);
    }
  }, 60_000);
});

it('a deployment may go on in the background', async () => {
  const asked = await as('admin', 'POST', '/servers/deploy', { type: 'serverless' }, { prefer: 'respond-async' });
  expect(asked.status).toBe(202);
  const { job_id } = asked.body;
  await expect
    .poll(async () => (await as('admin', 'GET', `/jobs/${job_id}`)).body.state, { timeout: 30_000 })
    .toBe('done');
  const result = await as('admin', 'GET', `/jobs/${job_id}/result`);
  expect(result.body).toMatchObject({ outcome: 'deployed', server: { type: 'serverless', state: 'running' } });
}, 60_000);

it('a replacement answers its id at once, and is looked at and rolled back by it', async () => {
  const body = { type: 'serverless', strategy: 'blue-green' };
  const begun = await as('admin', 'POST', '/deployments', body);
  expect(begun).toMatchObject({ status: 201, body: { strategy: 'blue-green', deployment: { outcome: null } } });
  const { id } = begun.body.deployment;
  expect(begun.headers.get('location')).toBe(`/api/v1/deployments/${id}`);
  expect((await as('viewer', 'GET', `/deployments/${id}`)).body).toMatchObject({ id, strategy: 'blue-green' });
  const second = await as('admin', 'POST', '/deployments', body);
  expect([second.status, second.body.error.details.deployment_id]).toEqual([409, id]);
  expect((await as('manager', 'POST', `/deployments/${id}/rollback`)).status).toBe(403);
  expect(begun.body.warnings).toEqual([expect.stringContaining('No program drives')]);
  const back = await as('admin', 'POST', `/deployments/${id}/rollback`);
  expect(back).toMatchObject({ status: 200, body: { can_roll_back: false, can_promote: false } });
  // Whoever waits for another one of the type is told of this one: nothing here drives it, as "serve" would.
  expect((await as('viewer', 'GET', '/deployments')).body).toMatchObject([{ id, outcome: null, attended: false }]);
}, 60_000);

it.each([
  [{ type: 'both' }, 422],
  [{ type: 'timed', strategy: 'sideways' }, 422],
  [{ type: 'timed', health_check: 'https://169.254.169.254/latest' }, 422],
  [{ type: 'timed', health_check: '//evil.example/x' }, 422],
  [{ type: 'timed', config: { env: { 'A B': 'x' } } }, 422],
  [{ type: 'timed', config: { gpu_type: 'Voodoo 5' } }, 422],
  [{ type: 'timed', max_price: 0.01 }, 503],
] as const)('refuses %j', async (body, status) => {
  const before = creations();
  const refused = await as('admin', 'POST', '/servers/deploy', body);
  expect([refused.status, refused.body.error?.code]).toEqual([status, expect.any(String)]);
  expect(creations()).toBe(before);
});
