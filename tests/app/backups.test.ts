import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listBackups, makeBackup, newestBackup, restore, verifyBackups } from '../../src/app/backups.ts';
import { type App, createApp } from '../../src/app/create-app.ts';
import { openBlobs, openStore } from '../../src/app/open-stores.ts';
import { Names } from '../../src/backup/names.ts';
import { Repository } from '../../src/backup/repository.ts';
import { ALL_KINDS, kindsLeftOut } from '../../src/backup/restored-kinds.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { AppError } from '../../src/errors.ts';
import { readAll } from '../../src/ports/byte-stream.ts';
import { diskPlace } from '../../src/storage/disk/backup-place.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import type { Store } from '../../src/storage/records/store.ts';
import { localCall, makeRule, removeRule } from '../support/caller.ts';
import { flipLastByte } from '../support/flip-last-byte.ts';
import { DESK, plainPhoto } from '../support/journey.ts';
import { freshDatabase, MONGODB_URI } from '../support/mongo.ts';
import { freshBucket, r2Environment, S3 } from '../support/s3.ts';

// Keys are slow to derive, and a busy machine is slower.
vi.setConfig({ testTimeout: 240_000 });

const KEY = 'sixteen characters and some more';
let folder: string;
const apps: App[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-backups-'));
});
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  rmSync(folder, { recursive: true, force: true });
});

type Env = Readonly<Record<string, string>>;
const configOf = (name: string, env: Env = {}) =>
  loadConfig({
    LOG_LEVEL: 'silent',
    H200_DATA_DIR: join(folder, name),
    H200_BACKUP_TO: join(folder, 'kept'),
    H200_BACKUP_KEY: KEY,
    ...env,
  });
async function open(name: string, env: Env = {}): Promise<App> {
  const app = await createApp(configOf(name, env), undefined, { delivery: 'never' });
  apps.push(app);
  return app;
}
const detections = DESK.map(({ class: name, confidence, bbox }) => ({ class: name, confidence, bbox: [...bbox] }));
const analyze = async (app: App, shade: number) => {
  const request = { bytes: await plainPhoto(640, 480, shade), detections, store: true, use_cache: false };
  return (await app.services.analyses.analyze(localCall, request as never)).analysis_id;
};

/** The real journey, and something of every kind of the registry. */
async function fill(name: string, env: Env = {}): Promise<void> {
  const app = await open(name, env);
  const { rules, calibrations, feedback } = app.services;
  const { rule } = await makeRule(rules, { text: 'Keep mugs at least 10 cm away from laptops' }, { user: 'local' });
  await rules.update(localCall, rule.rule_id, { priority: 3 });
  const gone = await makeRule(rules, { text: 'Keep mugs at least 20 cm away from laptops' }, { user: 'local' });
  await removeRule(rules, gone.rule.rule_id, { user: 'local' }, { permanent: true });
  await calibrations.create(localCall, { name: 'ü', width: 640, height: 480, calibration: { mm_per_pixel: 1 } });
  const made = [await analyze(app, 10), await analyze(app, 10), await analyze(app, 90)];
  await feedback.give(localCall, { analysis_id: made[0]!, is_correct: false, comments: 'ü, "no"' });
  await app.close();
  const store = await openStore(configOf(name, env));
  const entry = {
    owner: 'usr_1',
    created_at: '2026-01-01T00:00:00.000Z',
    expires_at: null,
    version: 1,
    value: { a: 'ü' },
  };
  for (const kind of ALL_KINDS.filter((one) => one !== 'feedback' && one !== 'restore')) {
    await recordsOver(store).registry.add(kind, { ...entry, id: `${kind}_1`, lookup: `look ${kind}` });
  }
  await store.close();
}

