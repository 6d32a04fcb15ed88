import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../../src/contract/principal.ts';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';
import { realTime } from '../../fakes/runpod/time.ts';
import { type RestServer, startRest } from './rest-server.ts';

const API = '/api/v1';
const PASSWORD = 'correct horse battery';
let fake: FakeRunpod;
let server: RestServer;
const tokens = {} as Record<Role, string>;
beforeAll(async () => {
  fake = await startFakeRunpod({ time: realTime(1000), rates: null });
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
    await as('admin', 'POST', '/users', { username: role, password: PASSWORD, role, must_change_password: false });
    tokens[role] = await login(role);
  }
}, 120_000);
afterAll(async () => {
  await server.close();
  await fake.close();
});

const as = (role: Role, method: string, path: string, body?: unknown) =>
  server.ask(method, `${API}${path}`, body, { authorization: `Bearer ${tokens[role]}` });
const put = (body: unknown) => as('admin', 'PUT', '/servers/routing', body);

describe('where analyses go, over REST', () => {
  it('is this process until somebody who may says otherwise; it is written down who did', {
    timeout: 120_000,
  }, async () => {
    const before = await as('admin', 'GET', '/servers/routing');
    expect(before.body).toMatchObject({
      revision: 0,
      changed_at: null,
      rollout_id: null,
      window_seconds: 300,
      backends: [{ id: 'here', weight: 100, requests: 0, errors: 0, p50_ms: null, p95_ms: null }],
    });
    const made = await as('admin', 'POST', '/servers', { type: 'timed' });
    const { id } = made.body.server as { id: string };
    const set = await put({ weights: { here: 70, [id]: 30 } });
    expect(set.body).toMatchObject({
      revision: 1,
      backends: [
        { id: 'here', weight: 70 },
        { id, kind: 'pod', weight: 30 },
      ],
    });
    expect((await as('admin', 'GET', '/servers/routing')).body).toEqual(set.body);
    const audit = await as('admin', 'GET', '/audit');
    expect(JSON.stringify(audit.body)).toContain(`here 70, ${id} 30`);
    for (const role of ROLES) {
      const isAllowed = role === 'admin';
      if (isAllowed) continue;
      expect([role, (await as(role, 'PUT', '/servers/routing', { weights: { here: 100 } })).status]).toEqual([
        role,
        403,
      ]);
    }
    expect((await put({ weights: { here: 100 }, revision: 0 })).body).toMatchObject({ error: { code: 'SERVER_002' } });
    expect((await put({ weights: { here: 100 }, revision: 1 })).body).toMatchObject({ revision: 2 });
  });

  it.each([
    [{ weights: { here: 99 } }, 'VALIDATION_002'],
    [{ weights: {} }, 'VALIDATION_002'],
    [{ weights: { here: 50, elsewhere: 50 } }, 'VALIDATION_002'],
    [{ weights: { here: 150, srv_a: -50 } }, 'VALIDATION_002'],
    [{ weights: { queue: 100 } }, 'VALIDATION_002'],
    [{ weights: { srv_nobody: 100 } }, 'SERVER_001'],
  ])('is not changed by %j', async (body, code) => {
    expect((await put(body)).body).toMatchObject({ error: { code } });
  });
});
