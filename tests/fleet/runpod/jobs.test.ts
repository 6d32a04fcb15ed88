import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Runpod } from '../../../src/fleet/runpod/open-runpod.ts';
import type { CloudServer } from '../../../src/ports/gpu-cloud.ts';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';
import { type ManualTime, manualTime } from '../../fakes/runpod/time.ts';
import { until } from '../../support/receiver.ts';
import { clientOf, ever, QuickClock, spec } from './support.ts';

let time: ManualTime;
let fake: FakeRunpod;
let runpod: Runpod;
let server: CloudServer;
beforeEach(async () => {
  time = manualTime();
  fake = await startFakeRunpod({ time, rates: null });
  runpod = clientOf(fake, { clock: new QuickClock() });
  server = await runpod.cloud.create(spec({ type: 'serverless', workers: { min: 0, max: 2 } }), ever);
});
afterEach(async () => {
  await runpod.close();
  await fake.close();
});

const working = (run: (input: unknown) => unknown, executionMs = 500) => {
  const endpoint = fake.account.endpoints.get(server.id);
  if (endpoint) endpoint.work = { executionMs, run };
};
const status = async (id: string) => (await runpod.jobs.status(server.id, id, ever))?.state;

it('waits for a cold worker, runs and is told with its times', async () => {
  working((input) => ({ got: input }));
  const job = await runpod.jobs.run(server.id, { image_url: 'https://x/y.jpg' }, {}, ever);
  expect(job).toMatchObject({ state: 'queued', output: null, error: null, delayMs: null });
  expect(await runpod.jobs.health(server.id, ever)).toEqual({
    jobs: { queued: 1, running: 0, completed: 0, failed: 0 },
    workers: { idle: 0, initializing: 1, running: 0, throttled: 0, unhealthy: 0 },
  });
  time.advance(8000);
  expect(await status(job.id)).toBe('running');
  time.advance(500);
  expect(await runpod.jobs.status(server.id, job.id, ever)).toMatchObject({
    state: 'completed',
    output: { got: { image_url: 'https://x/y.jpg' } },
    delayMs: 8000,
    executionMs: 500,
  });
  time.advance(31 * 60_000);
  expect(await runpod.jobs.status(server.id, job.id, ever)).toBeNull();
  const health = await runpod.jobs.health(server.id, ever);
  expect(health).toMatchObject({ jobs: { queued: 0, running: 0, completed: 1 }, workers: { idle: 0, running: 0 } });
});

it('fails in the words of its worker, is cancelled, and times out', async () => {
  working(() => {
    throw new Error('no mug');
  });
  const failing = await runpod.jobs.run(server.id, {}, {}, ever);
  time.advance(9000);
  expect(await runpod.jobs.status(server.id, failing.id, ever)).toMatchObject({ state: 'failed', error: 'no mug' });
  working(() => 1, 60_000);
  const long = await runpod.jobs.run(server.id, {}, { executionTimeoutMs: 5000 }, ever);
  const other = await runpod.jobs.run(server.id, {}, {}, ever);
  expect(await runpod.jobs.cancel(server.id, other.id, ever)).toMatchObject({ state: 'cancelled' });
  time.advance(20_000);
  expect([await status(long.id), await status(other.id)]).toEqual(['timed_out', 'cancelled']);
  expect(await runpod.jobs.cancel(server.id, 'none', ever)).toBeNull();
});

it('is waited for', async () => {
  working((input) => input);
  const asked = runpod.jobs.runAndWait(server.id, [1], { waitMs: 20_000 }, ever);
  await until(() => fake.account.endpoints.get(server.id)?.jobs.size === 1);
  time.advance(9000);
  expect(await asked).toMatchObject({ state: 'completed', output: [1], id: expect.stringMatching(/^sync-/) });
});

it('is not sent twice where its answer was lost, and says so', async () => {
  working((input) => input);
  fake.faults.add({ path: '/run', times: 1, fault: { kind: 'lose' } });
  const lost = { code: 'SERVER_004', details: { may_exist: true } };
  await expect(runpod.jobs.run(server.id, {}, {}, ever)).rejects.toMatchObject(lost);
  expect(fake.account.endpoints.get(server.id)?.jobs.size).toBe(1);
});

