import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, parse } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Analysis } from '../../src/contract/analysis.ts';
import { DEFAULT_LIMITS } from '../../src/image/limits.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { INITIALIZE } from '../gateway/raw-http.ts';
import { call } from '../gateway/stdio-process.ts';
import { testAsset } from '../support/assets.ts';
import { plainPhoto } from '../support/journey.ts';
import { runProgram, start } from '../support/program.ts';
import { sampleAnalysis, sampleRule } from '../support/samples.ts';

const models = testAsset('models');
const photo = testAsset('photos', 'other', 'jetson_desk.jpg');
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

let folder: string;
let env: Record<string, string>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-cli-'));
  env = { H200_DATA_DIR: join(folder, 'data'), ...(models && { H200_MODELS_DIR: models }) };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('h200-mug', () => {
  it('says its version and how to use each command', async () => {
    expect(await runProgram(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
    for (const command of ['stdio', 'serve', 'analyze', 'analyses', 'rules', 'models', 'doctor']) {
      const { status, stdout } = await runProgram([command, '--help']);
      expect(status).toBe(0);
      expect(stdout).toContain(`Usage: h200-mug ${command}`);
    }
  });

  it.each([
    [['--no-such-option']],
    [['analyze']],
    [['serve', '--port', 'eighty']],
    [['analyze', 'x.jpg', '--mm-per-pixel', '-1']],
    [['models', 'fetch', 'no-such-model']],
  ])('ends with 2 on %j', async (args) => {
    const { status, stdout, stderr } = await runProgram(args, { env });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    [
      ['bogus'],
      'stdio, serve, serverless, worker, analyze, analyses, rules, setup, models, marker, data, backup, cache, secrets, users, notify, deploy, watch, cameras, queue, doctor',
    ],
    [['rules', 'bogus'], 'parse, export, import'],
    [['analyses', 'bogus'], 'list, delete'],
    [['models', 'bogus'], 'list, fetch, verify'],
    [['users', 'bogus'], 'link, password, list'],
    [['backup', 'bogus'], 'create, list, verify, restore'],
  ])('%j is unknown, and the known commands are named', async (args, known) => {
    const { status, stdout, stderr } = await runProgram(args, { env });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`unknown command "bogus"; known are ${known}`);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('says in one line that a port is in use, or an address is not ours', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const busy = await runProgram(['serve', '--port', String(port)], { env });
    taken.close();
    expect(busy).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(/^Cannot listen on .* in use.*\n$/) });
    const open = { ...env, H200_API_TOKEN: 'a-token-of-enough-length' };
    const foreign = await runProgram(['serve', '--host', '192.0.2.1', '--port', '0'], { env: open });
    expect(foreign).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(/^Cannot listen on 192.*\n$/) });
  });

  it('a data folder that cannot be used stops serve at once, and stdio tells the agent', async () => {
    const data = join(folder, 'no-folder');
    writeFileSync(data, 'a file in its place');
    const bad = { ...env, H200_DATA_DIR: data };
    const { status, stdout, stderr } = await runProgram(['serve', '--port', '0'], { env: bad });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^DB_001: The data folder .*no-folder cannot be used\..*\n.*H200_DATA_DIR.*\n$/);
    const child = start(['stdio'], { env: bad });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    for (const message of [INITIALIZE, call(2, 'list_rules', {})]) child.stdin?.write(`${JSON.stringify(message)}\n`);
    await expect.poll(() => said, { timeout: 10_000 }).toMatch(/"id":2/);
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(said).toMatch(/^h200-mug: data folder: .*no-folder cannot be written/m);
    expect(said).toMatch(/DB_001.*H200_DATA_DIR/);
  });

  it('names a bad variable and stops', async () => {
    const { status, stderr } = await runProgram(['doctor'], { env: { ...env, H200_WORKERS: 'many' } });
    expect(status).toBe(2);
    expect(stderr).toMatch(/H200_WORKERS: "many"/);
  });

  it('refuses to serve the network without a token', async () => {
    const { status, stderr } = await runProgram(['serve', '--host', '0.0.0.0', '--port', '0'], { env });
    expect(status).toBe(2);
    expect(stderr).toContain('H200_API_TOKEN');
  });

  const old = oldNode();
  it.skipIf(!old)('runs on the Node of the repository when it is started with an older one', async () => {
    expect(await runProgram(['--version'], { node: old as string })).toMatchObject({
      status: 0,
      stdout: `${version}\n`,
    });
    expect((await runProgram(['--no-such-option'], { node: old as string })).status).toBe(2);
  });
});