/** Every record and every photo, as the ports give them. */
async function everything(name: string, env: Env = {}, without: readonly string[] = []) {
  const config = configOf(name, env);
  const [store, blobs] = [await openStore(config), await openBlobs(config)];
  try {
    const found: Record<string, unknown> = {};
    for (const kind of ['analysis', 'rule version', 'calibration'] as const) {
      for (const { a: id } of await store.call('recordKeys', kind, { a: '', b: 0 }, 1000))
        found[`${kind} ${id}`] = await one(store, kind, id);
    }
    for (const kind of ALL_KINDS.filter((one) => !without.includes(one))) {
      found[kind] = (await store.call('listEntries', kind, null, null, 1000)).texts;
    }
    for (const key of await store.call('imageKeys', '', 1000)) {
      const blob = await blobs.get(key);
      const bytes = blob && (await readAll(blob.stream, 2 ** 25));
      found[key] = bytes && [blob.contentType, bytes.toString('base64')];
    }
    return found;
  } finally {
    await Promise.all([store.close(), blobs.close()]);
  }
}

async function one(store: Store, kind: 'analysis' | 'rule version' | 'calibration', id: string) {
  if (kind === 'calibration') return store.call('getCalibration', id);
  if (kind === 'rule version') return [(await store.call('ruleHistory', id)).texts, await store.call('ruleHead', id)];
  const evaluations = await store.call('evaluationsOf', id);
  return [await store.call('getAnalysis', id), await store.call('analysisState', id), evaluations];
}

const tablesOf = (name: string) => {
  const db = new Database(join(folder, name, 'records.db'), { readonly: true });
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  const left = kindsLeftOut(false).map((kind) => `'${kind}'`);
  const rows = names.map((table) => [
    table,
    db
      .prepare(`SELECT * FROM ${table} ${table === 'entries' ? `WHERE kind NOT IN (${left})` : ''}`)
      .raw()
      .all(),
  ]);
  db.close();
  return rows;
};

it('brings back every row of every table and every photo, byte by byte, but what must not come back', async () => {
  await fill('a');
  const { manifest, new_photos } = await makeBackup(configOf('a'));
  expect(manifest).toMatchObject({ store: 'embedded', moment: true, analyses: 3, photos: { count: 2, missing: 0 } });
  expect(new_photos).toBe(2);
  expect(await verifyBackups(configOf('a'), 'all')).toEqual([
    { id: manifest.id, photos: 2, problem: null, damaged: 0 },
  ]);
  const [rows, before] = [tablesOf('a'), await everything('a', {}, kindsLeftOut(false))];
  rmSync(join(folder, 'a'), { recursive: true });

  const report = await restore(configOf('b'), 'latest');
  expect(report.left_out).toEqual({
    backend_traffic: 1,
    callback_letter: 1,
    callback_queue: 1,
    first_admin: 1,
    job_callback: 1,
    outgoing: 1,
    rule_news: 1,
    held_notice: 1,
    delivery_lease: 1,
  });
  expect(tablesOf('b')).toEqual(rows);
  expect(await everything('b', {}, kindsLeftOut(false))).toEqual(before);
  const after = await everything('b');
  for (const kind of kindsLeftOut(false)) expect(after[kind]).toEqual([]);
  expect(statSync(join(folder, 'b')).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'b', 'records.db')).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'b', 'backup-work'))).toEqual([]);
  // It is a store like any other.
  const app = await open('b');
  await analyze(app, 200);
  expect((await app.services.analyses.list(localCall, { limit: 10 } as never)).items).toHaveLength(4);
  expect(await app.examine.records(60_000)).toMatchObject({
    complete: true,
    unreadable: expect.anything(),
    damage: null,
  });
});

const targets: readonly (readonly [string, boolean, () => Env])[] = [
  ['MongoDB', MONGODB_URI !== null, () => ({ MONGODB_ATLAS_URI: freshDatabase() })],
  ['embedded with a bucket', S3 !== null, () => r2Environment(freshBucket())],
  [
    'MongoDB with a bucket',
    MONGODB_URI !== null && S3 !== null,
    () => ({ MONGODB_ATLAS_URI: freshDatabase(), ...r2Environment(freshBucket()) }),
  ],
];

