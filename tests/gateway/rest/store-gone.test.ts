import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prepareAccounts } from '../../../src/cli/prepare-accounts.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { AppError } from '../../../src/errors.ts';
import { startRest } from './rest-server.ts';

const NOBODY = 'mongodb://127.0.0.1:9/desks?serverSelectionTimeoutMS=300';

it('a MongoDB that is not there at the start: health works, and what needs it says why', async () => {
  const server = await startRest({ MONGODB_ATLAS_URI: NOBODY });
  try {
    for (const headers of [{}, { authorization: 'Bearer a-token-that-nobody-can-look-up' }]) {
      for (const path of ['/health', '/api/v1/health', '/readyz']) {
        const { status, body } = await server.ask('GET', path, undefined, headers as Record<string, string>);
        expect([path, status]).toEqual([path, path === '/readyz' ? 503 : 200]);
        expect(body).toMatchObject({ status: 'degraded', checks: { store: { ok: false, state: 'unreachable' } } });
      }
      expect((await server.ask('GET', '/healthz', undefined, headers as Record<string, string>)).status).toBe(200);
      const rules = await server.ask('GET', '/api/v1/rules', undefined, headers as Record<string, string>);
      expect([rules.status, rules.body.error.code]).toEqual([503, 'DB_001']);
      expect(rules.body.error.message).toMatch(/MongoDB/);
      expect(rules.headers.get('retry-after')).toBeTruthy();
    }
    const login = await server.ask('POST', '/api/v1/auth/login', { username: 'a', password: 'b' });
    expect([login.status, login.body.error.code]).toEqual([503, 'DB_001']);
  } finally {
    await server.close();
  }
});

it('with an administrator to be made nobody gets in before, and it is made when the store is back', async () => {
  const server = await startRest({
    MONGODB_ATLAS_URI: NOBODY,
    H200_ADMIN_USERNAME: 'root',
    H200_ADMIN_PASSWORD: 'correct horse battery',
  });
  try {
    expect((await server.ask('GET', '/api/v1/rules')).status).toBe(401);
    expect((await server.ask('GET', '/health')).status).toBe(200);
  } finally {
    await server.close();
  }
  const folder = mkdtempSync(join(tmpdir(), 'h200-prepare-'));
  const config = loadConfig({
    H200_DATA_DIR: folder,
    H200_ADMIN_USERNAME: 'root',
    H200_ADMIN_PASSWORD: 'correct horse battery',
  });
  let tries = 0;
  const accounts = {
    inUse: async () => true,
    async ensureAdmin() {
      tries += 1;
      if (tries < 3) throw new AppError('DB_001');
    },
  };
  const told: string[] = [];
  const stop = await prepareAccounts(accounts, config, undefined, { warn: ({ code }) => told.push(code), againMs: 5 });
  await expect.poll(() => tries).toBe(3);
  expect(told).toEqual(['DB_001']);
  stop();
  rmSync(folder, { recursive: true });
});

it('in production nothing starts without a secret while nobody knows whether there are users', async () => {
  const accounts = { inUse: () => Promise.reject(new AppError('DB_001')), ensureAdmin: async () => {} };
  await expect(prepareAccounts(accounts, loadConfig({}), 'production')).rejects.toThrow(/JWT_SECRET/);
  (await prepareAccounts(accounts, loadConfig({}), undefined))();
});