describe('rules parse', () => {
  it('prints the rule, as text and as one JSON document', async () => {
    const sentence = 'Keep mugs at least 6 inches away from laptops';
    const text = await runProgram(['rules', 'parse', sentence]);
    expect(text.status).toBe(0);
    expect(text.stdout).toContain('152.4 mm');
    const json = JSON.parse((await runProgram(['rules', 'parse', sentence, '--json'])).stdout);
    expect(json.draft.conditions[0]).toMatchObject({ operator: 'min_distance', value: 152.4, unit: 'mm' });
  });

  it('refuses with 2 and names the words', async () => {
    const { status, stdout } = await runProgram(['rules', 'parse', 'Keep mugs 6 blorps away from laptops', '--json']);
    expect(status).toBe(2);
    expect(JSON.parse(stdout).unknown.join(' ')).toContain('blorps');
  });
});

it('analyses detections of the caller without any image', async () => {
  const detections = JSON.stringify([{ class: 'mug', bbox: [190, 240, 280, 325] }]);
  const own = ['--detections', detections, '--json', '--no-store'];
  const { status, stdout } = await runProgram(['analyze', ...own, '--size', '{"width":640,"height":480}'], { env });
  expect(status).toBe(0);
  expect(JSON.parse(stdout).objects[0]).toMatchObject({ class: 'mug', bbox: [190, 240, 280, 325] });
  for (const args of [[], own]) {
    const none = await runProgram(['analyze', ...args], { env });
    expect(none).toMatchObject({ status: 2, stderr: expect.stringContaining("missing required argument 'image'") });
  }
});

describe('analyses', () => {
  const stored = async (name: string) => {
    const data = join(folder, name);
    const records = createSqliteRecords(join(data, 'records.db'));
    const days = [0, 3, 40];
    for (const n of days) {
      const timestamp = new Date(Date.now() - n * 86_400_000).toISOString();
      const analysis = sampleAnalysis({ analysis_id: `ana_day${n}`, timestamp });
      await records.analyses.put({ owner: 'local', analysis, imageKey: null, state: null });
    }
    await records.close();
    const settings: Record<string, string> = { ...env, H200_DATA_DIR: data };
    const run = (args: string[], more: Record<string, string> = {}) =>
      runProgram(['analyses', ...args], { env: { ...settings, ...more } });
    return { settings, run };
  };

  it('are listed, counted and deleted: one, the old ones, all', async () => {
    const { run } = await stored('analyses');
    const listed = JSON.parse((await run(['list', '--json'])).stdout);
    expect(listed.analyses.map((one: { analysis_id: string }) => one.analysis_id)).toEqual([
      'ana_day0',
      'ana_day3',
      'ana_day40',
    ]);
    expect(await run(['delete', '--older-than-days', '2', '--dry-run'])).toMatchObject({
      status: 0,
      stdout: 'Analyses that would be deleted with their photos: 2. Remaining: 1. Nothing was deleted.\n',
    });
    expect(JSON.parse((await run(['delete', 'ana_day3', '--json'])).stdout)).toEqual({
      deleted: 1,
      remaining: 2,
      complete: true,
      dry_run: false,
    });
    expect((await run(['delete', 'ana_day3'])).status).toBe(2);
    for (const args of [[], ['--all', '--older-than-days', '2'], ['bogus'], ['--older-than-days', '0']]) {
      expect(await run(['delete', ...args])).toMatchObject({ status: 2, stdout: '' });
    }
    expect((await run(['delete', '--all'])).stdout).toBe('Analyses deleted with their photos: 2. Remaining: 0.\n');
    expect((await run(['list'])).stdout).toMatch(/^Stored analyses: 0/);
  });

  it('of users are told on stderr, and not in the result', async () => {
    const { settings, run } = await stored('analyses-of-users');
    const records = createSqliteRecords(join(settings.H200_DATA_DIR!, 'records.db'));
    const analysis = sampleAnalysis({ analysis_id: 'ana_hers' });
    await records.analyses.put({ owner: 'usr_ann', analysis, imageKey: null, state: null });
    await records.close();
    for (const args of [
      ['list', '--json'],
      ['delete', '--all', '--dry-run'],
    ]) {
      const { stdout, stderr } = await run(args);
      expect(stdout).not.toContain('more analyses');
      expect(stderr).toContain('1 more analyses belong to users of the server');
    }
    expect((await run(['list'])).stdout).toMatch(/^Stored analyses: 3,/);
  });

  it('go by their age at the start of any command but doctor, which says how many are due', async () => {
    const { settings, run } = await stored('retention');
    const limited = { H200_RETENTION_DAYS: '30' };
    const doctor = await runProgram(['doctor'], { env: { ...settings, ...limited } });
    expect(doctor.stdout).toMatch(/^ok +retention +.*older than 30 days.*; 1 are now$/m);
    expect((await run(['list'])).stdout).toMatch(/^Stored analyses: 3/);
    await run(['list'], limited);
    expect((await run(['list'])).stdout).toMatch(/^Stored analyses: 2/);
    const clock = join(settings.H200_DATA_DIR!, 'clock.json');
    expect([statSync(clock).mode & 0o777, readdirSync(settings.H200_DATA_DIR!)]).toEqual([
      0o600,
      expect.not.arrayContaining([expect.stringContaining('.part')]),
    ]);
    // As if the clock had leapt ten years between two starts.
    const seen = new Date(Date.now() - 3650 * 86_400_000).toISOString();
    writeFileSync(clock, JSON.stringify({ seen, doubted_since: null }));
    const lone = await run(['list'], { H200_RETENTION_DAYS: '2' });
    expect(lone.stderr).toContain('the clock is far ahead');
    expect((await run(['list'])).stdout).toMatch(/^Stored analyses: 2/);
    const doubting = await runProgram(['doctor'], { env: { ...settings, H200_RETENTION_DAYS: '2' } });
    expect(doubting.stdout).toMatch(/^ok +retention +.*; 1 are now, not before .*: the clock leapt ahead$/m);
    expect((await run(['list'], { H200_RETENTION_DAYS: '0' })).status).toBe(2);
  });
});

