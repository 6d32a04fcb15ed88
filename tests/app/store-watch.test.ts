import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { watchStore } from '../../src/app/store-watch.ts';
import { loadConfig } from '../../src/config/config.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import { AppError } from '../../src/errors.ts';
import { checkHealth } from '../../src/gateway/http/health.ts';
import type { Records } from '../../src/ports/records.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { sampleAnalysis } from '../support/samples.ts';

let folder: string;
let app: App | undefined;
const file = () => join(folder, 'records.db');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-watch-'));
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function fill(count: number): Promise<void> {
  const records = createSqliteRecords(file());
  for (let n = 0; n < count; n += 1) {
    const analysis = sampleAnalysis({ analysis_id: `ana_${n}` });
    await records.analyses.put({ owner: 'local', analysis, imageKey: null, state: 'x'.repeat(40_000) });
  }
  await records.close();
}

it('notices 8 kB of rubbish in the middle of records.db soon after the start, and readiness says so', async () => {
  await fill(40);
  const db = new Database(file());
  const leaf = db.prepare("SELECT pageno FROM dbstat WHERE name = 'analyses' AND pagetype = 'leaf'").pluck().get();
  db.close();
  const fd = openSync(file(), 'r+');
  writeSync(fd, Buffer.alloc(8192, 0x5a), 0, 8192, ((leaf as number) - 1) * 16_384);
  closeSync(fd);
  app = await createApp(loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder }));
  const { services } = app;
  await expect
    .poll(() => checkHealth(services, LOCAL), { timeout: 15_000, interval: 300 })
    .toMatchObject({
      status: 'degraded',
      checks: { store: { ok: false, error: null, damaged: true } },
    });
}, 20_000);

it('counts what cannot be read, in the log and in health', async () => {
  await fill(3);
  const db = new Database(file());
  db.exec("UPDATE analyses SET analysis = '{' WHERE id = 'ana_1'");
  db.close();
  const records = createSqliteRecords(file());
  const log = { error: vi.fn(), warn: vi.fn() };
  const watch = watchStore({ records, log: log as unknown as Log, exists: () => existsSync(file()) });
  expect(await watch.health()).toEqual({
    backend: 'embedded',
    state: 'connected',
    answered: true,
    writable: null,
    damage: null,
    unreadable: null,
  });
  await watch.check(new AbortController().signal);
  expect(await watch.health()).toEqual({
    backend: 'embedded',
    state: 'connected',
    answered: true,
    writable: null,
    damage: null,
    unreadable: 1,
  });
  expect(log.error).toHaveBeenCalledWith(
    { unreadable: [{ kind: 'analysis', id: 'ana_1' }], count: 1 },
    expect.any(String),
  );
  await records.close();
  await watch.check(new AbortController().signal);
  expect(log.warn).toHaveBeenCalled();
});

it('makes no store that is not there, and goes on where its time was over', async () => {
  app = await createApp(loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder }));
  await app.services.storeHealth();
  await sleep(2200);
  expect(existsSync(file())).toBe(false);
  await fill(30);
  const records = createSqliteRecords(file());
  let rounds = 0;
  let seen = 0;
  for (let complete = false; !complete && rounds < 200; rounds += 1) {
    const check = await records.check({ limitMs: 3 });
    expect(check.records).toBeGreaterThanOrEqual(seen);
    ({ complete, records: seen } = check);
  }
  expect(seen).toBe(30);
  expect(rounds).toBeGreaterThan(1);
  await records.close();
});

it('wakes nobody for a store that is only slow, unless that lasts, and says how it is', async () => {
  let now = 0;
  let failure: AppError | null = null;
  const records = {
    status: () => ({ backend: 'embedded', state: 'connected' }),
    writable: async () => {
      if (failure !== null) throw failure;
    },
  } as unknown as Records;
  const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn() };
  const watch = watchStore({ records, log: log as unknown as Log, exists: () => true, clock: () => now });
  failure = new AppError('DB_001');
  expect((await watch.health()).writable).toBe('DB_001');
  now = 30_000;
  expect((await watch.health()).writable).toBe('DB_001');
  expect(log.error).not.toHaveBeenCalled();
  expect(log.warn).toHaveBeenCalledTimes(1);
  now = 61_000;
  expect((await watch.health()).writable).toBe('DB_001');
  expect(log.error).toHaveBeenCalledTimes(1);
  failure = null;
  expect((await watch.health()).writable).toBeNull();
  // What the store itself refuses is told at once.
  failure = new AppError('STORAGE_003');
  expect((await watch.health()).writable).toBe('STORAGE_003');
  expect(log.error).toHaveBeenCalledTimes(2);
});