describe.each(targets.filter(([, isThere]) => isThere))('between stores: %s', (_name, _there, env) => {
  it('an embedded backup goes into it, and its own backup goes back', async () => {
    await fill('a');
    const before = await everything('a', {}, kindsLeftOut(false));
    await makeBackup(configOf('a'));
    const other = env();
    await restore(configOf('b', other), 'latest');
    expect(await everything('b', other, kindsLeftOut(false))).toEqual(before);
    const to = join(folder, 'kept-2');
    const { manifest } = await makeBackup(configOf('b', other), { at: to });
    expect(manifest).toMatchObject({ analyses: 3, unreadable: 0, photos: { count: 2, missing: 0 } });
    await restore(configOf('c'), 'latest', { at: to });
    expect(await everything('c', {}, kindsLeftOut(false))).toEqual(before);
  }, 240_000);
});

it.each([
  [
    'its own',
    { H200_BACKUP_S3_ENDPOINT_URL: '', H200_BACKUP_S3_ACCESS_KEY_ID: 'x', H200_BACKUP_S3_SECRET_ACCESS_KEY: 'y' },
    true,
  ],
  ['that of the photos', { R2_ENDPOINT_URL: '', R2_ACCESS_KEY_ID: 'x', R2_SECRET_ACCESS_KEY: 'y' }, false],
])('a server that does not answer is named by the variables of %s', async (_name, env, isOwn) => {
  // Whatever is refused here is refused at once.
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  closed.close();
  const [name] = Object.keys(env) as [string];
  const config = configOf('a', { ...env, [name]: url, H200_BACKUP_TO: 's3://backups-of-nobody/desk' });
  const thrown = await listBackups(config).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'STORAGE_004', message: expect.stringContaining('Where backups are kept') });
  const { advice } = thrown as AppError;
  expect(advice).toContain(name);
  expect(/\bR2_/.test(advice)).toBe(!isOwn);
  expect(advice).not.toContain('tried again by itself');
});

describe.skipIf(S3 === null)('in a bucket', () => {
  const env = () => {
    const { endpoint: url, accessKeyId, secretAccessKey, region, bucket } = freshBucket();
    return {
      H200_BACKUP_TO: `s3://${bucket}/backups/desk`,
      H200_BACKUP_S3_ENDPOINT_URL: url,
      H200_BACKUP_S3_ACCESS_KEY_ID: accessKeyId,
      H200_BACKUP_S3_SECRET_ACCESS_KEY: secretAccessKey,
      H200_BACKUP_S3_REGION: region,
    };
  };

  it('backups are made, listed, checked, removed by age and restored', async () => {
    await fill('a');
    const settings = {
      ...env(),
      H200_BACKUP_KEEP_LAST: '1',
      H200_BACKUP_KEEP_DAILY: '0',
      H200_BACKUP_KEEP_WEEKLY: '0',
    };
    const config = configOf('a', settings);
    await makeBackup(config);
    const second = await makeBackup(config);
    expect(second).toMatchObject({ new_photos: 0, pruned: { backups: [expect.any(String)] } });
    expect((await listBackups(config)).map(({ id }) => id)).toEqual([second.manifest.id]);
    expect(await verifyBackups(config, 'latest')).toMatchObject([{ problem: null, photos: 2 }]);
    const before = await everything('a', {}, kindsLeftOut(false));
    await restore(configOf('b', settings), second.manifest.id);
    expect(await everything('b', {}, kindsLeftOut(false))).toEqual(before);
    await expect(restore(configOf('c', { ...settings, H200_BACKUP_KEY: `${KEY}!` }), 'latest')).rejects.toMatchObject({
      code: 'BACKUP_003',
    });
  }, 240_000);

  it('one at a time makes one', async () => {
    await fill('a');
    const config = configOf('a', env());
    const ends = await Promise.allSettled([1, 2, 3].map(() => makeBackup(config)));
    expect(ends.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'BACKUP_001' });
    expect(await verifyBackups(config, 'all')).toHaveLength(ends.filter(({ status }) => status === 'fulfilled').length);
  }, 240_000);
});

