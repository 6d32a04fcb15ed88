import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeSecretManager, startFakeSecretManager } from '../secrets/fake-secret-manager.ts';
import { runProgram, start, waitForLine } from '../support/program.ts';
import { makeCertificate } from '../tls/make-certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'h200-https-'));
const pair = makeCertificate();
let fake: FakeSecretManager;
let env: Record<string, string>;
beforeAll(async () => {
  fake = await startFakeSecretManager();
  fake.secrets.set('p1/jwt', ['a signing secret, which is long enough']);
  fake.secrets.set('p1/app', [JSON.stringify({ password: 'correct horse battery' })]);
  writeFileSync(join(folder, 'cert.pem'), pair.cert);
  writeFileSync(join(folder, 'key.pem'), pair.key, { mode: 0o600 });
  env = {
    NODE_ENV: 'production',
    H200_DATA_DIR: join(folder, 'data'),
    GCP_SECRET_MANAGER_ENDPOINT: fake.endpoint,
    JWT_SECRET: 'gsm://p1/jwt',
    H200_ADMIN_USERNAME: 'root',
    H200_ADMIN_PASSWORD: 'gsm://p1/app#password',
    H200_TLS_CERT: join(folder, 'cert.pem'),
    H200_TLS_KEY: join(folder, 'key.pem'),
    H200_ALLOWED_IPS: '127.0.0.1',
  };
});
afterAll(async () => {
  await fake.close();
  rmSync(folder, { recursive: true });
});

const ask = (url: string, method: string, path: string, body?: object) =>
  new Promise<{ status: number; cookie: string; json: Record<string, unknown> }>((done, fail) => {
    const headers = { ...(body && { 'content-type': 'application/json' }) };
    const asked = request(`${url}${path}`, { method, ca: pair.cert, agent: false, headers }, (answer) => {
      let text = '';
      answer.on('data', (piece) => {
        text += String(piece);
      });
      answer.on('end', () => {
        const cookie = String(answer.headers['set-cookie'] ?? '');
        done({ status: answer.statusCode ?? 0, cookie, json: JSON.parse(text) });
      });
    });
    asked.on('error', fail);
    asked.end(body && JSON.stringify(body));
  });

it('serves HTTPS with secrets that are elsewhere, to the addresses that may call', async () => {
  const child = start(['serve', '--port', '0'], { env });
  const ended = once(child, 'close');
  const [, url = ''] = await waitForLine(child, /listens on (https:\S+)/);
  expect((await ask(url, 'GET', '/healthz')).status).toBe(200);
  const login = { username: 'root', password: 'correct horse battery', browser: true };
  const { status, cookie, json } = await ask(url, 'POST', '/api/v1/auth/login', login);
  expect([status, json.expires_in]).toEqual([200, 900]);
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict; Secure$/);
  expect((await ask(url, 'GET', '/api/v1/rules')).status).toBe(401);
  child.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
});

it('starts with no half of a certificate, and with no secret that cannot be read', async () => {
  const half = await runProgram(['serve', '--port', '0'], { env: { ...env, H200_TLS_KEY: '' } });
  expect([half.status, half.stderr]).toEqual([2, expect.stringContaining('H200_TLS_CERT and H200_TLS_KEY: set both')]);
  const other = makeCertificate();
  writeFileSync(join(folder, 'other.pem'), other.key, { mode: 0o600 });
  const wrong = await runProgram(['serve', '--port', '0'], {
    env: { ...env, H200_TLS_KEY: join(folder, 'other.pem') },
  });
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringMatching(/^TLS_001: .*does not belong/m)]);
  const none = await runProgram(['serve', '--port', '0'], { env: { ...env, JWT_SECRET: 'gsm://p1/none' } });
  expect([none.status, none.stdout]).toEqual([1, '']);
  expect(none.stderr).toMatch(/^SECRET_001: JWT_SECRET cannot be had from gsm:\/\/p1\/none\/latest: /);
});
