import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { attempt } from '../../src/cli/check.ts';
import { examineStore } from '../../src/cli/examine-store.ts';
import { loadConfig } from '../../src/config/config.ts';
import { localCall, makeRule } from '../support/caller.ts';
import { DESK, plainPhoto } from '../support/journey.ts';
import { canMount, smallDisk } from '../support/small-disk.ts';

let folder: string;
let app: App | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-examine-'));
  app = undefined;
});
afterEach(async () => {
  await app?.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = () => join(folder, 'records.db');
const configOf = (data = folder) => loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: data });

/** A store with an analysis, its photo, a rule. */
async function fill(data = folder): Promise<string> {
  const first = await createApp(configOf(data));
  const bytes = await plainPhoto();
  await makeRule(first.services.rules, { text: 'Keep mugs at least 10 cm away from laptops' }, { user: 'local' });
  const detections = DESK.map(({ class: name, confidence, bbox }) => ({ class: name, confidence, bbox }));
  const { analysis_id } = await first.services.analyses.analyze(localCall, { bytes, detections: detections as never });
  await first.close();
  return analysis_id;
}

async function look(data = folder) {
  const config = configOf(data);
  app = await createApp(config);
  const checks = await examineStore(app, config);
  return Object.fromEntries(checks.map(({ name, state, detail }) => [name, `${state}: ${detail}`]));
}

const change = (text: string) => {
  const db = new Database(file());
  db.exec(text);
  db.close();
};

it('has nothing to say against a whole store', async () => {
  await fill();
  expect(await look()).toMatchObject({
    'record store': 'ok: embedded, 1 analyses, can be read and written',
    'stored records': 'ok: 3 records read, nothing is damaged',
    'stored photos': 'ok: photos of 1 different images, all are there and as they were stored',
  });
});

it('names what cannot be read and says what to do', async () => {
  const id = await fill();
  change("UPDATE analyses SET analysis = '{'; UPDATE rules SET rule = 'x'");
  const found = (await look())['stored records'];
  expect(found).toMatch(/^failed: 3 records read, 2 cannot be read\. /);
  expect(found).toContain(`analysis ${id}: delete it`);
  expect(found).toMatch(/rule rule_\S+: update_rule with action "restore"/);
});

it('finds a damaged page', async () => {
  await fill();
  change('CREATE TABLE filler (text TEXT)');
  change(
    `INSERT INTO filler SELECT hex(randomblob(4000)) FROM rules_and_more`.replace(
      'rules_and_more',
      "json_each('[1,2,3,4,5,6,7,8]')",
    ),
  );
  const db = new Database(file());
  const leaf = db
    .prepare("SELECT pageno FROM dbstat WHERE name = 'filler' AND pagetype = 'leaf'")
    .pluck()
    .get() as number;
  db.close();
  const fd = openSync(file(), 'r+');
  writeSync(fd, Buffer.alloc(8192, 0x5a), 0, 8192, (leaf - 1) * 16_384);
  closeSync(fd);
  expect((await look())['stored records']).toMatch(
    /^failed: 3 records read, 0 cannot be read\. records\.db is damaged .*backup/,
  );
  expect(await app?.services.storeHealth()).toMatchObject({ writable: null });
});

it.each([
  [
    'locked',
    () => {
      const other = new Database(file());
      other.exec('BEGIN EXCLUSIVE');
      return () => other.close();
    },
    /Another program holds the lock/,
  ],
  [
    'damaged',
    () => {
      writeFileSync(file(), 'x'.repeat(40_000));
      return () => {};
    },
    /is damaged.*backup/,
  ],
  [
    'a folder',
    () => {
      for (const end of ['', '-wal', '-shm']) rmSync(file() + end, { force: true });
      mkdirSync(file());
      return () => {};
    },
    /cannot be opened/,
  ],
])('tells a store that is %s from others', async (_what, spoil, message) => {
  await fill();
  const end = spoil();
  expect((await look())['record store']).toMatch(message);
  end();
});

describe.skipIf(!canMount())('on a disk of its own (needs the right to mount one)', () => {
  it.each([
    ['full', (disk: NonNullable<ReturnType<typeof smallDisk>>) => disk.fill(), /STORAGE_003: There is no space left/],
    ['read-only', (disk: NonNullable<ReturnType<typeof smallDisk>>) => disk.readOnly(true), /may only be read/],
  ])('tells one that is %s from others', async (_what, spoil, message) => {
    const disk = smallDisk(24)!;
    try {
      const data = join(disk.path, 'data');
      await fill(data);
      spoil(disk);
      expect((await look(data))['record store']).toMatch(message);
    } finally {
      await app?.close();
      disk.remove();
    }
  });
});

it('finds photos that are missing or damaged, and damaged files of nobody', async () => {
  await fill();
  const blobs = join(folder, 'blobs');
  const [photo] = readdirSync(blobs, { recursive: true })
    .map((name) => join(blobs, `${name}`))
    .filter((path) => statSync(path).isFile());
  const stray = join(blobs, 'ab', 'ab'.repeat(32));
  mkdirSync(join(blobs, 'ab'), { recursive: true });
  writeFileSync(stray, 'rubbish\n');
  writeFileSync(photo!, 'rubbish');
  expect((await look())['stored photos']).toMatch(
    /^failed: photos of 1 different images: 0 are missing, 1 damaged; 1 damaged files that no analysis/,
  );
  rmSync(photo!);
  await app?.close();
  expect((await look())['stored photos']).toMatch(/1 are missing, 0 damaged/);
});

it.each([
  ['cut', (path: string) => truncateSync(path, 1000)],
  [
    'with a byte changed',
    (path: string) => {
      const bytes = readFileSync(path);
      bytes[bytes.length - 100]! ^= 1;
      writeFileSync(path, bytes);
    },
  ],
  ['with more behind it', (path: string) => appendFileSync(path, 'more')],
])('finds a photo that is %s, though it says whose it is', async (_what, spoil) => {
  await fill();
  const blobs = join(folder, 'blobs');
  const [photo] = readdirSync(blobs, { recursive: true })
    .map((name) => join(blobs, `${name}`))
    .filter((path) => statSync(path).isFile());
  spoil(photo!);
  expect((await look())['stored photos']).toMatch(
    /^failed: photos of 1 different images: 0 are missing, 1 damaged\. Their/,
  );
});

it('says how many photos were read where there was no time for all', async () => {
  await fill();
  app = await createApp(configOf());
  expect(await app.examine.images(60_000)).toMatchObject({ images: 1, read: 1, complete: true });
  const noTime = { ...app, examine: { ...app.examine, images: () => app!.examine.images(0.001) } };
  const checks = await examineStore(noTime, configOf());
  expect(checks.find(({ name }) => name === 'stored photos')?.detail).toMatch(
    /^photos of 0 different images looked for, \d of them read to their end in 60 s, not all there are, /,
  );
});

it('waits for no check longer than its time', async () => {
  const check = await attempt('slow', () => new Promise(() => {}), 20);
  expect(check).toEqual({ name: 'slow', state: 'failed', detail: 'gave no answer within 0.02 s' });
});
