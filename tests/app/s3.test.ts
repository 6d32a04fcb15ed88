import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sweepImages } from '../../src/analysis/sweep-images.ts';
import { type App, createApp } from '../../src/app/create-app.ts';
import { migrate } from '../../src/app/migrate.ts';
import { movePhotos } from '../../src/app/move-photos.ts';
import { openBlobs, openRecords } from '../../src/app/open-stores.ts';
import { examineStore } from '../../src/cli/examine-store.ts';
import { loadConfig } from '../../src/config/config.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import { checkHealth } from '../../src/gateway/http/health.ts';
import { readAll } from '../../src/ports/byte-stream.ts';
import { callOf, localCall } from '../support/caller.ts';
import { DESK, plainPhoto } from '../support/journey.ts';
import { freshDatabase, MONGODB_URI } from '../support/mongo.ts';
import { freshBucket, r2Environment, S3 } from '../support/s3.ts';

/** Nothing listens there. */
const NOBODY = r2Environment({
  endpoint: 'http://127.0.0.1:9',
  region: 'auto',
  accessKeyId: 'k3y-of-hans',
  secretAccessKey: 's3cret-of-hans',
  bucket: 'desks',
});
const TOLD = /k3y-of-hans|s3cret-of-hans|127\.0\.0\.1:9/;

let folder: string;
const apps: App[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-s3-app-'));
});
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  rmSync(folder, { recursive: true, force: true });
});

type Env = Readonly<Record<string, string>>;
const configOf = (env: Env, data = folder) => loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: data, ...env });
async function open(env: Env, data = folder): Promise<App> {
  const app = await createApp(configOf(env, data));
  apps.push(app);
  return app;
}
const detections = DESK.map(({ class: name, confidence, bbox }) => ({ class: name, confidence, bbox: [...bbox] }));
const analyze = async ({ services }: App, shade?: number) =>
  services.analyses.analyze(localCall, { bytes: await plainPhoto(640, 480, shade), detections, store: true } as never);
const openLink = (app: App, url: string) =>
  app.services.files.open(url.replace('/files/', ''), AbortSignal.timeout(20_000));
const draw = (app: App, id: string) => app.services.analyses.annotatedImage(localCall, id);

/** A script in the folder of the sources, with its output. */
async function runHere(script: string, env: Env) {
  const root = new URL('../..', import.meta.url);
  const file = join(folder, 'script.mjs');
  writeFileSync(file, script.replaceAll("'./src/", `'${root.href}src/`));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], {
    cwd: fileURLToPath(root),
    env: { ...process.env, H200_DATA_DIR: join(folder, 'data'), MONGODB_ATLAS_URI: '', ...env },
    timeout: 60_000,
  }).catch((error: { stdout: string; stderr: string }) => error);
  return { stdout, stderr };
}
const command = (...args: string[]) =>
  `const { run } = await import('./src/main.ts'); process.exitCode = await run(${JSON.stringify(args)});`;

