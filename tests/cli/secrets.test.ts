import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeSecretManager, startFakeSecretManager } from '../secrets/fake-secret-manager.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'h200-secrets-cli-'));
const entry = join(folder, 'entry.mjs');
writeFileSync(
  entry,
  `const { run } = await import(${JSON.stringify(MAIN)}); process.exitCode = await run(process.argv.slice(2));`,
);
const SECRET = 'hush-hush-hush-hush-hush-hush-hush-hush';
let fake: FakeSecretManager;
beforeAll(async () => {
  fake = await startFakeSecretManager();
});
afterAll(async () => {
  await fake.close();
  rmSync(folder, { recursive: true, force: true });
});

async function secrets(args: readonly string[], { input = '', env = {} as Record<string, string> } = {}) {
  const child = spawn(process.execPath, [entry, ...args], {
    env: {
      ...process.env,
      H200_DATA_DIR: join(folder, 'data'),
      GCP_SECRET_MANAGER_ENDPOINT: fake.endpoint,
      GCP_PROJECT_ID: 'p1',
      ...env,
    },
  });
  child.stdin.end(input);
  const [out, said, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect(out + said).not.toContain('hush');
  return { out, said, status };
}

it('sets, lists, checks and deletes in Secret Manager, and prints no secret', async () => {
  expect(await secrets(['secrets', 'set', 'gsm://p1/jwt'], { input: `${SECRET}\n` })).toMatchObject({
    said: 'stored as version 1 of gsm://p1/jwt\n',
    status: 0,
  });
  expect(fake.secrets.get('p1/jwt')).toEqual([SECRET]);
  expect((await secrets(['secrets', 'list'])).out).toBe('jwt  2026-11-28T10:00:00.000Z\n');
  const env = { JWT_SECRET: 'gsm://p1/jwt', H200_API_TOKEN: SECRET };
  expect((await secrets(['secrets', 'check'], { env })).out).toBe(
    'ok      H200_API_TOKEN: is given in the environment\nok      JWT_SECRET: is read from gsm://p1/jwt/latest\n',
  );
  expect((await secrets(['secrets', 'delete', 'gsm://p1/jwt'])).status).toBe(2);
  expect(fake.secrets.has('p1/jwt')).toBe(true);
  expect((await secrets(['secrets', 'delete', 'gsm://p1/jwt', '--yes'])).status).toBe(0);
  expect((await secrets(['secrets', 'delete', 'gsm://p1/jwt', '--yes'])).status).toBe(1);
});

it('sets and deletes a file, and says what is wrong with one', async () => {
  const path = join(folder, 'token');
  await secrets(['secrets', 'set', `file://${path}`], { input: SECRET });
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual([SECRET, 0o600]);
  const env = {
    JWT_SECRET: `file://${path}`,
    H200_API_TOKEN: `file://${folder}/none`,
    OPENAI_API_KEY: 'gsm://p1/none',
  };
  chmodSync(path, 0o666);
  const { out, status } = await secrets(['secrets', 'check'], { env });
  expect(status).toBe(1);
  expect(out).toMatch(/failed {2}JWT_SECRET: .*may be changed by others/);
  expect(out).toMatch(/failed {2}H200_API_TOKEN: .*does not exist/);
  expect(out).toMatch(/failed {2}OPENAI_API_KEY: .*no such secret/);
  expect((await secrets(['secrets', 'delete', `file://${path}`, '--yes'])).status).toBe(0);
});

it('an empty secret, a version or a key of one are not stored', async () => {
  expect((await secrets(['secrets', 'set', 'gsm://p1/a'], { input: '\n' })).status).toBe(1);
  expect((await secrets(['secrets', 'set', 'gsm://p1/a/1'], { input: SECRET })).status).toBe(2);
  expect((await secrets(['secrets', 'set', 'gsm://p1/a#b'], { input: SECRET })).status).toBe(2);
  expect((await secrets(['secrets', 'set', 'a'], { input: SECRET })).status).toBe(2);
  expect(fake.secrets.has('p1/a')).toBe(false);
});

it('a start whose secret cannot be read ends with one clear error; doctor says the same', async () => {
  const env = { JWT_SECRET: 'gsm://p1/none' };
  const { said, status } = await secrets(['analyses', 'list'], { env });
  expect([said, status]).toEqual([
    expect.stringMatching(/^SECRET_001: JWT_SECRET cannot be had from gsm:\/\/p1\/none\/latest: .*\n.*\n$/),
    1,
  ]);
  const doctor = await secrets(['doctor'], { env });
  expect([doctor.out, doctor.status]).toEqual([expect.stringMatching(/^failed {2}JWT_SECRET .*SECRET_001/), 1]);
});
