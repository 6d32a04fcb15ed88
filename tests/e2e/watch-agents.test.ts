import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StdioClientTransport as NewStdio } from '@modelcontextprotocol/client/stdio';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CameraStatus, ListedCamera } from '../../src/contract/camera-answers.ts';
import { connectNew, connectOld, type TestClient, TRANSPORTS } from '../gateway/clients.ts';
import { freshName } from '../queue/rig.ts';
import { PROGRAM, runProgram, start, waitForLine } from '../support/program.ts';
import { REDIS_URL, settingsOf } from '../support/redis.ts';

/** What agents hear of a camera that the built program watches. */
const NEAR = fileURLToPath(new URL('../../examples/mug-too-close.jpg', import.meta.url));
const LONG = 300_000;

async function until<T>(look: () => Promise<T | null>, what: string, ms = 200_000): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const found = await look().catch(() => null);
    if (found !== null) return found;
    await sleep(500);
  }
  throw new Error(`never came: ${what}`);
}

/** A `serve` with one camera on a folder into which the same desk is written again and again. */
async function watchedDesk(more: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'h200-agents-'));
  const pictures = join(folder, 'pictures');
  mkdirSync(pictures);
  let n = 0;
  const show = () => {
    n += 1;
    copyFileSync(NEAR, join(pictures, '.next.jpg'));
    renameSync(join(pictures, '.next.jpg'), join(pictures, `${n % 5}.jpg`));
  };
  show();
  const writer = setInterval(show, 700);
  const env = {
    ...{ H200_DATA_DIR: join(folder, 'data'), H200_ALLOWED_ROOTS: folder, H200_PROVIDERS: 'cpu', H200_MODELS_DIR: '' },
    ...more,
  };
  const child = start(['serve', '--port', '0'], { env });
  const url = (await waitForLine(child, /listens on (http:\S+)/))[1] as string;
  const ask = async (path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: await response.json() };
  };
  const status = async () => (await ask('/cameras/desk/status')).body as CameraStatus;
  await ask('/rules', { text: 'Keep mugs at least 15 cm from laptops' });
  const camera = { name: 'desk', source: { kind: 'folder', address: pictures }, interval_s: 1, hold_s: 2 };
  expect((await ask('/cameras', { ...camera, time_zone: 'Europe/Berlin' })).status).toBe(201);
  return {
    ...{ folder, env, url, ask, status },
    close() {
      clearInterval(writer);
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
const textOf = ({ content }: Awaited<ReturnType<TestClient['call']>>) =>
  content.map((part) => ('text' in part ? part.text : '')).join('\n');

type Desk = Awaited<ReturnType<typeof watchedDesk>>;

describe('an agent that asks', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await watchedDesk();
    await until(async () => ((await desk.status()).broken.length > 0 ? true : null), 'a broken rule');
  }, LONG);
  afterAll(() => desk.close());

  const stdio = () => ({
    ...{ command: process.execPath, args: [PROGRAM, 'stdio'], stderr: 'ignore' as const },
    env: { ...(process.env as Record<string, string>), ...desk.env, LOG_LEVEL: 'warn' },
  });
  const clients: (readonly [string, () => Promise<TestClient>])[] = [
    ['over stdio, client 2', () => connectNew(new NewStdio(stdio()), { pin: '2026-07-28' })],
    ['over stdio, client 1', () => connectOld(new OldStdio(stdio()))],
    ...TRANSPORTS.filter(({ name }) => name.startsWith('HTTP')).map(
      ({ name, connect }) => [`over ${name}`, () => connect(desk.url)] as const,
    ),
  ];
  it.each(clients)(
    '%s hears what changed since when, and how each camera is',
    { timeout: LONG },
    async (_, connect) => {
      const client = await connect();
      try {
        const list = await client.call('list_cameras');
        expect(list.structuredContent?.cameras).toMatchObject([{ name: 'desk', state: 'watching', broken: 1 }]);
        expect(textOf(list)).toContain('desk watching; 1 rule broken');
        const changed = await client.call('camera_status', { camera: 'desk', since: 'this morning' });
        expect(changed.structuredContent).toMatchObject({
          ...{ state: 'watching', time_zone: 'Europe/Berlin', has_more: false },
          since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          broken: [{ rule: expect.any(String), objects: expect.arrayContaining(['mug-1']) }],
          events: expect.arrayContaining([expect.objectContaining({ kind: 'rule_broken', rule: expect.any(String) })]),
        });
        expect(textOf(changed)).toContain('newest first');
        const later = await client.call('camera_status', {
          camera: 'desk',
          since: new Date(Date.now() + 60_000).toISOString(),
        });
        expect(later.isError === true || textOf(later).includes('Nothing changed')).toBe(true);
        const refused = await client.call('camera_status', { camera: 'desk', since: 'soon' });
        expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining('VALIDATION_002')]);
      } finally {
        await client.close();
      }
    },
  );

  it('over A2A has the skill what_changed answer', { timeout: LONG }, async () => {
    const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' };
    const send = async (parts: object[]) => {
      const params = { message: { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts } };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params });
      // biome-ignore lint/suspicious/noExplicitAny: an answer of JSON-RPC
      return ((await (await fetch(`${desk.url}/a2a`, { method: 'POST', headers, body })).json()) as any).result.task;
    };
    for (const parts of [
      [{ text: 'What has changed on the desk since this morning?' }],
      [{ data: { skill: 'what_changed', camera: 'desk', since: '2h' } }],
    ]) {
      const { status, artifacts } = await send(parts);
      expect(status.state).toBe('TASK_STATE_COMPLETED');
      const { data } = artifacts[0].parts.find((part: { data?: unknown }) => part.data !== undefined);
      expect(data).toMatchObject({ camera: 'desk', state: 'watching', has_more: false, broken: [{}] });
      expect(data.events.map(({ kind }: { kind: string }) => kind)).toContain('rule_broken');
    }
  });

  it('over REST lists cameras with their state, and gives rules their times', { timeout: LONG }, async () => {
    const { ask } = desk;
    const [listed] = (await ask('/cameras')).body as ListedCamera[];
    expect(listed).toMatchObject({ name: 'desk', state: 'watching', trouble: null, broken: 1 });
    const timing = { after: '18:00', before: '07:00', days: ['mon', 'tue'] };
    const spoken = await ask('/rules', { text: 'No mug may stand within 10 cm of a laptop for more than 10 minutes' });
    expect(spoken).toMatchObject({ status: 201, body: { timing: { for_seconds: 600 } } });
    const id = spoken.body.rule_id as string;
    expect((await ask(`/rules/${id}`)).body).toMatchObject({ timing: { for_seconds: 600 } });
    const changed = await ask(`/rules/${id}`, { timing }, 'PATCH');
    expect(changed).toMatchObject({ status: 200, body: { timing, conditions: spoken.body.conditions } });
    const typed = await ask('/rules', { conditions: spoken.body.conditions, timing: { by: '09:30' } });
    expect(typed).toMatchObject({ status: 201, body: { timing: { by: '09:30' } } });
    expect(await ask(`/rules/${id}`, { timing: null }, 'PATCH')).toMatchObject({ status: 200 });
    expect((await ask(`/rules/${id}`)).body).not.toHaveProperty('timing');
    for (const wrong of [{ for_seconds: 0 }, { after: '25:00' }, { days: ['monday'] }, { until: '18:00' }, {}]) {
      const { status, body } = await ask('/rules', { conditions: spoken.body.conditions, timing: wrong });
      expect([JSON.stringify(wrong), status, body.error?.code]).toEqual([JSON.stringify(wrong), 422, 'VALIDATION_002']);
    }
  });
});