describe('rules export and import', () => {
  it('carries rules from one store to another, and refuses what is no export', async () => {
    const document = {
      version: 1,
      rules: [sampleRule(), sampleRule({ rule_id: 'rule_test2', name: 'Second', enabled: false })],
    };
    const file = join(folder, 'rules.json');
    writeFileSync(file, JSON.stringify(document));
    const other = { ...env, H200_DATA_DIR: join(folder, 'other') };
    expect(await runProgram(['rules', 'import', file], { env: other })).toMatchObject({
      status: 0,
      stdout: '2 created, 0 updated\n',
    });
    const exported = JSON.parse((await runProgram(['rules', 'export'], { env: other })).stdout) as typeof document;
    expect(exported.rules.map((r) => [r.rule_id, r.enabled])).toEqual([
      ['rule_test1', true],
      ['rule_test2', false],
    ]);
    expect(exported.rules[0]?.conditions).toEqual(sampleRule().conditions);
    writeFileSync(file, 'no JSON');
    expect((await runProgram(['rules', 'import', file], { env: other })).status).toBe(2);
  });
});

describe('analyze', () => {
  it.each([
    ['empty.jpg', () => Buffer.alloc(0), /VALIDATION_00[35]/],
    ['text.jpg', () => Buffer.from('not an image at all'), /VALIDATION_003/],
    ['cut.jpg', async () => (await plainPhoto()).subarray(0, 900), /VALIDATION_005/],
    ['huge.png', hugePng, /VALIDATION_004/],
    ['fat.jpg', () => Buffer.alloc(DEFAULT_LIMITS.maxBytes + 1, 0xff), /VALIDATION_004/],
    ['picture.gif', () => Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1'), /VALIDATION_003/],
  ] as [string, () => Buffer | Promise<Buffer>, RegExp][])(
    'refuses %s with 2 and a clear reason',
    async (name, make, code) => {
      const file = join(folder, name);
      writeFileSync(file, await make());
      const { status, stdout, stderr } = await runProgram(['analyze', file], { env });
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(code);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
  );

  it('refuses a missing file and a folder', async () => {
    for (const path of [join(folder, 'none.jpg'), folder]) {
      expect(await runProgram(['analyze', path], { env })).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('VALIDATION_006'),
      });
    }
  });

  it.skipIf(!models || !photo)('prints the contract’s object with --json and writes the annotated image', async () => {
    const out = join(folder, 'annotated.jpg');
    const sentence = 'Keep mugs at least 30 cm away from keyboards';
    const options = ['--json', '--annotate', out, '--rule', sentence, '--inference', 'tiled'];
    const run = await runProgram(['analyze', photo as string, ...options], { env });
    expect(run.status).toBe(0);
    const analysis = Analysis.parse(JSON.parse(run.stdout));
    expect(analysis.model?.inference).toBe('tiled');
    expect(analysis.detections.length).toBeGreaterThan(0);
    expect(analysis.rules.length).toBeGreaterThan(0);
    expect((await sharp(out).metadata()).format).toBe('jpeg');
  });

  it('tells a person what the embedded model is, and does not accuse for what it may have missed', async () => {
    const bare = { ...env, H200_MODELS_DIR: join(folder, 'no-models') };
    const photo = join(import.meta.dirname, '../../examples/coaster-and-mat.jpg');
    const run = await runProgram(['analyze', photo, '--rule', 'Every mug is on a coaster'], { env: bare });
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^ {2}satisfied +mug-\d stands on coaster-\d/m);
    expect(run.stdout).toMatch(
      /^ {2}- mug-\d is perhaps not on a coaster: mug-\d stands on no coaster that is seen; the model finds \d+ % of the/m,
    );
    expect(run.stdout).not.toContain('violated');
    expect(run.stdout).toMatch(/^ {2}! .*small/m);
  });

  it('writes the format that the extension of --annotate names, and refuses others', async () => {
    const bare = { ...env, H200_MODELS_DIR: join(folder, 'no-models') };
    const photo = join(import.meta.dirname, '../../examples/all-fine.jpg');
    for (const format of ['png', 'webp']) {
      const out = join(folder, `drawn.${format}`);
      expect(await runProgram(['analyze', photo, '--annotate', out], { env: bare })).toMatchObject({ status: 0 });
      expect((await sharp(out).metadata()).format).toBe(format);
    }
    const gif = await runProgram(['analyze', photo, '--annotate', join(folder, 'drawn.gif')], { env: bare });
    expect(gif).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('.jpg, .jpeg, .png, .webp') });
  });

  it('writes an image for each of several images, also of one name', async () => {
    const bare = { ...env, H200_MODELS_DIR: join(folder, 'no-models') };
    const examples = join(import.meta.dirname, '../../examples');
    const photos = ['all-fine.jpg', 'mug-too-close.jpg'].map((example, i) => {
      mkdirSync(join(folder, `day${i}`));
      copyFileSync(join(examples, example), join(folder, `day${i}`, 'desk.jpg'));
      return join(folder, `day${i}`, 'desk.jpg');
    });
    const out = join(folder, 'drawn');
    const run = await runProgram(['analyze', ...photos, '--annotate', out], { env: bare });
    expect(run.status).toBe(0);
    for (const [i, photo] of photos.entries()) {
      const file = join(out, `day${i}-desk.annotated.jpg`);
      expect(run.stderr).toContain(`${photo}: annotated image: ${file}\n`);
      expect((await sharp(file).metadata()).format).toBe('jpeg');
    }
  });

  it('writes the annotated image into a folder, and says when it cannot be written', async () => {
    const bare = { ...env, H200_MODELS_DIR: join(folder, 'no-models') };
    const photo = join(import.meta.dirname, '../../examples/all-fine.jpg');
    const into = await runProgram(['analyze', photo, '--annotate', folder], { env: bare });
    expect(into).toMatchObject({ status: 0, stderr: expect.stringContaining('all-fine.annotated.jpg') });
    const nowhere = await runProgram(['analyze', photo, '--annotate', join(folder, 'none', 'a.jpg')], { env: bare });
    expect(nowhere).toMatchObject({ status: 2, stderr: expect.stringContaining('cannot be written') });
    const wrong = await runProgram(['analyze', photo, '--inference', 'twice'], { env: bare });
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('must be single or tiled') });
  });

  it.skipIf(!models || !photo)('answers the good ones of several and ends with 2 when one is bad', async () => {
    const none = join(folder, 'none.jpg');
    const run = await runProgram(['analyze', none, photo as string, '--json'], { env });
    expect(run.status).toBe(2);
    expect(JSON.parse(run.stdout)).toEqual([
      { input: none, error: expect.objectContaining({ code: 'VALIDATION_006' }) },
      { input: photo, analysis: expect.objectContaining({ analysis_id: expect.any(String) }) },
    ]);
    expect(run.stderr).toContain('none.jpg');
  });
});