describe('without a server', () => {
  it('starts, answers, is told of by health and metrics, and ends in time', async () => {
    const app = await open(NOBODY);
    const analysis = await analyze(app);
    expect(analysis.stored).toBe(false);
    expect(analysis.warnings[0]).toMatch(/^Not stored: The S3 server cannot be reached \(STORAGE_004\)/);
    const health = await checkHealth(app.services, LOCAL);
    expect(health).toMatchObject({
      status: 'degraded',
      checks: { photos: { ok: false, backend: 's3', state: 'unreachable' }, store: { ok: true } },
    });
    const { text } = await app.services.measured.exposition(localCall);
    expect(text).toContain('h200_blob_store_state{backend="s3",state="unreachable"} 1');
    expect(text).toContain('h200_blob_store_losses_total{backend="s3"} 1');
    expect(JSON.stringify([analysis, health, text])).not.toMatch(TOLD);
    // Nothing was put on the disk in its place.
    expect(readdirSync(folder).filter((name) => name.startsWith('blobs'))).toEqual([]);
    const began = performance.now();
    await app.close();
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('tells nobody the key, in doctor or in the log', async () => {
    const env = { ...NOBODY, LOG_LEVEL: 'debug' };
    const doctor = await runHere(command('doctor'), env);
    expect(doctor.stdout).toMatch(/failed +file store +STORAGE_004: The S3 server cannot be reached/);
    const list = await runHere(command('analyses', 'list'), env);
    expect(list.stderr).toMatch(/The S3 server cannot be reached.*R2_ENDPOINT_URL names.*not stored/);
    expect(`${doctor.stdout}${doctor.stderr}${list.stdout}${list.stderr}`).not.toMatch(TOLD);
  }, 90_000);

  it.each([
    ['only a part of the settings', { R2_SECRET_ACCESS_KEY: '' }, 'R2_SECRET_ACCESS_KEY: must be set too'],
    ['a key in the address', { R2_ENDPOINT_URL: 'https://hans:s3cret-of-hans@a.example' }, 'R2_ENDPOINT_URL'],
    ['another scheme', { R2_ENDPOINT_URL: 's3://a.example' }, 'R2_ENDPOINT_URL'],
    ['a bucket that no server has', { R2_BUCKET_NAME: 'Desks_of_all' }, 'R2_BUCKET_NAME'],
  ])('refuses %s', async (_what, more, words) => {
    const { stdout, stderr } = await runHere(command('analyses', 'list'), { ...NOBODY, ...more });
    expect(stderr).toContain(words);
    expect(`${stdout}${stderr}`).not.toMatch(/k3y-of|s3cret-of/);
  });

  it('loads the SDK only where it is configured', async () => {
    const script = `
      import { createRequire } from 'node:module';
      const { createApp } = await import('./src/app/create-app.ts');
      const { loadConfig } = await import('./src/config/config.ts');
      const app = await createApp(loadConfig(process.env));
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((f) => /node_modules.@aws-sdk/.test(f));
      console.log(loaded.length > 0);
      await app.close();`;
    expect((await runHere(script, { LOG_LEVEL: 'silent', R2_ENDPOINT_URL: '' })).stdout).toBe('false\n');
    expect((await runHere(script, { LOG_LEVEL: 'silent', ...NOBODY })).stdout).toBe('true\n');
  });
});

describe.skipIf(S3 === null)('with a server', () => {
  it('keeps photos there, also for the next process, and gives out links that end', async () => {
    const bucket = freshBucket();
    const env = r2Environment(bucket);
    const app = await open(env);
    const { analysis_id } = await analyze(app);
    expect(readdirSync(folder).filter((name) => name.startsWith('blobs'))).toEqual([]);
    expect(readFileSync(join(folder, 'files.id'), 'utf8')).toMatch(/^[0-9a-f]{12}$/);
    const checks = Object.fromEntries((await examineStore(app, configOf(env))).map((c) => [c.name, c.detail]));
    expect(checks).toMatchObject({
      'file store': `bucket ${bucket.bucket}: files can be written, read and removed`,
      'stored photos': 'photos of 1 different images, all are there and as they were stored',
    });
    for (const what of ['photo', 'annotated'] as const) {
      const link = await app.services.analyses.link(localCall, analysis_id, { of: what, expires_in_s: 60 });
      // No address of the bucket, which nobody could take back.
      expect(link.url).toMatch(/^\/files\/[\w-]+$/);
      const found = await openLink(app, link.url);
      expect(found.contentType).toBe(link.content_type);
      expect((await readAll(found.stream, 1e6)).length).toBe(link.size_bytes);
    }
    await app.close();
    const again = await open(env);
    await draw(again, analysis_id);
    await again.services.analyses.delete(localCall, analysis_id);
    const blobs = await openBlobs(configOf(env));
    for await (const key of blobs.list({ prefix: '', olderThanMs: -60_000 })) expect.unreachable(key);
    await blobs.close();
  }, 60_000);

  it('ends links with their analysis, also where the photo stays for somebody else, and with a user who is disabled', async () => {
    const app = await open({ ...r2Environment(freshBucket()), JWT_SECRET: randomBytes(32).toString('hex') });
    const { analyses, accounts } = app.services;
    const account = { password: 'a long password of mine', must_change_password: false } as const;
    const [mia, robert] = [
      await accounts.createUser(localCall, { username: 'mia', role: 'admin', ...account }),
      await accounts.createUser(localCall, { username: 'robert', role: 'manager', ...account }),
    ];
    const linkOf = async ({ user_id: id }: { readonly user_id: string }, of: 'photo' | 'annotated') => {
      const context = callOf(id, 'manager');
      const request = { bytes: await plainPhoto(640, 480, 33), detections, store: true };
      const { analysis_id } = await analyses.analyze(context, request as never);
      const { url } = await analyses.link(context, analysis_id, { of, expires_in_s: 86_400 });
      return { url, context, analysis_id };
    };
    const [hers, drawn, his] = [
      await linkOf(mia, 'photo'),
      await linkOf(mia, 'annotated'),
      await linkOf(robert, 'photo'),
    ];
    for (const { url } of [hers, drawn, his]) (await openLink(app, url)).stream.destroy();
    for (const id of new Set([hers.analysis_id, drawn.analysis_id])) await analyses.delete(hers.context, id);
    for (const { url } of [hers, drawn])
      await expect(openLink(app, url)).rejects.toMatchObject({ code: 'STORAGE_002' });
    (await openLink(app, his.url)).stream.destroy();
    await accounts.updateUser(localCall, robert.user_id, { disabled: true });
    await expect(openLink(app, his.url)).rejects.toMatchObject({ code: 'STORAGE_002' });
  }, 60_000);

  it('takes over the photos of this machine, and gives them back', async () => {
    const local = await open({});
    const [one, two] = [await analyze(local, 10), await analyze(local, 90)];
    await local.close();
    const env = r2Environment(freshBucket());
    expect(await movePhotos(configOf(env), 'bucket')).toEqual({ photos: 2, missing: [], damaged: [] });
    rmSync(join(folder, 'blobs'), { recursive: true });
    // As on another machine, which has none of them.
    expect(await movePhotos(configOf(env), 'bucket')).toEqual({ photos: 2, missing: [], damaged: [] });
    const app = await open(env);
    await Promise.all([draw(app, one.analysis_id), draw(app, two.analysis_id)]);
    const three = await analyze(app, 170);
    await app.close();
    expect(await movePhotos(configOf(env), 'disk')).toEqual({ photos: 3, missing: [], damaged: [] });
    const again = await open({});
    for (const { analysis_id } of [one, two, three]) await draw(again, analysis_id);
    await again.close();
    rmSync(join(folder, 'blobs'), { recursive: true });
    const none = await movePhotos(configOf(r2Environment(freshBucket())), 'bucket');
    expect([none.photos, none.missing.length, none.damaged.length]).toEqual([0, 3, 0]);
    await expect(movePhotos(configOf({}), 'bucket')).rejects.toMatchObject({ code: 'VALIDATION_001' });
  }, 60_000);

  it.skipIf(MONGODB_URI === null)(
    'takes the photos along where database and bucket are set in one go, also when the records went first',
    async () => {
      const local = await open({});
      const [one, two] = [await analyze(local, 10), await analyze(local, 90)];
      await local.close();
      const both = { ...r2Environment(freshBucket()), MONGODB_ATLAS_URI: freshDatabase() };
      expect(await migrate(configOf(both), 'mongodb')).toMatchObject({ photos: 2, missing: [], damaged: [] });
      // Records alone are there, and their photos are still in the folder of the embedded store.
      const other = { ...both, ...r2Environment(freshBucket()) };
      expect(await movePhotos(configOf(other), 'bucket')).toEqual({ photos: 2, missing: [], damaged: [] });
      rmSync(join(folder, 'blobs'), { recursive: true });
      for (const env of [both, other]) {
        const app = await open(env);
        for (const { analysis_id } of [one, two]) await draw(app, analysis_id);
        await app.close();
      }
    },
    60_000,
  );

  it.skipIf(MONGODB_URI === null)(
    'several servers share photos: each draws, keeps and deletes those of the others',
    async () => {
      const env = { ...r2Environment(freshBucket()), MONGODB_ATLAS_URI: freshDatabase() };
      const [here, there] = [await open(env, join(folder, 'a')), await open(env, join(folder, 'b'))];
      const [one, other, third] = [await analyze(here, 10), await analyze(there, 10), await analyze(there, 90)];
      await Promise.all([draw(there, one.analysis_id), draw(here, other.analysis_id), draw(here, third.analysis_id)]);
      // A third server sweeps: what belongs to the records of all stays, however young or old.
      const config = configOf(env, join(folder, 'c'));
      const [records, blobs] = [await openRecords(config), await openBlobs(config)];
      await blobs.put('image/of-nobody', Buffer.from('v'), 'image/jpeg', { maxBytes: 10 });
      expect(await sweepImages({ records, blobs }, { olderThanMs: 3_600_000, limit: 100 })).toBe(0);
      expect(await sweepImages({ records, blobs }, { olderThanMs: -60_000, limit: 100 })).toBe(1);
      await Promise.all([draw(there, one.analysis_id), draw(here, other.analysis_id), draw(here, third.analysis_id)]);
      await there.services.analyses.delete(localCall, one.analysis_id);
      await draw(there, other.analysis_id);
      await here.services.analyses.delete(localCall, other.analysis_id);
      await here.services.analyses.delete(localCall, third.analysis_id);
      for await (const key of blobs.list({ prefix: '', olderThanMs: -60_000 })) expect.unreachable(key);
      await Promise.all([records.close(), blobs.close()]);
    },
    60_000,
  );
});