describe('while others write', () => {
  it('a backup is of one moment', async () => {
    const app = await open('a');
    for (let n = 0; n < 30; n += 1) await analyze(app, n);
    let isOver = false;
    let written = 30;
    const writing = (async () => {
      for (; !isOver; written += 1) await analyze(app, (written + 1) % 250);
    })();
    for (let n = 0; n < 3; n += 1) await makeBackup(configOf('a'));
    isOver = true;
    await writing;
    await restore(configOf('b'), 'latest');
    const db = new Database(join(folder, 'b', 'records.db'), { readonly: true });
    const [analyses, orphans] = [
      db.prepare('SELECT count(*) FROM analyses').pluck().get() as number,
      db.prepare('SELECT count(*) FROM terms WHERE id NOT IN (SELECT id FROM analyses)').pluck().get(),
    ];
    db.close();
    expect(orphans).toBe(0);
    expect(analyses).toBeGreaterThanOrEqual(30);
    expect(analyses).toBeLessThan(written);
    const found = await everything('b');
    for (const [key, value] of Object.entries(found)) if (key.startsWith('image/')) expect(value, key).toBeDefined();
  }, 240_000);

  it('a damaged photo is told apart from a lost one', async () => {
    await fill('a');
    const blobs = await openBlobs(configOf('a'));
    const store = await openStore(configOf('a'));
    const [gone, broken] = (await store.call('imageKeys', '', 10)) as [string, string];
    await store.close();
    await blobs.delete(gone);
    flipLastByte(join(folder, 'a', 'blobs'), blobs.nameOf(broken));
    const { manifest, damaged } = await makeBackup(configOf('a'));
    expect(manifest.photos).toMatchObject({ count: 0, missing: 2, named: [gone, broken] });
    expect(damaged).toBe(1);
  });

  it('one whose analysis goes meanwhile is not missing, a lost one is named', async () => {
    await fill('a');
    const blobs = await openBlobs(configOf('a'));
    const store = await openStore(configOf('a'));
    const [first, second] = await store.call('imageKeys', '', 10);
    await blobs.delete(first!);
    const { manifest } = await makeBackup(configOf('a'));
    expect(manifest.photos).toMatchObject({ count: 1, missing: 1, named: [first] });
    for (const { a: id } of await store.call('recordKeys', 'analysis', { a: '', b: 0 }, 10)) {
      if ((await store.call('getAnalysis', id))?.image_key === second) await store.call('deleteAnalysis', id);
    }
    await Promise.all([blobs.close(), store.close()]);
    expect(await restore(configOf('b'), 'latest')).toMatchObject({ photos: 1, lost: 0 });
  });
});

it('after a clock that ran ahead each new backup stays, and a restore asks for which one', async () => {
  await fill('a');
  const settings = {
    H200_BACKUP_KEY: '',
    H200_BACKUP_KEEP_LAST: '1',
    H200_BACKUP_KEEP_DAILY: '2',
    H200_BACKUP_KEEP_WEEKLY: '0',
  };
  const config = configOf('a', settings);
  const days = (n: number) => () => new Date(Date.now() + n * 86_400_000);
  const ahead: string[] = [];
  for (const n of [400, 401]) ahead.push((await makeBackup(config, { now: days(n) })).manifest.id);
  await expect(restore(configOf('b', settings), 'latest')).rejects.toMatchObject({ code: 'BACKUP_004' });
  for (let n = 0; n < 2; n += 1) {
    const { manifest, pruned } = await makeBackup(config);
    expect(pruned).toMatchObject({ backups: n === 0 ? [] : [expect.any(String)], ahead });
    expect((await listBackups(config)).map((one) => [one.id, one.ahead])).toEqual([
      [manifest.id, false],
      ...ahead.map((id) => [id, true]),
    ]);
    expect((await newestBackup(config)).at?.toISOString()).toBe(manifest.created_at);
    expect(await verifyBackups(config, 'latest')).toMatchObject([{ id: manifest.id }]);
    await expect(restore(configOf('b', settings), 'latest')).rejects.toMatchObject({
      code: 'BACKUP_004',
      advice: expect.stringContaining(manifest.id),
    });
  }
  expect((await restore(configOf('b', settings), ahead[0]!)).manifest.id).toBe(ahead[0]);
});