it('doctor ends where the queue has no Redis, and names the half of a bucket that is missing', async () => {
  const at = { REDIS_HOST: '127.0.0.1', REDIS_PORT: '1', H200_QUEUE: 'redis' };
  const queue = await runProgram(['doctor'], { env: { ...env, ...at } });
  expect(queue.status).toBe(1);
  expect(queue.stdout).toMatch(/^failed +queue +QUEUE_001/m);
  const half = await runProgram(['doctor'], { env: { ...env, R2_ENDPOINT_URL: 'http://127.0.0.1:1' } });
  expect(half.stdout).toMatch(/^failed +start +R2_ACCESS_KEY_ID: must be set too/m);
}, 90_000);

it.skipIf(!models)('doctor finds nothing wrong', async () => {
  const { status, stdout } = await runProgram(['doctor'], { env });
  expect(stdout).toMatch(/ok +model/);
  expect(status).toBe(0);
});

it.each([
  ['H200_ALLOWED_ROOTS', 'none', /^failed +allowed folders +.*none does not exist.*H200_ALLOWED_ROOTS/m],
  ['H200_ALLOWED_ROOTS', 'file', /^failed +allowed folders +.*file is not a folder/m],
  ['H200_MODELS_DIR', 'none', /^failed +model folder +.*none does not exist.*H200_MODELS_DIR.*models fetch/m],
  ['H200_DATA_DIR', 'file/data', /^failed +data folder +.*cannot be written \(ENOTDIR\).*H200_DATA_DIR/m],
  ['H200_MODELS_DIR', 'bad', /^failed +start +ANALYSIS_001: .*manifest\.json\)/m],
])('doctor says when %s points to %s', async (name, path, line) => {
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'bad'), { recursive: true });
  writeFileSync(join(folder, 'bad', 'manifest.json'), 'no JSON');
  const { status, stdout } = await runProgram(['doctor'], { env: { ...env, [name]: join(folder, path) } });
  expect(stdout).toMatch(line);
  expect(stdout).toMatch(/^ok +node/m);
  expect(status).toBe(1);
});

