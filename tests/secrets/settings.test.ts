import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createApp } from '../../src/app/create-app.ts';
import { readSettings } from '../../src/app/read-settings.ts';
import { loadConfig } from '../../src/config/config.ts';
import { createHttpGateway } from '../../src/gateway/http/server.ts';
import { restPlugin } from '../../src/gateway/rest/rest-plugin.ts';
import { type FakeSecretManager, startFakeSecretManager } from './fake-secret-manager.ts';

const folder = mkdtempSync(join(tmpdir(), 'h200-settings-'));
const SECRET = (n: number) => `signing secret number ${n}, which is long enough`;
let fake: FakeSecretManager;
let env: Record<string, string>;
beforeAll(async () => {
  fake = await startFakeSecretManager();
});
afterAll(async () => {
  await fake.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  fake.secrets.clear();
  fake.asked.length = 0;
  env = { GCP_SECRET_MANAGER_ENDPOINT: fake.endpoint };
});
afterEach(() => vi.restoreAllMocks());
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return pathToFileURL(join(folder, name)).href;
};

it('secrets come from files and from Secret Manager, whole or one key of them', async () => {
  fake.secrets.set('p1/all', [JSON.stringify({ jwt: SECRET(1), openai: 'sk-1' })]);
  const { config, secrets } = await readSettings({
    ...env,
    JWT_SECRET: 'gsm://p1/all#jwt',
    OPENAI_API_KEY: 'gsm://p1/all/1#openai',
    H200_API_TOKEN: file('token', 'a-token-of-sixteen\n'),
    LOG_LEVEL: 'error',
  });
  expect(config).toMatchObject({
    JWT_SECRET: SECRET(1),
    OPENAI_API_KEY: 'sk-1',
    H200_API_TOKEN: 'a-token-of-sixteen',
    LOG_LEVEL: 'error',
  });
  expect(secrets.get('JWT_SECRET')).toBe(SECRET(1));
  await secrets.close();
});

it('what cannot be read is an error that names every variable, and no value', async () => {
  fake.secrets.set('p1/short', ['hush-hush']);
  const failed = readSettings({
    ...env,
    JWT_SECRET: 'gsm://p1/short',
    OPENAI_API_KEY: 'gsm://p1/none',
    H200_API_TOKEN: `file://${folder}/none`,
  });
  await expect(failed).rejects.toMatchObject({ code: 'SECRET_001' });
  const { message } = (await failed.catch((error: unknown) => error)) as Error;
  for (const name of ['JWT_SECRET', 'OPENAI_API_KEY', 'H200_API_TOKEN']) expect(message).toContain(name);
  expect(message).toContain('at least 32 characters');
  expect(message).not.toContain('hush');
  await expect(readSettings({ JWT_SECRET: 'gsm://p1' })).rejects.toMatchObject({
    code: 'SECRET_002',
    message: expect.stringContaining('JWT_SECRET'),
  });
});

it('a reference is never used as if it were the secret', () => {
  const reference = 'gsm://a-project-with-a-long-name/and-a-secret';
  expect(() => loadConfig({ JWT_SECRET: reference })).toThrow(/JWT_SECRET: its value says where the secret is/);
  expect(loadConfig({ H200_MODEL: 'file:x' }).H200_MODEL).toBe('file:x');
});

it('only http on this machine may go without credentials', () => {
  expect(() => loadConfig({ GCP_SECRET_MANAGER_ENDPOINT: 'http://secrets.example' })).toThrow(/must be https/);
  expect(() => loadConfig({ GCP_SECRET_MANAGER_ENDPOINT: 'http://127.0.0.1.example' })).toThrow(/must be https/);
});

it('secrets are replaced while the server runs: logins go on, the old token of the configuration ends', async () => {
  fake.secrets.set('p1/jwt', [SECRET(1)]);
  const token = (text: string) => file('server-token', text);
  const { config, secrets } = await readSettings({
    ...env,
    H200_DATA_DIR: join(folder, 'data'),
    JWT_SECRET: 'gsm://p1/jwt',
    H200_API_TOKEN: token('the-first-token-of-it'),
    LOG_LEVEL: 'silent',
  });
  const app = await createApp(config, secrets);
  const { accounts } = app.services;
  await accounts.ensureAdmin('root', 'correct horse battery');
  const login = async () =>
    (await accounts.login({ username: 'root', password: 'correct horse battery' }, '10.0.0.1')).access_token;
  const gateway = createHttpGateway(app.services, [restPlugin()], {
    host: '127.0.0.1',
    port: 0,
    token: () => secrets.get('H200_API_TOKEN'),
    allowedHosts: [],
    allowedOrigins: [],
  });
  const { url } = await gateway.listen();
  const status = async (bearer: string) =>
    (await fetch(`${url}/api/v1/rules`, { headers: { authorization: `Bearer ${bearer}` } })).status;
  try {
    const before = await login();
    expect([await status('the-first-token-of-it'), await status(before)]).toEqual([200, 200]);
    fake.secrets.set('p1/jwt', [SECRET(1), SECRET(2)]);
    token('the-second-token-of-it');
    expect(await secrets.refresh({ fresh: true })).toBe(true);
    expect([await status('the-first-token-of-it'), await status('the-second-token-of-it')]).toEqual([401, 200]);
    const after = await login();
    expect([await status(before), await status(after)]).toEqual([200, 200]);
    expect(Buffer.from(app.signingKeys.keys()[0]!).toString()).toBe(SECRET(2));

    // What cannot be read, and what is not usable, changes nothing.
    fake.secrets.set('p1/jwt', ['short']);
    token('short');
    expect(await secrets.refresh({ fresh: true })).toBe(false);
    expect([await status('the-second-token-of-it'), await status(after)]).toEqual([200, 200]);
  } finally {
    await gateway.close();
    await app.close();
  }
});

it('a login that another server signed with a newer secret is believed at once', async () => {
  fake.secrets.set('p1/jwt', [SECRET(1)]);
  const start = async () => {
    const { config, secrets } = await readSettings({
      ...env,
      H200_DATA_DIR: join(folder, 'shared'),
      JWT_SECRET: 'gsm://p1/jwt',
      LOG_LEVEL: 'silent',
    });
    return createApp(config, secrets);
  };
  const early = await start();
  await early.services.accounts.ensureAdmin('root', 'correct horse battery');
  fake.secrets.set('p1/jwt', [SECRET(1), SECRET(2)]);
  const late = await start();
  try {
    const login = { username: 'root', password: 'correct horse battery' };
    const { access_token } = await late.services.accounts.login(login, '10.0.0.1');
    expect(await early.services.accounts.identify(access_token)).toMatchObject({ kind: 'user', role: 'admin' });
    const asked = fake.asked.length;
    for (let n = 0; n < 20; n += 1) {
      await expect(early.services.accounts.identify(`${access_token}x`)).rejects.toMatchObject({ code: 'AUTH_001' });
    }
    expect(fake.asked).toHaveLength(asked);
  } finally {
    await early.close();
    await late.close();
  }
});