describe('a restore', () => {
  it('refuses a store that is there, and one that a server has open; with force the old one stays beside it', async () => {
    await fill('a');
    await makeBackup(configOf('a'));
    await expect(restore(configOf('a'), 'latest')).rejects.toMatchObject({ code: 'BACKUP_004' });
    const app = await open('a');
    await app.services.ping();
    await expect(restore(configOf('a'), 'latest', { force: true })).rejects.toThrow('A server has the store open');
    await app.close();
    const before = await everything('a', {}, kindsLeftOut(false));
    await restore(configOf('a'), 'latest', { force: true });
    expect(await everything('a', {}, kindsLeftOut(false))).toEqual(before);
    expect(readdirSync(join(folder, 'a')).filter((name) => name.startsWith('records-before-restore-'))).toHaveLength(1);
  });

  it('ends logins where that is asked for, and keeps them else', async () => {
    await fill('a');
    await makeBackup(configOf('a'));
    await restore(configOf('b'), 'latest');
    await restore(configOf('c'), 'latest', { endLogins: true });
    expect([(await everything('b')).refresh, (await everything('c')).refresh]).toEqual([[expect.any(String)], []]);
  });

  it('takes nothing of a backup that is damaged, and with partial what is whole of its photos', async () => {
    await fill('a');
    const { manifest } = await makeBackup(configOf('a'));
    const objects = join(folder, 'kept', 'objects');
    const photos = readdirSync(objects, { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() &&
          !manifest.records.parts.includes(entry.name) &&
          !manifest.photos.list.parts.includes(entry.name),
      )
      .map((entry) => join(entry.parentPath, entry.name));
    expect(photos).toHaveLength(2);
    const bytes = readFileSync(photos[0]!);
    writeFileSync(photos[0]!, bytes.subarray(0, -1));
    expect(await verifyBackups(configOf('a'), 'latest')).toMatchObject([{ damaged: 1, problem: expect.any(String) }]);
    await expect(restore(configOf('b'), 'latest')).rejects.toMatchObject({
      code: 'BACKUP_002',
      advice: expect.stringMatching(/--partial.*create --full/),
    });
    expect(existsSync(join(folder, 'b', 'records.db'))).toBe(false);
    rmSync(photos[0]!);
    await expect(restore(configOf('b'), 'latest')).rejects.toThrow('1 of its photos are not there');
    expect(await restore(configOf('c'), 'latest', { partial: true })).toMatchObject({ photos: 1, lost: 1 });
    // A full one writes what is there again, and what is lost anyway.
    await makeBackup(configOf('a'));
    expect(await restore(configOf('d'), 'latest')).toMatchObject({ photos: 2, lost: 0 });
  });

  it('takes what the next backup found damaged and wrote anew: a photo, or a part of the records', async () => {
    await fill('a');
    const config = configOf('a', { H200_BACKUP_KEY: '' });
    const { manifest } = await makeBackup(config);
    const objects = join(folder, 'kept', 'objects');
    const files = readdirSync(objects, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) {
      const path = join(parentPath, name);
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1));
    }
    // Records of a new backup are the same where nothing was written.
    const next = await makeBackup(config);
    expect(next).toMatchObject({ new_photos: 0, manifest: { records: manifest.records, photos: { missing: 0 } } });
    expect(next.mended).toBe(files.length);
    expect(await verifyBackups(config, 'all')).toMatchObject([{ problem: null }, { problem: null }]);
    const blobs = await openBlobs(config);
    const store = await openStore(config);
    const [first] = await store.call('imageKeys', '', 10);
    await blobs.delete(first!);
    await Promise.all([blobs.close(), store.close()]);
    for (const { parentPath, name } of files) {
      if (manifest.records.parts.includes(name)) continue;
      writeFileSync(join(parentPath, name), 'x');
    }
    const last = await makeBackup(config);
    expect(last.manifest.photos).toMatchObject({ count: 1, missing: 1, named: [first] });
    expect(await verifyBackups(config, 'latest')).toMatchObject([{ problem: null, photos: 1 }]);
  });

  it.each([
    ['another program', 'CREATE TABLE x (a)'],
    ['a trigger of somebody else', 'CREATE TRIGGER evil AFTER INSERT ON entries BEGIN DELETE FROM analyses; END'],
    ['a view', 'CREATE VIEW v AS SELECT * FROM entries'],
    ['a table less', 'DROP TABLE vectors'],
    ['another version', 'PRAGMA user_version = 999'],
    ['no version', 'PRAGMA user_version = 0'],
  ])('refuses a store with %s', async (_name, sql) => {
    await fill('a');
    const config = configOf('a', { H200_BACKUP_KEY: '' });
    const { manifest } = await makeBackup(config);
    const file = join(folder, 'a', 'records.db');
    const db = new Database(file);
    db.exec(sql);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    // No backup is made of it, as none could be restored.
    await expect(makeBackup(config)).rejects.toMatchObject({
      code: 'DB_001',
      message: expect.stringContaining('could not be restored'),
    });
    const repository = (await Repository.open(diskPlace(join(folder, 'kept')), undefined))!;
    const records = await repository.putStream(createReadStream(file), new Names());
    await repository.putBackup({ ...manifest, records });
    const restored = configOf('b', { H200_BACKUP_KEY: '' });
    await expect(restore(restored, 'latest')).rejects.toMatchObject({ code: 'BACKUP_002' });
    expect(existsSync(join(folder, 'b', 'records.db'))).toBe(false);
    expect(await verifyBackups(restored, 'latest')).toMatchObject([
      { problem: expect.stringMatching(/store|version/) },
    ]);
  });
});