describe.skipIf(REDIS_URL === null)('with workers at a queue', () => {
  const desks: Desk[] = [];
  const workers: ChildProcess[] = [];
  afterEach(() => {
    for (const worker of workers.splice(0)) worker.kill('SIGKILL');
    for (const desk of desks.splice(0)) desk.close();
  });

  it('sees what it sees alone, and is in trouble without one', { timeout: 2 * LONG }, async () => {
    const { nodes } = settingsOf();
    const redis = { REDIS_HOST: nodes[0]!.host, REDIS_PORT: String(nodes[0]!.port), H200_QUEUE: 'redis' };
    const alone = await watchedDesk();
    const queued = await watchedDesk({ ...redis, H200_QUEUE_NAME: freshName() });
    desks.push(alone, queued);
    const seen = await until(async () => ((await alone.status()).broken.length > 0 ? alone.status() : null), 'alone');
    await until(async () => ((await queued.status()).state === 'in_trouble' ? true : null), 'no worker');
    expect((await queued.status()).objects).toEqual([]);
    const worker = start(['worker'], { env: queued.env });
    workers.push(worker);
    await waitForLine(worker, /takes analyses/);
    const away = await until(
      async () => ((await queued.status()).broken.length > 0 ? queued.status() : null),
      'queued',
    );
    const what = ({ objects, broken }: CameraStatus) => ({
      objects: objects.map(({ class: name, position_mm }) => ({ name, position_mm })),
      broken: broken.map(({ objects: who, reason }) => ({ who, reason })),
    });
    expect(what(away)).toEqual(what(seen));
    expect(away.objects.length).toBeGreaterThan(1);
    const { stdout } = await runProgram(['queue', 'status', '--json'], { env: queued.env });
    expect(JSON.parse(stdout).workers).toHaveLength(1);
  });
});