it('doctor says when H200_MODEL names no model', async () => {
  const { status, stdout } = await runProgram(['doctor'], { env: { ...env, H200_MODEL: 'yolo99' } });
  expect(stdout).toMatch(/^failed +H200_MODEL +no model is called "yolo99"\. Use one of .*desk-detector/m);
  expect(status).toBe(1);
});

it('doctor started in the root of the disk says what to set', async () => {
  const root = parse(process.cwd()).root;
  const start = (roots: string) => runProgram(['doctor'], { env: { ...env, H200_ALLOWED_ROOTS: roots }, cwd: root });
  expect((await start('')).stdout).toMatch(/^off +allowed folders +started in .*Set H200_ALLOWED_ROOTS/m);
  expect((await start(folder)).stdout).toMatch(/^ok +allowed folders/m);
});

describe('the demo', () => {
  const demo = (photo: string) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../../scripts/demo.ts'), photo], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });

  it.each(['missing.jpg', 'no-folder/missing.jpg', '.'])('says in one line that %s is no photo', (name) => {
    const { status, stdout, stderr } = demo(join(folder, name));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^There is no photo at .*\n$/);
  });

  it('ends with what the server says of a file that is no photo', () => {
    const file = join(folder, 'no-photo.jpg');
    writeFileSync(file, 'not an image at all');
    const { status, stdout, stderr } = demo(file);
    expect(status).toBe(2);
    expect(stdout).toContain('VALIDATION_003');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

/** A PNG whose header says 30000 x 30000. */
async function hugePng(): Promise<Buffer> {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
    .png()
    .toBuffer();
  png.writeUInt32BE(30_000, 16);
  png.writeUInt32BE(30_000, 20);
  return png;
}

/** A Node older than this package supports, when the machine has one on its PATH. */
function oldNode(): string | null {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    if (dir.includes('node_modules')) continue;
    try {
      const file = join(dir, 'node');
      const major = Number(
        execFileSync(file, ['-p', 'process.versions.node'], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }).split('.')[0],
      );
      if (major < 22) return file;
    } catch {
      // no node there
    }
  }
  return null;
}
