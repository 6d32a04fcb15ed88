import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { queuePart } from '../../src/app/known-parts.ts';
import { seenParts } from '../../src/app/seen-parts.ts';
import { loadConfig } from '../../src/config/config.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import { checkHealth } from '../../src/gateway/http/health.ts';

let folder: string;
const apps: App[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-parts-'));
});
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(env: Record<string, string> = {}, options?: Parameters<typeof createApp>[2]): Promise<App> {
  const config = loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: join(folder, 'data'), ...env });
  const app = await createApp(config, undefined, options);
  apps.push(app);
  return app;
}
const scraped = async (app: App, name: string) =>
  new RegExp(`^${name}(?:\\{[^}]*\\})? (.+)$`, 'm').exec(await app.services.metrics.registry.metrics())?.[1];

describe('what a running server says of its parts', () => {
  /** What only a trial, or a long look, can tell. */
  const TRIED = [
    'node',
    'stored records',
    'stored photos',
    'audit log',
    'retention',
    'ffmpeg',
    'data folder',
    'allowed folders',
  ];

  it('is of every part that the doctor examines, each with a line', { timeout: 60_000 }, async () => {
    const { services } = await open();
    const { parts } = await checkHealth(services, LOCAL);
    const names = parts?.map(({ name }) => name) ?? [];
    expect(new Set(names).size).toBe(names.length);
    for (const { detail } of parts ?? []) expect(detail).toMatch(/\S/);
    const script = `const { run } = await import('./src/main.ts'); await run(['doctor', '--json']);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, H200_DATA_DIR: join(folder, 'data') },
    });
    const said = JSON.parse(stdout) as { name: string }[];
    expect(said.length).toBeGreaterThan(15);
    expect(said.map(({ name }) => name).filter((name) => !names.includes(name) && !TRIED.includes(name))).toEqual([]);
    expect((await checkHealth(services, null)).parts).toBeUndefined();
  });

  it('never says another thing of the record store than health does', async () => {
    const { services } = await open();
    let writable: 'STORAGE_003' | null = null;
    const { storeHealth } = services;
    const known = {
      ...services,
      storeHealth: async () => ({ ...(await storeHealth()), writable }),
      backups: () => null,
    };
    const parts = seenParts(loadConfig({ H200_DATA_DIR: join(folder, 'data') }), known, () => new Date(0));
    for (writable of [null, 'STORAGE_003', null] as const) {
      const health = await checkHealth({ ...known, parts }, LOCAL);
      const part = health.parts?.find(({ name }) => name === 'record store');
      expect([health.status, part?.state]).toEqual(writable === null ? ['ok', 'ok'] : ['degraded', 'failed']);
    }
  });

  it('says that a model is cut short, not that there is none', async () => {
    const models = join(folder, 'models');
    cpSync(fileURLToPath(new URL('../../models', import.meta.url)), models, { recursive: true });
    const app = await open();
    expect(await scraped(app, 'h200_model_installed')).toBe('1');
    truncateSync(join(models, 'desk-detector.onnx'), 1000);
    const { createVision } = await import('../../src/vision/vision.ts');
    const { ModelsStore } = await import('../../src/vision/models/models-store.ts');
    const { Metrics } = await import('../../src/telemetry/metrics.ts');
    const config = loadConfig({ H200_DATA_DIR: join(folder, 'data'), H200_MODELS_DIR: models });
    const metrics = new Metrics();
    const store = new ModelsStore(config, models);
    const vision = createVision({ config, metrics, log: app.services.log, server: null, store } as never);
    expect(await metrics.registry.metrics()).toMatch(/^h200_model_installed 0$/m);
    const services = { ...app.services, models: () => vision.report() };
    expect((await checkHealth(services, LOCAL)).checks.model).toMatchObject({
      ok: false,
      error: expect.stringMatching(/The file has 1000 bytes/),
    });
    await vision.close();
    metrics.close();
  });
});

describe('the queue', () => {
  const there = { state: 'connected', workers: 2, waiting: 1, ok: true, fallback: false } as const;
  it.each([
    [null, 'off', /H200_QUEUE is unset/],
    [there, 'ok', /2 workers take analyses, 1 wait/],
    [{ ...there, workers: 0, ok: false }, 'failed', /QUEUE_002.*h200-mug worker/],
    [{ ...there, state: 'unreachable', workers: null, waiting: null, ok: false }, 'failed', /QUEUE_001.*REDIS_/],
  ] as const)('%j is %s', (queue, state, words) => {
    expect(queuePart(queue)).toEqual({ name: 'queue', state, detail: expect.stringMatching(words) });
  });

  it('makes a server ill that cannot do without it', async () => {
    const { services } = await open();
    const health = async (queue: object | null) => {
      const asked = { ...services, queue: { ...services.queue, health: () => queue as never } };
      const { status, checks } = await checkHealth(asked, null);
      return [status, checks.queue];
    };
    expect(await health(null)).toEqual(['ok', null]);
    expect(await health(there)).toEqual(['ok', there]);
    const alone = { ...there, workers: 0, ok: false };
    expect(await health(alone)).toEqual(['degraded', alone]);
    expect((await health({ ...alone, fallback: true }))[0]).toBe('ok');
  });

  it('that nobody reaches is seen within seconds, with its metrics', { timeout: 30_000 }, async () => {
    const env = { H200_QUEUE: 'redis', REDIS_HOST: '127.0.0.1', REDIS_PORT: '9' };
    const app = await open(env, { queue: 'use' });
    await expect
      .poll(async () => (await checkHealth(app.services, null)).checks.queue, { timeout: 20_000 })
      .toEqual({ state: 'unreachable', workers: null, waiting: null, ok: false, fallback: false });
    expect((await checkHealth(app.services, null)).status).toBe('degraded');
    expect(await scraped(app, 'h200_queue_up')).toBe('0');
    expect(await scraped(app, 'h200_queue_workers')).toBeUndefined();
  });
});

it('says how much room there is, and whether anything can be stored', async () => {
  const app = await open();
  expect(Number(await scraped(app, 'h200_data_free_bytes'))).toBeGreaterThan(0);
  expect(Number(await scraped(app, 'h200_data_size_bytes'))).toBeGreaterThan(0);
  expect(await scraped(app, 'h200_store_writable')).toBe('1');
});
