import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runProgram, start, waitForLine } from '../support/program.ts';
import { Receiver } from '../support/receiver.ts';

/** The built program, killed again and again while a camera sees mugs come and go. */
const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}.jpg`, import.meta.url));
const NEAR = example('mug-too-close');
const FAR = example('all-fine');

let folder: string;
let pictures: string;
let received: Receiver;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-watch-'));
  pictures = join(folder, 'pictures');
  mkdirSync(pictures);
  received = await new Receiver().start();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await received.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const env = () => ({
  H200_DATA_DIR: join(folder, 'data'),
  H200_ALLOWED_ROOTS: folder,
  H200_PROVIDERS: 'cpu',
  WEBHOOK_URL: received.url,
  H200_NOTIFY_PRIVATE: 'true',
});

const told = () =>
  new Set(received.events.filter(({ event_type }) => event_type === 'camera_event').map(({ event_id }) => event_id));

let number = 0;
/** As a camera writes: under another name first. */
function show(file: string): void {
  number += 1;
  copyFileSync(file, join(pictures, '.next.jpg'));
  renameSync(join(pictures, '.next.jpg'), join(pictures, `${String(number).padStart(6, '0')}.jpg`));
}

async function serve(): Promise<{ child: ChildProcess; url: string }> {
  const child = start(['serve', '--port', '0'], { env: env() });
  children.push(child);
  return { child, url: (await waitForLine(child, /listens on (http:\S+)/))[1] as string };
}

const ask = async (url: string, path: string, body?: unknown) => {
  const response = await fetch(`${url}/api/v1${path}`, {
    ...(body !== undefined && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  return response.json();
};

async function until<T>(look: () => Promise<T | null>, what: string, ms = 120_000): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const found = await look().catch(() => null);
    if (found !== null) return found;
    await sleep(300);
  }
  throw new Error(`never came: ${what}`);
}

it('kill -9 in between: no event twice, none lost', { timeout: 420_000 }, async () => {
  let { child, url } = await serve();
  await ask(url, '/rules', { text: 'Keep mugs at least 15 cm from laptops' });
  show(FAR);
  const camera = { name: 'desk', source: { kind: 'folder', address: pictures }, interval_s: 1, hold_s: 2, clear_s: 2 };
  expect(await ask(url, '/cameras', camera)).toMatchObject({ name: 'desk', enabled: true });
  const events = async () => (await ask(url, '/cameras/desk/events?limit=500')) as { event_id: string; kind: string }[];
  const writing = { file: FAR, goes: true };
  const writer = (async () => {
    while (writing.goes) {
      show(writing.file);
      await sleep(700);
    }
  })();
  await until(
    async () => ((await ask(url, '/cameras/desk/status')).state === 'watching' ? true : null),
    'the first look',
  );
  for (let round = 1; round <= 2; round += 1) {
    writing.file = NEAR;
    // Killed while the change is under way, before and after it is told.
    await sleep(2000 + 700 * round);
    child.kill('SIGKILL');
    await once(child, 'close');
    ({ child, url } = await serve());
    await until(
      async () => ((await events()).filter(({ kind }) => kind === 'rule_broken').length >= round ? true : null),
      `break ${round}`,
    );
    writing.file = FAR;
    await sleep(2500);
    child.kill('SIGKILL');
    await once(child, 'close');
    ({ child, url } = await serve());
    await until(
      async () => ((await events()).filter(({ kind }) => kind === 'rule_mended').length >= round ? true : null),
      `mending ${round}`,
    );
  }
  writing.goes = false;
  await writer;
  const stored = (await events()).toReversed();
  const rules = stored.filter(({ kind }) => kind === 'rule_broken' || kind === 'rule_mended');
  expect(rules.map(({ kind }) => kind)).toEqual(['rule_broken', 'rule_mended', 'rule_broken', 'rule_mended']);
  expect(new Set(stored.map(({ event_id }) => event_id)).size).toBe(stored.length);
  // What left is what happened: each, and nothing else; a message that came twice has the id it had.
  await until(async () => (rules.every(({ event_id }) => told().has(event_id)) ? true : null), 'messages');
  const left = told();
  expect([...left].filter((id) => !stored.some(({ event_id }) => event_id === id))).toEqual([]);
  const picture = await fetch(`${url}/api/v1/cameras/desk/snapshot`);
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  await picture.arrayBuffer();
});

it('the command line adds, lists, tests, watches and removes', { timeout: 240_000 }, async () => {
  show(FAR);
  const added = await runProgram(['cameras', 'add', 'desk', pictures, '--interval', '1'], { env: env() });
  expect(added).toMatchObject({ status: 0, stdout: expect.stringContaining('desk: folder') });
  const tested = await runProgram(['cameras', 'test', 'desk'], { env: env() });
  expect(tested).toMatchObject({ status: 0, stdout: expect.stringContaining('960 x 720') });
  const nowhere = await runProgram(['cameras', 'test', 'http://127.0.0.1:9/a.jpg'], { env: env() });
  expect(nowhere.status).not.toBe(0);
  const stream = await runProgram(['cameras', 'test', 'rtsp://192.168.1.5/live'], { env: env() });
  expect(stream).toMatchObject({ status: 2, stderr: expect.stringContaining('H200_CAMERA_HOSTS') });
  const missing = await runProgram(['cameras', 'test', 'rtsp://127.0.0.1:9/live'], {
    env: { ...env(), H200_CAMERA_HOSTS: '127.0.0.1', H200_FFMPEG: join(folder, 'none') },
  });
  expect(missing).toMatchObject({ status: 1, stdout: expect.stringContaining('H200_FFMPEG') });
  const watched = await runProgram(['watch', '--source', pictures, '--interval', '1', '--looks', '2', '--json'], {
    env: env(),
  });
  expect(watched.status).toBe(0);
  for (const line of watched.stdout.split('\n').filter(Boolean)) expect(JSON.parse(line)).toHaveProperty('kind');
  const { stdout } = await runProgram(['cameras', 'list', '--json'], { env: env() });
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'desk', interval_s: 1 }]);
  expect(await runProgram(['cameras', 'remove', 'desk'], { env: env() })).toMatchObject({ status: 0 });
  const gone = await runProgram(['watch', '--camera', 'desk', '--looks', '1'], { env: env() });
  expect(gone).toMatchObject({ status: 2, stderr: expect.stringContaining('CAMERA_001') });
});
