import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { exportData } from '../../src/app/export-data.ts';
import { importData } from '../../src/app/import-data.ts';
import { openBlobs, openStore } from '../../src/app/open-stores.ts';
import { loadConfig } from '../../src/config/config.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { callOf, localCall, makeRule, removeRule } from '../support/caller.ts';
import { flipLastByte } from '../support/flip-last-byte.ts';
import { DESK, plainPhoto } from '../support/journey.ts';
import { freshDatabase, MONGODB_URI } from '../support/mongo.ts';
import { freshBucket, r2Environment, S3 } from '../support/s3.ts';

let folder: string;
let file: string;
const apps: App[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-archive-'));
  file = join(folder, 'desks.h200');
});
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  rmSync(folder, { recursive: true, force: true });
});

type Env = Readonly<Record<string, string>>;
const configOf = (name: string, env: Env = {}) =>
  loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: join(folder, name), ...env });
async function open(name: string, env: Env = {}): Promise<App> {
  const app = await createApp(configOf(name, env));
  apps.push(app);
  return app;
}
const detections = DESK.map(({ class: name, confidence, bbox }) => ({ class: name, confidence, bbox: [...bbox] }));

/** Two photos, three analyses, what was said of one, a rule with a history, a calibration, a user; an idempotency key. */
async function fill(): Promise<string[]> {
  const app = await open('a');
  const { analyses, rules, calibrations } = app.services;
  const { rule } = await makeRule(rules, { text: 'Keep mugs at least 10 cm away from laptops' }, { user: 'local' });
  await rules.update(localCall, rule.rule_id, { priority: 3 });
  await calibrations.create(localCall, { name: 'ü', width: 640, height: 480, calibration: { mm_per_pixel: 1 } });
  const made: string[] = [];
  for (const shade of [10, 10, 90]) {
    const request = { bytes: await plainPhoto(640, 480, shade), detections, store: true, use_cache: false };
    made.push((await analyses.analyze(localCall, request as never)).analysis_id);
  }
  await app.services.feedback.give(localCall, { analysis_id: made[0]!, is_correct: false, comments: 'ü, "no"' });
  await app.close();
  const store = await openStore(configOf('a'));
  const entry = { owner: 'usr_1', created_at: '2026-01-01T00:00:00.000Z', expires_at: null, version: 1, value: {} };
  const { registry } = recordsOver(store);
  await registry.add('user', { ...entry, id: 'usr_1', lookup: 'ann' });
  for (const kind of ['idempotency_key', 'series', 'a2a_task', 'a2a_push'] as const)
    await registry.add(kind, { ...entry, id: 'k', lookup: null });
  await store.close();
  return made;
}

const both = { accounts: false, photos: true };

const targets: readonly (readonly [string, boolean, () => Env])[] = [
  ['embedded', true, () => ({})],
  ['MongoDB', MONGODB_URI !== null, () => ({ MONGODB_ATLAS_URI: freshDatabase() })],
  ['embedded with a bucket', S3 !== null, () => r2Environment(freshBucket())],
];

