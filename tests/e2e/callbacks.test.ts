import type { ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { start, waitForLine } from '../support/program.ts';
import { Receiver, until } from '../support/receiver.ts';

const SECRET = 'a secret of the caller, and of nobody else'.replaceAll(/[ ,]/g, '-');
const PHOTO = readFileSync('examples/mug-too-close.jpg').toString('base64');
let folder: string;
let receiver: Receiver;
let server: ChildProcess;
let url: string;

async function serve(): Promise<void> {
  const env = {
    H200_DATA_DIR: join(folder, 'data'),
    H200_CALLBACK_HOSTS: new URL(receiver.url).host,
    H200_PEERS: '',
  };
  server = start(['serve', '--port', '0'], { env });
  url = (await waitForLine(server, /listens on (http:\S+)/))[1] as string;
}

async function kill(): Promise<void> {
  server.kill('SIGKILL');
  await once(server, 'exit');
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-callbacks-'));
  receiver = await new Receiver().start();
  await serve();
}, 60_000);
afterEach(async () => {
  if (server.exitCode === null && server.signalCode === null) await kill();
  await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
});

const callback = (more: Record<string, string> = {}) => ({
  'h200-callback-url': `${receiver.url}/job`,
  'h200-callback-secret': SECRET,
  ...more,
});
const batchOf = (count: number) =>
  fetch(`${url}/api/v1/analyze/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...callback() },
    body: JSON.stringify({ images: Array.from({ length: count }, () => `data:image/jpeg;base64,${PHOTO}`) }),
  });

describe('the end of a job', () => {
  it('is told to its callback, signed, also where that fails first and the server is killed between', async () => {
    receiver.behaviour = () => ({ status: 503 });
    const answer = await batchOf(1);
    expect(answer.status).toBe(202);
    const job = (await answer.json()) as { job_id: string };
    await until(() => receiver.calls.length > 0, 60_000);
    await kill();
    receiver.behaviour = () => undefined;
    const failed = receiver.calls.length;
    await serve();
    await until(() => receiver.calls.length > failed, 60_000);
    const { headers, body } = receiver.calls.at(-1)!;
    const signed = createHmac('sha256', SECRET).update(`${headers['x-h200-timestamp']}.${body}`).digest('hex');
    expect(headers).toMatchObject({
      'x-h200-signature': `sha256=${signed}`,
      'idempotency-key': `evt_${job.job_id}`,
      'x-h200-event-type': 'job_ended',
    });
    expect(JSON.parse(body)).toMatchObject({
      event_id: `evt_${job.job_id}`,
      event_type: 'job_ended',
      data: { job_id: job.job_id, kind: 'batch', state: 'done', error: null, analysis_ids: [expect.any(String)] },
    });
    expect(new Set(receiver.calls.map((call) => call.body)).size).toBe(1);
  }, 180_000);

  it('that a killed server worked on is told by the next one', async () => {
    const answer = await batchOf(10);
    expect(answer.status).toBe(202);
    const job = (await answer.json()) as { job_id: string };
    await kill();
    await serve();
    await until(() => receiver.calls.length > 0, 60_000);
    expect(JSON.parse(receiver.calls[0]!.body)).toMatchObject({
      data: { job_id: job.job_id, state: 'failed', error: { code: 'SYSTEM_001' }, result: null },
    });
  }, 180_000);

  it('is told nowhere that nobody may call, and never without a secret', async () => {
    for (const [headers, code] of [
      [callback({ 'h200-callback-url': 'https://169.254.169.254/' }), 'VALIDATION_007'],
      [callback({ 'h200-callback-url': 'http://127.0.0.1:1/' }), 'VALIDATION_007'],
      [callback({ 'h200-callback-secret': 'short' }), 'VALIDATION_002'],
    ] as const) {
      const answer = await fetch(`${url}/api/v1/export?what=rules`, { headers });
      expect(((await answer.json()) as { error: { code: string } }).error.code).toBe(code);
    }
    expect(((await (await fetch(`${url}/api/v1/jobs`)).json()) as unknown[]).length).toBe(0);
  }, 60_000);
});

describe('a push notification', () => {
  it('tells the end of a task that a killed server worked on', async () => {
    const rpc = async (method: string, params: object) => {
      const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
      return (await (await fetch(`${url}/a2a`, { method: 'POST', headers, body })).json()) as {
        result: { task: { id: string } };
      };
    };
    const { result } = await rpc('SendMessage', {
      message: { messageId: 'm', role: 'ROLE_USER', parts: [{ raw: PHOTO, mediaType: 'image/jpeg' }] },
      configuration: {
        returnImmediately: true,
        taskPushNotificationConfig: { url: `${receiver.url}/push`, token: 't' },
      },
    });
    await kill();
    await serve();
    const states = () =>
      receiver.calls.map(({ body }) => {
        const { task, statusUpdate } = JSON.parse(body);
        return (task ?? statusUpdate)?.status?.state as string | undefined;
      });
    await until(() => /FAILED|COMPLETED/.test(states().at(-1) ?? ''), 60_000);
    expect(states()[0]).toBe('TASK_STATE_SUBMITTED');
    expect(states().filter((state) => /FAILED|COMPLETED/.test(state ?? ''))).toHaveLength(1);
    expect(receiver.calls[0]!.headers['x-a2a-notification-token']).toBe('t');
    expect(JSON.parse(receiver.calls[0]!.body).task.id).toBe(result.task.id);
  }, 180_000);
});