it('is refused where it is too large, before it is sent', async () => {
  const image = 'x'.repeat(11 * 2 ** 20);
  await expect(runpod.jobs.run(server.id, { image }, {}, ever)).rejects.toMatchObject({ code: 'VALIDATION_004' });
  expect(fake.calls.filter(({ path }) => path.includes('/run'))).toEqual([]);
});

describe("the workers' side", () => {
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(path, { ...init, headers: { authorization: fake.key, ...init.headers } });

  function worker(id = 'w1') {
    const env = fake.workerEnv(server.id, id);
    const of = (name: 'GET_JOB' | 'POST_OUTPUT' | 'POST_STREAM', job = '') =>
      env[`RUNPOD_WEBHOOK_${name}`].replace('$RUNPOD_POD_ID', id).replace('$ID', name === 'GET_JOB' ? id : job);
    return {
      take: async () => ask(of('GET_JOB')),
      stop: async () => ask(of('GET_JOB').replace('job-take', 'job-stop')),
      done: (job: string, body: object) =>
        ask(of('POST_OUTPUT', job), {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-request-id': job },
          body: JSON.stringify(body),
        }),
      stream: (job: string, body: object) =>
        ask(of('POST_STREAM', job), { method: 'POST', body: JSON.stringify(body) }),
      ping: () => ask(env.RUNPOD_WEBHOOK_PING.replace('$RUNPOD_POD_ID', id)),
    };
  }

  it('takes, tells its progress, answers; another one hears of a cancelled job', async () => {
    const one = worker();
    const taking = one.take();
    await until(() => fake.account.endpoints.get(server.id)?.workers.size === 1);
    const job = await runpod.jobs.run(server.id, { n: 1 }, {}, ever);
    expect(await (await taking).json()).toEqual({ id: job.id, input: { n: 1 } });
    await one.done(job.id, { status: 'IN_PROGRESS', output: 'half' });
    expect(await runpod.jobs.status(server.id, job.id, ever)).toMatchObject({ state: 'running', output: 'half' });
    expect((await runpod.jobs.health(server.id, ever)).workers).toMatchObject({ running: 1, idle: 0, initializing: 0 });
    await one.stream(job.id, { output: 'chunk' });
    await one.done(job.id, { output: { ok: true } });
    expect(await runpod.jobs.status(server.id, job.id, ever)).toMatchObject({
      state: 'completed',
      output: { ok: true },
    });
    const second = await runpod.jobs.run(server.id, { n: 2 }, {}, ever);
    expect((await one.take()).status).toBe(200);
    expect((await one.stop()).status).toBe(204);
    await runpod.jobs.cancel(server.id, second.id, ever);
    expect(await (await one.stop()).json()).toEqual({ jobsToStop: [second.id] });
    expect((await one.stop()).status).toBe(204);
    const third = await runpod.jobs.run(server.id, { n: 3 }, {}, ever);
    await one.take();
    await one.done(third.id, { error: '{"error_type":"ValueError"}' });
    expect(await runpod.jobs.status(server.id, third.id, ever)).toMatchObject({
      state: 'failed',
      error: '{"error_type":"ValueError"}',
    });
  });

  it('is asked in vain for 90 s, and its job goes to another when it falls silent', async () => {
    const [one, two] = [worker('w1'), worker('w2')];
    const empty = one.take();
    await until(() => fake.account.endpoints.get(server.id)?.workers.size === 1);
    time.advance(89_000);
    time.advance(2000);
    expect((await empty).status).toBe(204);
    const job = await runpod.jobs.run(server.id, {}, {}, ever);
    await one.take();
    time.advance(50_000);
    await one.ping();
    time.advance(50_000);
    expect(await status(job.id)).toBe('running');
    time.advance(61_000);
    expect(await status(job.id)).toBe('queued');
    expect(await (await two.take()).json()).toMatchObject({ id: job.id });
    expect((await one.done(job.id, { output: 1 })).status).toBe(400);
  });

  it('is refused without its key', async () => {
    const env = fake.workerEnv(server.id, 'w1');
    const asked = await fetch(env.RUNPOD_WEBHOOK_GET_JOB, { headers: { authorization: `Bearer ${fake.key}` } });
    expect(asked.status).toBe(401);
  });
});