it.each(targets.filter(([, isThere]) => isThere))(
  'goes into %s without loss, and the second time only compares',
  async (_name, _there, env) => {
    const made = await fill();
    expect(await exportData(configOf('a'), file, both)).toEqual({
      copied: 6,
      photos: 2,
      unreadable: [],
      without_users: 0,
      missing: [],
      damaged: [],
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual(['a', 'desks.h200']);
    const settings = env();
    const target = configOf('b', settings);
    const done = { copied: 6, photos: 2, unreadable: [], different: [], without_photo: [], nobodys: 0, machines: 0 };
    expect(await importData(target, file, { accounts: false })).toEqual({ ...done, found: 0 });
    expect(await importData(target, file, { accounts: false })).toEqual({ ...done, found: 6 });
    const [before, after] = [await open('a'), await open('b', settings)];
    for (const id of made) {
      expect(await after.services.analyses.get(localCall, id)).toEqual(
        await before.services.analyses.get(localCall, id),
      );
      const drawn = await Promise.all(
        [before, after].map((app) => app.services.analyses.annotatedImage(localCall, id)),
      );
      expect(drawn[1]!.bytes.equals(drawn[0]!.bytes)).toBe(true);
    }
    const rules = await Promise.all([before, after].map((app) => app.services.rules.list(localCall, {}, { limit: 9 })));
    expect(rules[1]!.items).toEqual(rules[0]!.items);
    const { rule_id } = rules[0]!.items[0]!;
    const histories = await Promise.all([before, after].map((app) => app.services.rules.history(localCall, rule_id)));
    expect(histories[1]).toEqual(histories[0]);
    const statistics = await Promise.all(
      [before, after].map((app) => app.services.rules.statistics(localCall, rule_id)),
    );
    expect(statistics[1]).toEqual(statistics[0]);
    const said = await Promise.all([before, after].map((app) => app.services.feedback.list(localCall, { limit: 9 })));
    expect([said[1], said[0]!.items.length]).toEqual([said[0], 1]);
    await after.close();
    // The target gives the same archive, but for its time.
    const again = join(folder, 'again.h200');
    await exportData(target, again, both);
    const records = (path: string) => readFileSync(path).toString('latin1').split('\n').slice(1, -2).toSorted();
    expect(records(again)).toEqual(records(file));
  },
  60_000,
);

describe('records of a user who is not there', () => {
  /** Three analyses, a rule, a calibration and a word of one user, and a rule of hers that she removed. */
  async function fillOf(owner: string): Promise<string[]> {
    const app = await open('a');
    const ctx = callOf(owner);
    const { rules, calibrations, analyses, feedback } = app.services;
    const mine = { scope: 'mine' } as const;
    await makeRule(rules, { text: 'Keep mugs at least 10 cm away from laptops', ...mine }, { user: owner });
    const gone = await makeRule(
      rules,
      { text: 'Keep mugs at least 20 cm away from laptops', ...mine },
      { user: owner },
    );
    await removeRule(rules, gone.rule.rule_id, { user: owner }, { permanent: true });
    await calibrations.create(ctx, { name: 'x', width: 640, height: 480, calibration: { mm_per_pixel: 1 } });
    const made: string[] = [];
    for (const shade of [10, 50, 90]) {
      const request = { bytes: await plainPhoto(640, 480, shade), detections, store: true, use_cache: false };
      made.push((await analyses.analyze(ctx, request as never)).analysis_id);
    }
    await feedback.give(ctx, { analysis_id: made[0]!, is_correct: false, comments: 'no' });
    await app.close();
    return made;
  }
  const userOf = async (name: string, env: Env = {}) => {
    const app = await open(name, env);
    await app.services.accounts.ensureAdmin('admin', 'a long enough password');
    const store = await openStore(configOf(name, env));
    const { id } = (await recordsOver(store).registry.find('user', 'admin'))!;
    await store.close();
    await app.close();
    return id;
  };

  it.each(targets.filter(([, isThere]) => isThere))(
    'are told, and go to whom --owner names, also those that an import left without one: %s',
    async (_name, _there, env) => {
      const made = await fillOf('usr_old');
      expect(await exportData(configOf('a'), file, both)).toMatchObject({ copied: 7, without_users: 5 });
      const settings = env();
      const admin = await userOf('b', settings);
      const target = configOf('b', settings);
      expect(await importData(target, file, { accounts: false })).toMatchObject({ copied: 7, nobodys: 5 });
      for (let time = 0; time < 2; time += 1) {
        const report = await importData(target, file, { accounts: false, owner: 'Admin' });
        expect(report).toMatchObject({ copied: 7, found: 7, different: [], nobodys: 0, machines: 0 });
      }
      const app = await open('b', settings);
      const ctx = callOf(admin);
      const { analyses, rules, calibrations, feedback } = app.services;
      expect((await analyses.list(ctx, { limit: 9 })).items.map((one) => one.analysis_id).toSorted()).toEqual(
        made.toSorted(),
      );
      expect(await analyses.count(callOf('usr_old'))).toBe(0);
      const [rule] = (await rules.list(ctx, {}, { limit: 9 })).items;
      expect(rule).toMatchObject({ owner: admin, version: 2 });
      expect((await rules.statistics(ctx, rule!.rule_id)).total_evaluations).toBe(3);
      expect((await calibrations.list(ctx, { limit: 9 })).items).toHaveLength(1);
      const said = (await feedback.list(ctx, { limit: 9 })).items;
      expect(said).toHaveLength(1);
      // Her next word of it takes the place of this one.
      await feedback.give(ctx, { analysis_id: made[0]!, is_correct: true });
      expect((await feedback.list(ctx, { limit: 9 })).items).toHaveLength(1);
    },
    60_000,
  );

  it('go into an empty store for this machine, and for nobody whom the store does not know', async () => {
    const made = await fillOf('usr_old');
    await exportData(configOf('a'), file, { accounts: true, photos: true });
    const target = configOf('b');
    await expect(importData(target, file, { accounts: false, owner: 'eve' })).rejects.toMatchObject({
      code: 'AUTH_006',
      message: expect.stringMatching(/no user "eve"/),
    });
    await expect(importData(target, file, { accounts: true, owner: 'local' })).rejects.toMatchObject({
      code: 'VALIDATION_002',
    });
    const report = await importData(target, file, { accounts: false, owner: 'local' });
    expect(report).toMatchObject({ copied: 7, found: 0, nobodys: 0, machines: 0 });
    const app = await open('b');
    expect(await app.services.analyses.count(localCall)).toBe(made.length);
    // What a user who is there has is not taken.
    const other = await userOf('c');
    await importData(configOf('c'), file, { accounts: false, owner: 'admin' });
    expect((await importData(configOf('c'), file, { accounts: false, owner: 'local' })).different).toHaveLength(5);
    const kept = await open('c');
    expect(await kept.services.analyses.count(callOf(other))).toBe(made.length);
  });
});

it('takes accounts only where both sides say so', async () => {
  await fill();
  const hasUser = async (name: string) => {
    const store = await openStore(configOf(name));
    const user = await recordsOver(store).registry.find('user', 'ann');
    await store.close();
    return user !== null;
  };
  await exportData(configOf('a'), file, both);
  expect(readFileSync(file, 'latin1')).not.toContain('usr_1');
  await expect(importData(configOf('b'), file, { accounts: true })).rejects.toMatchObject({ code: 'VALIDATION_002' });
  const all = join(folder, 'all.h200');
  await exportData(configOf('a'), all, { accounts: true, photos: false });
  await importData(configOf('b'), all, { accounts: false });
  expect(await hasUser('b')).toBe(false);
  expect(await importData(configOf('b'), all, { accounts: true })).toMatchObject({ copied: 7, found: 6 });
  expect(await hasUser('b')).toBe(true);
});

it('replaces no file, leaves none that is not whole, and says what is lost', async () => {
  await fill();
  writeFileSync(file, 'of a person');
  await expect(exportData(configOf('a'), file, both)).rejects.toMatchObject({ code: 'VALIDATION_002' });
  expect(readFileSync(file, 'utf8')).toBe('of a person');
  const other = join(folder, 'other.h200');
  const stop = new AbortController();
  let seen = 0;
  const stopping = exportData(configOf('a'), other, {
    ...both,
    signal: stop.signal,
    onAnalysis: () => {
      seen += 1;
      if (seen === 2) stop.abort(new Error('enough'));
    },
  });
  await expect(stopping).rejects.toThrow('enough');
  expect(readdirSync(folder).toSorted()).toEqual(['a', 'desks.h200']);
  const blobs = await openBlobs(configOf('a'));
  const keys: string[] = [];
  for await (const key of blobs.list({ prefix: 'image/', olderThanMs: -60_000 })) keys.push(key);
  const [gone, broken] = keys.toSorted() as [string, string];
  await blobs.delete(gone);
  flipLastByte(join(folder, 'a', 'blobs'), blobs.nameOf(broken));
  const report = await exportData(configOf('a'), other, both);
  expect(report).toMatchObject({ photos: 0, missing: [gone], damaged: [broken] });
  const { without_photo } = await importData(configOf('b'), other, { accounts: false });
  expect(without_photo.toSorted()).toEqual([gone, broken]);
  await expect(exportData(configOf('none'), join(folder, 'x'), both)).rejects.toMatchObject({ code: 'VALIDATION_002' });
});

it('goes on where an import was ended, and never replaces what is there', async () => {
  const [first = ''] = await fill();
  await exportData(configOf('a'), file, both);
  const stop = new AbortController();
  const ended = importData(configOf('b'), file, {
    accounts: false,
    signal: stop.signal,
    onAnalysis: () => stop.abort(new Error('enough')),
  });
  await expect(ended).rejects.toThrow('enough');
  const store = await openStore(configOf('b'));
  const records = recordsOver(store);
  const known = (await records.analyses.list('local', { limit: 9 })).items[0]!.analysis_id;
  const { analysis } = (await records.analyses.get(known))!;
  await records.analyses.delete(known);
  await records.analyses.put({
    owner: 'local',
    analysis: { ...analysis, warnings: ['mine'] },
    imageKey: null,
    state: {},
  });
  await store.close();
  const report = await importData(configOf('b'), file, { accounts: false });
  expect(report).toMatchObject({ copied: 5, found: 2, different: [{ kind: 'analysis', id: known }] });
  expect(first).not.toBe('');
  const app = await open('b');
  expect((await app.services.analyses.get(localCall, known)).warnings).toEqual(['mine']);
});

describe('a hostile file', async () => {
  type Piece = readonly [line: Record<string, unknown>, content?: Buffer];
  const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const head = {
    kind: 'archive',
    version: 1,
    program: 'x',
    created_at: '2026-01-01T00:00:00.000Z',
    accounts: true,
    photos: true,
  };

  /** What a forger writes: all hashes right. */
  function forge(pieces: readonly Piece[], more: Record<string, unknown> = {}): Buffer {
    const parts = pieces.map(([line, content]) => {
      const sized = content && { bytes: content.length, sha256: sum(content) };
      const start = Buffer.from(`${JSON.stringify({ ...sized, ...line })}\n`);
      return content === undefined ? start : Buffer.concat([start, content, Buffer.from('\n')]);
    });
    const body = Buffer.concat(parts);
    const end = { kind: 'end', entries: pieces.length - 1, sha256: sum(body), ...more };
    return Buffer.concat([body, Buffer.from(`${JSON.stringify(end)}\n`)]);
  }

  const text = (value: unknown) => Buffer.from(JSON.stringify(value));
  const key = `image/${'0a'.repeat(32)}`;
  const photo: Piece = [{ kind: 'photo', id: key, content_type: 'image/jpeg' }, await plainPhoto(64, 48)];
  const analysis = { owner: 'local', image_key: key, analysis: '{}', state: '{}', evaluations: null };
  const whole = () => forge([[head], photo]);

  const REFUSED: Readonly<Record<string, () => Buffer>> = {
    empty: () => Buffer.alloc(0),
    rubbish: () => Buffer.alloc(5000, 0x5a),
    'a line without an end': () => Buffer.from(`{"kind":"archive",${' '.repeat(5000)}`),
    'of a newer version': () => forge([[{ ...head, version: 2 }]]),
    'cut short': () => whole().subarray(0, -1),
    'cut in the middle of a photo': () => whole().subarray(0, -150),
    'with a byte changed': () => {
      const bytes = whole();
      bytes[bytes.indexOf(photo[1]!) + 100]! ^= 1;
      return bytes;
    },
    'with more behind it': () => Buffer.concat([whole(), Buffer.from('\n')]),
    'with another count': () => forge([[head], photo], { entries: 5 }),
    'with a size that it does not have': () => forge([[head], [{ ...photo[0], bytes: 30_000_000 }, photo[1]!]]),
    'with a size beyond all bounds': () => forge([[head], [{ ...photo[0], bytes: 2 ** 40 }, photo[1]!]]),
    'with a negative size': () => forge([[head], [{ ...photo[0], bytes: -1 }, photo[1]!]]),
    'with a path in place of a key': () => forge([[head], [{ ...photo[0], id: 'image/../../etc/passwd' }, photo[1]!]]),
    'with a photo that is a page': () => forge([[head], [{ ...photo[0], content_type: 'text/html' }, photo[1]!]]),
    'with a path in an analysis': () =>
      forge([[head], [{ kind: 'analysis', id: 'ana_1' }, text({ ...analysis, image_key: '../x' })]]),
    'with a record of another shape': () => forge([[head], [{ kind: 'rule', id: 'rule_1' }, text({ kept: 1 })]]),
    'with a record twice': () => forge([[head], photo, photo]),
    'with a photo under a name that nothing asks for': () =>
      forge([[head], [{ ...photo[0], id: 'image/x' }, photo[1]!]]),
    'that begins twice': () => forge([[head], [head]]),
    'of a kind that nobody knows': () => forge([[head], [{ kind: 'exec', id: 'x' }, text({})]]),
  };

  it.each(Object.entries(REFUSED))('%s is refused before anything is taken', async (_what, bytes) => {
    writeFileSync(file, bytes());
    await expect(importData(configOf('b'), file, { accounts: true })).rejects.toMatchObject({ code: 'VALIDATION_002' });
    expect(readdirSync(folder)).toEqual(['desks.h200']);
  });

  const record = (kind: string, id: string, content: unknown = { text: '{}' }): Piece => [{ kind, id }, text(content)];
  const UNUSABLE: Readonly<Record<string, Piece>> = {
    'a photo that is none': [photo[0], Buffer.from('a photo')],
    'a photo that was cut': [photo[0], photo[1]!.subarray(0, -40)],
    'a photo of another type': [{ ...photo[0], content_type: 'image/png' }, photo[1]!],
    'an analysis under an id that no analysis has': record('analysis', 'ana 1', analysis),
    'a rule under the id of an analysis': record('rule', 'ana_1', { kept: true, versions: ['{}'] }),
    'a calibration under too long an id': record('calibration', 'c'.repeat(65)),
    'feedback under an id that leads nowhere': record('feedback', '../x'),
    'a user under the id of nobody': record('user', 'local'),
    'a key under another id': record('api_key', 'usr_1'),
    'a token with a line feed in its id': record('revoked_token', 'a\nb'),
    'a count for what is no rule': record('analysis', 'ana_1', {
      ...analysis,
      evaluations: { owner: 'local', at: '2026-01-01T00:00:00.000Z', rows: [['$where', 1, 0, 0]] },
    }),
    'a record of another shape': record('rule', 'rule_1', { kept: 1 }),
  };

  it.each(Object.entries(UNUSABLE))('%s is refused with its number before anything is taken', async (_what, piece) => {
    writeFileSync(file, forge([[head], photo, piece]));
    const refused = importData(configOf('b'), file, { accounts: true });
    await expect(refused).rejects.toMatchObject({
      code: 'VALIDATION_002',
      message: expect.stringMatching(/^Record 2 of the archive/),
      details: { record: 2, kind: piece[0].kind },
    });
    expect(readdirSync(folder)).toEqual(['desks.h200']);
  });

  it('that is no file is refused', async () => {
    await expect(importData(configOf('b'), folder, { accounts: true })).rejects.toMatchObject({
      code: 'VALIDATION_002',
    });
    symlinkSync('/dev/zero', file);
    await expect(importData(configOf('b'), file, { accounts: true })).rejects.toMatchObject({ code: 'VALIDATION_002' });
    rmSync(file);
    expect(spawnSync('mkfifo', [file]).status).toBe(0);
    await expect(importData(configOf('b'), file, { accounts: true })).rejects.toMatchObject({ code: 'VALIDATION_002' });
  });

  it('with all hashes right brings no record that is not as it must be, and replaces none', async () => {
    const [known = ''] = await fill();
    await exportData(configOf('a'), join(folder, 'own.h200'), both);
    const store = await openStore(configOf('a'));
    const stored = (await store.call('getAnalysis', known))!;
    const history = await store.call(
      'ruleHistory',
      (await store.call('recordKeys', 'rule version', { a: '', b: 0 }, 1))[0]!.a,
    );
    await store.close();
    const good = { ...analysis, ...stored, state: '{}' };
    writeFileSync(
      file,
      forge([
        [head],
        [{ kind: 'photo', id: stored.image_key!, content_type: 'image/jpeg' }, photo[1]!],
        [{ kind: 'analysis', id: 'ana_other' }, text(good)],
        [{ kind: 'analysis', id: 'ana_empty' }, text(analysis)],
        [{ kind: 'analysis', id: known }, text(good)],
        [{ kind: 'rule', id: 'rule_other' }, text({ kept: true, versions: history.texts })],
        [{ kind: 'calibration', id: '$where' }, text({ text: '{"calibration_id":"$where"}' })],
        [{ kind: 'user', id: 'usr_x' }, text({ text: '{"id":"usr_y"}' })],
      ]),
    );
    const report = await importData(configOf('a'), file, { accounts: true });
    expect(report).toMatchObject({ copied: 0, different: [{ kind: 'analysis', id: known }] });
    expect(report.unreadable.map(({ id }) => id).toSorted()).toEqual(
      ['$where', 'ana_empty', 'ana_other', 'rule_other', 'usr_x'].toSorted(),
    );
    const again = join(folder, 'again.h200');
    await exportData(configOf('a'), again, both);
    const records = (path: string) => readFileSync(path).toString('latin1').split('\n').slice(1, -2);
    expect(records(again)).toEqual(records(join(folder, 'own.h200')));
  });
});
