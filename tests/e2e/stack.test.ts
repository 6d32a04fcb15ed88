import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/documents.ts';
import { PROMETHEUS } from '../support/prometheus.ts';

interface Target {
  readonly labels: { readonly job: string };
  readonly health: string;
}

/** Every service of the compose files that is ours, and its neighbours, as processes of this machine: what `stack` starts. */
const folder = join(mkdtempSync(join(tmpdir(), 'h200-stack-')), 'stack');
const OFFSET = 21_000;
const stack = (...args: string[]) =>
  spawnSync(join(ROOT, 'scripts/deploy/stack'), [...args, '--folder', folder], { encoding: 'utf8', timeout: 290_000 });
const hasParts = ['redis-server', 'nginx'].every((name) =>
  ['/usr/bin', '/usr/sbin', '/usr/local/bin'].some((place) => existsSync(join(place, name))),
);
if (!hasParts) console.error('THE STACK IS NOT TESTED: redis-server or nginx is not installed here');

const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
const PORTS = [3000, 8000, 8001, 8002, 6379, ...(PROMETHEUS === null ? [] : [9091, 9093])].map((port) => port + OFFSET);

const CHOSEN = 'a password of the operator';

describe.skipIf(!hasParts)('the stack as processes', () => {
  let env: Record<string, string>;
  const at = (port: number, path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${port + OFFSET}${path}`, { signal: AbortSignal.timeout(60_000), ...init });

  beforeAll(() => {
    const { status, stderr } = stack('up', '--offset', `${OFFSET}`, '--workers', '1');
    expect(status, stderr).toBe(0);
    env = parseEnv(readFileSync(join(folder, '.env'), 'utf8')) as Record<string, string>;
  }, 300_000);
  afterAll(async () => {
    stack('down');
    rmSync(join(folder, '..'), { recursive: true, force: true });
  }, 120_000);

  it('answers at every documented port', async () => {
    for (const port of [3000, 8000, 8001, 8002]) {
      const answer = await at(port, '/readyz');
      expect(await answer.json()).toMatchObject({ checks: { store: { ok: true }, model: { ok: true } } });
    }
  });

  const login = (password: string | undefined) => {
    const body = JSON.stringify({ username: env.H200_ADMIN_USERNAME, password });
    const headers = { 'content-type': 'application/json' };
    return at(3000, '/api/v1/auth/login', { method: 'POST', headers, body });
  };

  it('lets the administrator of the first passwords in, through the proxy, and nobody by the token of another program', async () => {
    const { access_token: token, ...rest } = (await (await login(env.H200_ADMIN_PASSWORD)).json()) as {
      access_token: string;
    };
    expect(rest).toMatchObject({ token_type: 'bearer', user: { username: 'admin', must_change_password: true } });
    expect((await at(3000, '/api/v1/analyze/history')).status).toBe(401);
    const other = { authorization: `Bearer ${env.H200_API_TOKEN}` };
    expect((await at(3000, '/api/v1/users', { headers: other })).status).toBe(401);
    // Nobody knows it but the file: it is good for choosing another one.
    const authorization = `Bearer ${token}`;
    const early = await at(3000, '/api/v1/analyze/history', { headers: { authorization } });
    expect(await early.json()).toMatchObject({ error: { code: 'AUTH_005' } });
    const change = { current_password: env.H200_ADMIN_PASSWORD, new_password: CHOSEN };
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(change),
    };
    expect(await (await at(3000, '/api/v1/auth/password', init)).json()).toEqual({ done: true });
  });

  it('analyses a photo through proxy, server, queue and worker', async () => {
    const { access_token: token } = (await (await login(CHOSEN)).json()) as { access_token: string };
    const form = new FormData();
    const photo = readFileSync(join(ROOT, 'examples/mug-too-close.jpg'));
    form.append('image', new Blob([photo], { type: 'image/jpeg' }), 'mug.jpg');
    const answer = await at(3000, '/api/v1/analyze/with-feedback', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    expect(await answer.json()).toMatchObject({ analysis_id: expect.any(String), image: { width: 960, height: 720 } });
  });

  it('keeps numbers for Prometheus from browsers, and says plainly where there is no Grafana', async () => {
    expect((await at(3000, '/metrics')).status).toBe(404);
    const to = await at(3000, '/monitoring', { redirect: 'manual' });
    expect(to.headers.get('location')).toMatch(/\/monitoring\/$/);
    expect((await at(3000, '/monitoring/')).status).toBe(502);
  });

  it.skipIf(PROMETHEUS === null)(
    'is watched: Prometheus reads the server and the worker and has the rules',
    async () => {
      const read = async (path: string) => (await (await at(9091, `/api/v1/${path}`)).json()).data;
      await expect
        .poll(
          async () =>
            (await read('targets')).activeTargets.map((one: Target) => [one.labels.job, one.health]).toSorted(),
          {
            timeout: 60_000,
            interval: 1000,
          },
        )
        .toEqual(['alertmanager', 'h200', 'h200-worker', 'prometheus'].map((job) => [job, 'up']));
      expect((await read('rules')).groups.length).toBeGreaterThan(5);
      expect((await read('alertmanagers')).activeAlertmanagers).toHaveLength(1);
    },
  );

  it('shows its passwords in no argument and to no other user', () => {
    const processes = execFileSync('ps', ['axww', '-o', 'args'], { encoding: 'utf8' });
    for (const name of ['H200_ADMIN_PASSWORD', 'JWT_SECRET', 'REDIS_PASSWORD'])
      expect(processes.includes(env[name] as string), name).toBe(false);
  });

  it('is not started twice', () => {
    const { status, stderr } = stack('up', '--offset', `${OFFSET}`);
    expect(status).toBe(1);
    expect(stderr).toContain('a stack runs already');
  });

  it('leaves nothing: no process, no port, no file', async () => {
    expect(stack('status').stdout.trim().split('\n')).toHaveLength(4);
    expect(stack('down').status).toBe(0);
    expect(existsSync(folder)).toBe(false);
    for (const port of PORTS) expect(await isOpen(port), `${port}`).toBe(false);
    expect(stack('status').status).toBe(1);
  }, 60_000);
});
