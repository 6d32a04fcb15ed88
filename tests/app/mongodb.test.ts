import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { checkStore } from '../../src/cli/check-store.ts';
import { examineStore } from '../../src/cli/examine-store.ts';
import { loadConfig } from '../../src/config/config.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import { checkHealth } from '../../src/gateway/http/health.ts';
import { storeName } from '../../src/storage/mongo/store-name.ts';
import { localCall, makeRule } from '../support/caller.ts';
import { DESK } from '../support/journey.ts';
import { freshDatabase, MONGODB_URI } from '../support/mongo.ts';

const SECRET = 's3cret%2Fword';
/** Nothing listens there. */
const NOBODY = `mongodb://hans:${SECRET}@127.0.0.1:9/desks?serverSelectionTimeoutMS=300`;
/** Of the address, in any form. */
const TOLD = /s3cret|hans|127\.0\.0\.1:9|desks/;

let folder: string;
let app: App | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-mongo-app-'));
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const configOf = (uri: string) => loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder, MONGODB_ATLAS_URI: uri });
const open = async (uri: string) => {
  app = await createApp(configOf(uri));
  return app;
};
const detections = DESK.map(({ class: name, confidence, bbox }) => ({ class: name, confidence, bbox: [...bbox] }));
const analyze = ({ services }: App) =>
  services.analyses.analyze(localCall, { detections, size: { width: 640, height: 480 }, store: true } as never);

/** The program from its sources, with its output. */
async function runHere(script: string, env: Record<string, string>) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    env: { ...process.env, H200_DATA_DIR: folder, ...env },
    timeout: 60_000,
  }).catch((error: { stdout: string; stderr: string }) => error);
  return { stdout, stderr };
}
const command = (...args: string[]) =>
  `const { run } = await import('./src/main.ts'); process.exitCode = await run(${JSON.stringify(args)});`;

