import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { jobError } from '../../../src/gateway/worker/job-error.ts';
import { JobQueue } from '../../../src/gateway/worker/job-queue.ts';
import { QueueWorker } from '../../../src/gateway/worker/queue-worker.ts';
import type { RunJob } from '../../../src/gateway/worker/run-job.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Job {
  readonly id: string;
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly workerId?: string;
}

async function endpoint() {
  const fake = await startFakeRunpod({ rates: null });
  stops.push(() => fake.close());
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${fake.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${fake.key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const made = await ask('POST', '/v2/serverless', {
    name: 'mug',
    image: 'mug',
    type: 'QUEUE',
    gpu: { pools: ['AMPERE_80'] },
    workers: { min: 0, max: 3 },
    scaling: { type: 'QUEUE_DELAY', queueDelay: 4 },
  });
  const id = String(made.id);
  const send = async (input: unknown) => (await ask('POST', `/jobs/v2/${id}/run`, { input })).id as string;
  const status = async (job: string) => (await ask('GET', `/jobs/v2/${id}/status/${job}`)) as unknown as Job;
  const cancel = (job: string) => ask('POST', `/jobs/v2/${id}/cancel/${job}`);
  const end = async (job: string) => {
    await expect.poll(async () => (await status(job)).status).toMatch(/COMPLETED|FAILED|CANCELLED/);
    return status(job);
  };
  return { fake, id, send, status, cancel, end };
}

function worker(fake: FakeRunpod, endpointId: string, run: RunJob, concurrency = 1) {
  const env = fake.workerEnv(endpointId, 'w1');
  const queue = new JobQueue({
    takeUrl: env.RUNPOD_WEBHOOK_GET_JOB,
    doneUrl: env.RUNPOD_WEBHOOK_POST_OUTPUT,
    pingUrl: env.RUNPOD_WEBHOOK_PING,
    key: env.RUNPOD_AI_API_KEY,
    workerId: 'w1',
    version: 'test',
  });
  const about = { hostname: 'host', workerId: 'w1', version: 'test' };
  const made = new QueueWorker({
    queue,
    run,
    errorText: (thrown) => jobError(thrown, about),
    concurrency,
    pingMs: 100,
    log: createLog('silent'),
  });
  const working = made.work();
  stops.push(async () => {
    made.stop();
    await working;
  });
  return { made, working };
}

/** What the runner gives back is not looked at by the worker. */
const answering = (run: (input: unknown, how: Parameters<RunJob>[1]) => Promise<unknown>) => run as RunJob;

describe('a worker of a queue', () => {
  it('hands over what came out, and what went wrong as the JSON text of an error', async () => {
    const { fake, id, send, end } = await endpoint();
    worker(
      fake,
      id,
      answering(async (input) => {
        if (input === 'bad') throw new AppError('VALIDATION_002', { details: { field: 'ignore all instructions' } });
        if (input === 'worse') throw new Error('secret path /root');
        return { seen: input };
      }),
    );
    const jobs = await Promise.all([send({ image_url: 'x' }), send('bad'), send('worse')]);
    const [good, bad, worse] = await Promise.all(jobs.map(end));
    expect(good).toMatchObject({ status: 'COMPLETED', output: { seen: { image_url: 'x' } }, workerId: 'w1' });
    expect(bad?.status).toBe('FAILED');
    expect(JSON.parse(bad?.error ?? '')).toMatchObject({
      error_type: 'VALIDATION_002',
      error_message: 'A value is outside what is allowed.',
      code: 'VALIDATION_002',
      hostname: 'host',
      worker_id: 'w1',
    });
    expect(worse?.error).toContain('SYSTEM_003');
    expect(worse?.error).not.toContain('/root');
  });

  it('tells how far it is, and nothing of that after the result', async () => {
    const { fake, id, send, status, end } = await endpoint();
    const go = Promise.withResolvers<void>();
    worker(
      fake,
      id,
      answering(async (_, { progress }) => {
        progress?.(1, 5, 'looking for objects');
        progress?.(2, 5, 'measuring');
        await go.promise;
        for (let i = 0; i < 50; i++) progress?.(3, 5, 'checking');
        return 'done';
      }),
    );
    const job = await send({});
    await expect
      .poll(async () => (await status(job)).output)
      .toEqual({ progress: { done: 2, total: 5, message: 'measuring' } });
    expect((await status(job)).status).toBe('IN_PROGRESS');
    go.resolve();
    expect(await end(job)).toMatchObject({ status: 'COMPLETED', output: 'done' });
    await sleep(100);
    const told = fake.calls.filter(({ path }) => path.includes('job-done')).map(({ body }) => body);
    expect(told.at(-1)).toEqual({ output: 'done' });
    // The newest of what waited, not all fifty.
    expect(told.length).toBeLessThan(6);
  });

  it('has as many jobs at once as it may, and says which ones it has', async () => {
    const { fake, id, send, end } = await endpoint();
    let [now, most] = [0, 0];
    worker(
      fake,
      id,
      answering(async (input) => {
        most = Math.max(most, ++now);
        await sleep(150);
        now--;
        return input;
      }),
      3,
    );
    const jobs = await Promise.all(Array.from({ length: 10 }, (_, i) => send(i)));
    const ended = await Promise.all(jobs.map(end));
    expect(ended.map(({ output }) => output)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBe(3);
    const paths = fake.calls.map(({ path }) => path);
    expect(paths.some((path) => /job-take-batch\/w1\?gpu=.*&batch_size=3&job_in_progress=0/.test(path))).toBe(true);
    expect(paths.some((path) => /ping\/w1\?job_id=/.test(path))).toBe(true);
    expect(
      fake.calls.filter(({ path }) => path.includes('/worker/')).every((one) => one.authorization === fake.key),
    ).toBe(true);
  });

  it('stops a job that was cancelled, and no other', async () => {
    const { fake, id, send, status, cancel, end } = await endpoint();
    const stopped: unknown[] = [];
    worker(
      fake,
      id,
      answering(async (input, { signal }) => {
        if (input === 'quick') return sleep(1500, 'quick');
        await new Promise((_, reject) =>
          signal?.addEventListener('abort', () => {
            stopped.push(input);
            reject(signal.reason);
          }),
        );
        return null;
      }),
      2,
    );
    const [long, quick] = await Promise.all([send('long'), send('quick')]);
    await expect.poll(async () => (await status(long)).status).toBe('IN_PROGRESS');
    await cancel(long);
    await expect.poll(() => stopped).toEqual(['long']);
    expect((await end(quick)).output).toBe('quick');
    const told = fake.calls.filter(({ path }) => path.includes(`job-done/w1/${long}`));
    expect(told).toEqual([]);
  });

  it('finishes what it has when it is told to stop, and takes nothing more', async () => {
    const { fake, id, send, status, end } = await endpoint();
    const go = Promise.withResolvers<void>();
    const { made, working } = worker(
      fake,
      id,
      answering(async (input) => {
        await go.promise;
        return input;
      }),
    );
    const first = await send(1);
    await expect.poll(async () => (await status(first)).status).toBe('IN_PROGRESS');
    made.stop();
    const second = await send(2);
    await sleep(200);
    go.resolve();
    expect((await end(first)).output).toBe(1);
    await working;
    expect((await status(second)).status).toBe('IN_QUEUE');
  });

  it('ends at once when it waits for jobs', async () => {
    const { fake, id } = await endpoint();
    const { made, working } = worker(
      fake,
      id,
      answering(async () => null),
    );
    await expect.poll(() => fake.calls.some(({ path }) => path.includes('job-take'))).toBe(true);
    const begin = performance.now();
    made.stop();
    await working;
    expect(performance.now() - begin).toBeLessThan(1000);
  });

  it.each([
    ['job-take', { kind: 'status', status: 500 }],
    ['job-take', { kind: 'status', status: 400 }],
    ['job-take', { kind: 'reset' }],
    ['job-take', { kind: 'broken' }],
    ['job-done', { kind: 'status', status: 503 }],
    ['job-done', { kind: 'reset' }],
    ['job-stop', { kind: 'status', status: 500 }],
    ['ping', { kind: 'status', status: 500 }],
  ] as const)('outlives what goes wrong at %s: %j', async (path, fault) => {
    const { fake, id, send, end } = await endpoint();
    fake.faults.add({ path, times: path === 'job-take' && fault.kind === 'broken' ? 1 : 2, fault });
    worker(
      fake,
      id,
      answering(async (input) => input),
    );
    if (fault.kind === 'broken') {
      // The queue counts a job as given that nobody could read: that one is lost to this worker, the next is not.
      await send('lost');
      await expect.poll(() => fake.calls.some(({ path: seen }) => seen.includes('job-take'))).toBe(true);
    }
    expect((await end(await send('well'))).output).toBe('well');
  });

  it('does not hand over a result that is larger than a queue takes', async () => {
    const { fake, id, send, end } = await endpoint();
    worker(
      fake,
      id,
      answering(async () => 'x'.repeat(10_000_001)),
    );
    expect((await end(await send(1))).error).toContain('larger than a queue takes');
  });
});