it('backs up nothing of a store that is damaged, and says so', async () => {
  await fill('a');
  const file = join(folder, 'a', 'records.db');
  new Database(file).pragma('wal_checkpoint(TRUNCATE)');
  const bytes = readFileSync(file);
  bytes.fill(0x55, 3 * 16384, 6 * 16384);
  writeFileSync(file, bytes);
  await expect(makeBackup(configOf('a'))).rejects.toMatchObject({ code: 'DB_001' });
  expect(await listBackups(configOf('a'))).toEqual([]);
});

it('says where there is no store, no backup and no place', async () => {
  await expect(makeBackup(configOf('a'))).rejects.toMatchObject({ code: 'VALIDATION_002' });
  await expect(listBackups(configOf('a', { H200_BACKUP_TO: join(folder, 'none') }))).rejects.toMatchObject({
    code: 'BACKUP_005',
  });
  await expect(listBackups(configOf('a', { H200_BACKUP_TO: '' }))).rejects.toMatchObject({ code: 'VALIDATION_001' });
  await fill('a');
  await makeBackup(configOf('a'));
  await expect(restore(configOf('b'), '20260101T000000000Z-00000001')).rejects.toMatchObject({ code: 'BACKUP_005' });
  for (const to of ['a', 'a/kept', 'a/not/yet']) {
    const at = join(folder, to);
    await expect(makeBackup(configOf('a'), { at })).rejects.toThrow('in H200_DATA_DIR');
  }
  symlinkSync(join(folder, 'a'), join(folder, 'link'));
  await expect(makeBackup(configOf('a'), { at: join(folder, 'link', 'kept') })).rejects.toThrow('in H200_DATA_DIR');
  await expect(makeBackup(configOf('a'), { at: folder })).rejects.toThrow('lies something else');
  expect(readdirSync(folder).toSorted()).toEqual(['a', 'kept', 'link']);
  mkdirSync(join(folder, 'disk', 'lost+found'), { recursive: true });
  await makeBackup(configOf('a'), { at: join(folder, 'disk') });
  mkdirSync(join(folder, 'file'));
  writeFileSync(join(folder, 'file', 'x'), '');
  await expect(makeBackup(configOf('a'), { at: join(folder, 'file', 'x') })).rejects.toMatchObject({
    code: 'STORAGE_001',
  });
});