describe('without a server', () => {
  it('starts, says what to do, answers and is told of by health and metrics', async () => {
    const { services, examine } = await open(NOBODY);
    const warning = await checkStore(services, folder);
    expect(warning).toMatch(/^DB_001: MongoDB cannot be reached.*MONGODB_ATLAS_URI/);
    const analysis = await analyze(app!);
    expect(analysis.stored).toBe(false);
    expect(await checkHealth(services, LOCAL)).toMatchObject({
      status: 'degraded',
      checks: { store: { ok: false, backend: 'mongodb', state: 'unreachable', error: 'DB_001' } },
    });
    expect(examine.status()).toEqual({ backend: 'mongodb', state: 'unreachable', answered: false });
    const { text } = await services.measured.exposition(localCall);
    expect(text).toContain('h200_store_state{backend="mongodb",state="unreachable"} 1');
    expect(text).toContain('h200_store_losses_total{backend="mongodb"} 1');
    const said = JSON.stringify([warning, analysis, await checkHealth(services, LOCAL), text]);
    expect(said).not.toMatch(TOLD);
    // Nothing was put into the embedded store in its place.
    expect(existsSync(join(folder, 'records.db'))).toBe(false);
  });

  it('tells nobody the address, in doctor or in the log', async () => {
    const env = { MONGODB_ATLAS_URI: NOBODY, LOG_LEVEL: 'debug' };
    const doctor = await runHere(command('doctor'), env);
    expect(doctor.stdout).toMatch(/failed +record store +DB_001: MongoDB cannot be reached/);
    const list = await runHere(command('analyses', 'list'), env);
    const lines = list.stderr.split('\n').filter((line) => line.includes('"level":40'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/MongoDB cannot be reached.*Start the server that MONGODB_ATLAS_URI names.*not stored/);
    expect(`${doctor.stdout}${doctor.stderr}${list.stdout}${list.stderr}`).not.toMatch(TOLD);
  }, 90_000);

  it.each([
    ['another scheme', `https://hans:${SECRET}@127.0.0.1:9/desks`],
    ['no host', `mongodb://hans:${SECRET}@`],
    ['an option that nobody knows', `${NOBODY}&desks=hans`],
    ['a password with a sign that must be encoded', 'mongodb://hans:s3cret@word@127.0.0.1:9/desks'],
  ])('refuses %s without showing it', async (_what, uri) => {
    const { stdout, stderr } = await runHere(command('analyses', 'list'), { MONGODB_ATLAS_URI: uri });
    expect(stderr).toContain('MONGODB_ATLAS_URI');
    expect(`${stdout}${stderr}`).not.toMatch(TOLD);
  });

  it('loads the driver only where it is configured', async () => {
    const script = `
      import { createRequire } from 'node:module';
      const { createApp } = await import('./src/app/create-app.ts');
      const { loadConfig } = await import('./src/config/config.ts');
      const app = await createApp(loadConfig(process.env));
      await app.services.ping().catch(() => undefined);
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((f) => /node_modules.(mongodb|bson).lib/.test(f));
      console.log(loaded.length > 0);
      await app.close();`;
    expect((await runHere(script, { LOG_LEVEL: 'silent', MONGODB_ATLAS_URI: '' })).stdout).toBe('false\n');
    expect((await runHere(script, { LOG_LEVEL: 'silent', MONGODB_ATLAS_URI: NOBODY })).stdout).toBe('true\n');
  });
});

it('knows a store by its servers and its database, whoever asks', () => {
  const name = storeName('mongodb://a.example:1,b.example:2/desks');
  expect(name).toMatch(/^[0-9a-f]{12}$/);
  expect(storeName('mongodb://u:p@B.example:2,a.example:1/desks?retryWrites=true')).toBe(name);
  expect(storeName('mongodb+srv://u:p@a.example/desks')).toBe(storeName('mongodb+srv://a.example/desks'));
  for (const other of ['mongodb://a.example:1,b.example:2/other', 'mongodb://a.example:1/desks']) {
    expect(storeName(other)).not.toBe(name);
  }
});

describe.skipIf(MONGODB_URI === null)('with a server', () => {
  it('takes over what the embedded store has, photos too, and gives it back', async () => {
    const uri = freshDatabase();
    const { plainPhoto } = await import('../support/journey.ts');
    const { migrate } = await import('../../src/app/migrate.ts');
    app = await createApp(loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder }));
    await makeRule(app.services.rules, { text: 'Keep mugs at least 10 cm away from laptops' }, { user: 'local' });
    const { analysis_id } = await app.services.analyses.analyze(localCall, {
      bytes: await plainPhoto(),
      detections,
      store: true,
    } as never);
    await analyze(app);
    await app.close();
    const done = {
      copied: 3,
      photos: 1,
      missing: [],
      damaged: [],
      unreadable: [],
      different: [],
      nobodys: 0,
      machines: 0,
    };
    expect(await migrate(configOf(uri), 'mongodb')).toEqual({ ...done, found: 0 });
    expect(await migrate(configOf(uri), 'mongodb')).toEqual({ ...done, found: 3 });
    await open(uri);
    expect((await app.services.analyses.get(localCall, analysis_id)).rules).toHaveLength(1);
    expect((await app.services.analyses.annotatedImage(localCall, analysis_id)).bytes.length).toBeGreaterThan(100);
    const extra = await analyze(app);
    await app.close();
    expect(await migrate(configOf(uri), 'embedded')).toEqual({ ...done, copied: 4, found: 3 });
    app = await createApp(loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder }));
    expect(await app.services.analyses.get(localCall, extra.analysis_id)).toEqual(extra);
    const { MongoClient } = await import('mongodb');
    const client = new MongoClient(uri);
    await client.db().dropDatabase();
    await client.close();
  }, 60_000);

  it('keeps records there, images here in a folder of their own, and says so everywhere', async () => {
    const uri = freshDatabase();
    const { services } = await open(uri);
    await makeRule(services.rules, { text: 'Keep mugs at least 10 cm away from laptops' }, { user: 'local' });
    const { analysis_id } = await analyze(app!);
    const { plainPhoto } = await import('../support/journey.ts');
    await services.analyses.analyze(localCall, { bytes: await plainPhoto(), detections, store: true } as never);
    expect(readdirSync(folder)).toContain(`blobs-${storeName(uri)}`);
    expect(existsSync(join(folder, 'records.db'))).toBe(false);
    expect((await checkHealth(services, LOCAL)).checks.store).toMatchObject({
      ok: true,
      backend: 'mongodb',
      state: 'connected',
      error: null,
    });
    const checks = Object.fromEntries((await examineStore(app!, configOf(uri))).map((c) => [c.name, c.detail]));
    expect(checks).toMatchObject({
      'record store': 'MongoDB, 2 analyses, can be read and written',
      'stored records': '4 records read, nothing is damaged',
      'stored photos': 'photos of 1 different images, all are there and as they were stored',
    });
    expect((await services.measured.snapshot(localCall)).store).toEqual({ backend: 'mongodb', state: 'connected' });
    await app?.close();
    // Another process, another machine.
    const other = mkdtempSync(join(tmpdir(), 'h200-mongo-other-'));
    app = await createApp(loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: other, MONGODB_ATLAS_URI: uri }));
    expect((await app.services.analyses.get(localCall, analysis_id)).rules).toHaveLength(1);
    const photos = (await examineStore(app, configOf(uri))).find((c) => c.name === 'stored photos');
    expect(photos).toMatchObject({ state: 'ok', detail: expect.stringContaining('1 are not on this machine') });
    rmSync(other, { recursive: true });
    const { MongoClient } = await import('mongodb');
    const client = new MongoClient(uri);
    await client.db().dropDatabase();
    await client.close();
  }, 60_000);
});
