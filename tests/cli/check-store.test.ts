import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { checkStore } from '../../src/cli/check-store.ts';
import { loadConfig } from '../../src/config/config.ts';

let folder: string;
let app: App;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-store-'));
});
afterEach(async () => {
  await app?.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (data: string) => {
  app = await createApp(loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: data }));
  return app.services;
};

it('has nothing to say of a folder that can be used, or made', async () => {
  const data = join(folder, 'new', 'data');
  expect(await checkStore(await open(data), data)).toBeNull();
});

it.each([
  ['a file in place of the folder', (data: string) => writeFileSync(data, 'no folder'), /cannot be opened/],
  [
    'a folder in place of the store',
    (data: string) => mkdirSync(join(data, 'records.db'), { recursive: true }),
    /cannot be opened/,
  ],
  [
    'a damaged store',
    (data: string) => {
      mkdirSync(data);
      writeFileSync(join(data, 'records.db'), 'x'.repeat(20_000));
    },
    /damaged/,
  ],
])('stops for %s, and names the folder', async (_what, make, message) => {
  const data = join(folder, 'data');
  make(data);
  const refusal = await checkStore(await open(data), data).then(
    () => null,
    (error: Error) => error,
  );
  expect(refusal).toMatchObject({ code: 'DB_001', message: expect.stringMatching(message) });
  expect(refusal?.message).toContain(`The data folder ${data} cannot be used.`);
});

it('does not stop for a lock that another program holds for a moment', async () => {
  const data = join(folder, 'data');
  mkdirSync(data);
  const other = new Database(join(data, 'records.db'));
  other.exec('BEGIN EXCLUSIVE');
  try {
    expect(await checkStore(await open(data), data)).toMatch(/^DB_001: .*lock|no answer/);
  } finally {
    other.close();
  }
});

it('does not wait for ever', async () => {
  const services = await open(join(folder, 'data'));
  const silent = { ...services, ping: () => new Promise<void>(() => {}) };
  expect(await checkStore(silent, folder, 50)).toMatch(/no answer within 0.05 s/);
});
