import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunpod, type Runpod } from '../../../src/fleet/runpod/open-runpod.ts';
import type { WorkerAddress } from '../../../src/ports/gpu-workers.ts';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const never = new AbortController().signal;
const stops: (() => unknown)[] = [];
let fake: FakeRunpod;
let runpod: Runpod;
/** What our program on the servers does, and what it was sent. */
let answer: Answer;
const sent: { url: string; headers: IncomingMessage['headers']; body: Buffer }[] = [];
let closed = 0;
let container = '';

const json = (response: ServerResponse, value: unknown, status = 200) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

beforeEach(async () => {
  fake = await startFakeRunpod({
    rates: null,
    times: { provisionMs: 1, startMs: 1, coldStartMs: 1, flashbootMs: 1 },
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    response.on('close', () => {
      if (!response.writableFinished) closed += 1;
    });
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    sent.push({ url: request.url ?? '', headers: request.headers, body });
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  container = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { env } = fake;
  runpod = openRunpod({
    key: () => fake.key,
    restUrl: env.RUNPOD_REST_URL,
    jobsUrl: env.RUNPOD_JOBS_URL,
    balancerUrl: env.RUNPOD_LB_URL_TEMPLATE,
    podUrl: env.RUNPOD_POD_URL_TEMPLATE,
    networkVolumeId: null,
    flashboot: false,
  });
  sent.length = 0;
  closed = 0;
  answer = (_, response) => json(response, { well: true });
  stops.push(
    () => runpod.close(),
    () => fake.close(),
    () => {
      server.closeAllConnections();
      server.close();
    },
  );
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${fake.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${fake.key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

async function at(kind: WorkerAddress['kind']): Promise<WorkerAddress> {
  if (kind === 'pod') {
    const { id } = await ask('POST', '/v2/pods', {
      ...{ name: 'mug', image: 'mug', ports: ['8000/http'] },
      gpu: { id: 'NVIDIA H200', count: 1 },
    });
    await expect.poll(async () => (await ask('GET', `/v2/pods/${id}`)).status).toBe('RUNNING');
    fake.containers.targets.set(`${id}/8000`, container);
    return { kind, providerId: String(id), token: 'token-of-ours' };
  }
  const isQueue = kind === 'endpoint_jobs';
  const { id } = await ask('POST', '/v2/serverless', {
    name: 'mug',
    image: 'mug',
    type: isQueue ? 'QUEUE' : 'LOAD_BALANCER',
    gpu: { pools: ['HOPPER_141'] },
    workers: { min: isQueue ? 0 : 1, max: 2 },
    scaling: isQueue ? { type: 'QUEUE_DELAY', queueDelay: 1 } : { type: 'REQUEST_COUNT', requestCount: 1 },
  });
  fake.containers.targets.set(String(id), container);
  return { kind, providerId: String(id), token: 'token-of-ours' };
}

const work = Buffer.from([0, 1, 2, 255]);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  );

describe.each(['pod', 'endpoint_http'] as const)('our program on a server, asked over HTTP (%s)', (kind) => {
  it('is given the work as it is, and nobody else is given a key', async () => {
    const to = await at(kind);
    expect(await runpod.workers.compute(to, work, never)).toEqual({ well: true });
    expect(await runpod.workers.introduce(to, never)).toEqual({ well: true });
    const [first, second] = sent;
    expect([first?.url, second?.url]).toEqual(['/compute', '/compute']);
    expect(first?.body.equals(work)).toBe(true);
    const { authorization, 'x-h200-token': own } = first?.headers ?? {};
    if (kind === 'pod') expect([authorization, own]).toEqual(['Bearer token-of-ours', undefined]);
    else expect([authorization, own]).toEqual([`Bearer ${fake.key}`, 'token-of-ours']);
  });

  it.each<[string, Answer, RegExp]>([
    [
      'an error',
      (_, response) => json(response, { error: { code: 'ANALYSIS_002', message: 'obey me' } }, 500),
      /^SERVER_007 It answered 500 \(ANALYSIS_002\)\.$/,
    ],
    [
      'an error of others',
      (_, response) => void response.writeHead(502).end('<b>obey me</b>'),
      /^SERVER_007 It answered 502\.$/,
    ],
    ['another token', (_, response) => json(response, {}, 401), /H200_SERVER_TOKEN/],
    [
      'a redirection',
      (_, response) => void response.writeHead(302, { location: container }).end(),
      /^SERVER_007 It answered 302\.$/,
    ],
    ['no JSON', (_, response) => void response.writeHead(200).end('<html>'), /^SERVER_007 Its answer is no JSON\.$/],
    [
      'an answer that breaks off',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{');
        setTimeout(() => request.socket.destroy(), 20);
      },
      /^SERVER_007 There was no whole answer/,
    ],
    [
      'an answer without end',
      (_, response) => {
        response.writeHead(200);
        const more = () => {
          while (!response.destroyed && response.write(' '.repeat(65_536))) {}
        };
        response.on('drain', more);
        more();
      },
      /^SERVER_007 There was no whole answer: its answer is larger than/,
    ],
  ])('gives %s: it is said in our words, and none of its own', async (_, how, words) => {
    const to = await at(kind);
    answer = how;
    const said = await failure(runpod.workers.compute(to, work, never));
    expect(said).toMatch(words);
    expect(said).not.toContain('obey');
  });

  it('is left when nobody waits any more, also in the middle of a slow answer', async () => {
    const to = await at(kind);
    const begun = Promise.withResolvers<void>();
    answer = (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
      begun.resolve();
    };
    const end = new AbortController();
    const asked = runpod.workers.compute(to, work, end.signal);
    asked.catch(() => undefined);
    await begun.promise;
    end.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await expect.poll(() => closed).toBe(1);
  });

  it('says how it is', async () => {
    const to = await at(kind);
    expect(await runpod.workers.health(to, never)).toEqual({ ok: true, detail: 'It is ready.' });
    if (kind !== 'pod') return;
    answer = (_, response) => json(response, {}, 503);
    expect(await runpod.workers.health(to, never)).toEqual({ ok: false, detail: 'It answered 503.' });
  });

  it('is not sent what is larger than it takes, and an id that is none is no address', async () => {
    const to = await at(kind);
    expect(await failure(runpod.workers.compute(to, Buffer.alloc(31 * 2 ** 20), never))).toMatch(/larger/);
    expect(await failure(runpod.workers.compute({ ...to, providerId: '../v2' }, work, never))).toMatch(/SERVER_007/);
    expect(sent).toEqual([]);
  });
});

describe('our program on a server, asked by jobs', () => {
  /** A worker that answers every job at once. */
  async function worker(endpoint: string, result: (input: unknown) => unknown, signal: AbortSignal) {
    const env = fake.workerEnv(endpoint, 'w1');
    const headers = { authorization: env.RUNPOD_AI_API_KEY };
    while (!signal.aborted) {
      const take = await fetch(env.RUNPOD_WEBHOOK_GET_JOB.replace('$ID', 'w1'), { headers, signal });
      if (take.status !== 200) continue;
      const { id, input } = (await take.json()) as { id: string; input: unknown };
      const url = env.RUNPOD_WEBHOOK_POST_OUTPUT.replace('$RUNPOD_POD_ID', 'w1').replace('$ID', id);
      await fetch(url, { method: 'POST', headers, body: JSON.stringify(result(input)), signal });
    }
  }
  function begin(endpoint: string, result: (input: unknown) => unknown) {
    const end = new AbortController();
    stops.unshift(() => end.abort());
    worker(endpoint, result, end.signal).catch(() => undefined);
  }

  it('is given the work as a job, and its output is the answer', async () => {
    const to = await at('endpoint_jobs');
    begin(to.providerId, (input) => ({ output: { seen: input } }));
    expect(await runpod.workers.compute(to, work, never)).toEqual({ seen: { h200_work: work.toString('base64') } });
    expect(await runpod.workers.introduce(to, never)).toEqual({ seen: { h200_introduce: true } });
    expect(await runpod.workers.health(to, never)).toMatchObject({ ok: true });
  });

  it('fails: that is said', async () => {
    const to = await at('endpoint_jobs');
    begin(to.providerId, () => ({ error: 'no memory' }));
    expect(await failure(runpod.workers.compute(to, work, never))).toBe('SERVER_007 The job failed there.');
  });

  it('does not take it in time: the job is cancelled', async () => {
    const to = await at('endpoint_jobs');
    const end = new AbortController();
    const asked = runpod.workers.compute(to, work, end.signal);
    asked.catch(() => undefined);
    const jobs = () =>
      [...(fake.account.endpoints.get(to.providerId)?.jobs.values() ?? [])].map(({ status }) => status);
    await expect.poll(jobs).toEqual(['IN_QUEUE']);
    end.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await expect.poll(jobs).toEqual(['CANCELLED']);
  });

  it('RunPod refuses, or says nothing: that is said', async () => {
    const to = await at('endpoint_jobs');
    fake.faults.add({ path: '/run', times: 1, fault: { kind: 'status', status: 401 } });
    expect(await failure(runpod.workers.compute(to, work, never))).toMatch(/^SERVER_007 /);
    fake.faults.add({ path: '/run', times: 1, fault: { kind: 'lose' } });
    expect(await failure(runpod.workers.compute(to, work, never))).toMatch(/^SERVER_007 .*may run all the same/);
    expect(await failure(runpod.workers.compute(to, Buffer.alloc(8 * 2 ** 20), never))).toMatch(/^SERVER_007 .*10 MB/);
  });
});
