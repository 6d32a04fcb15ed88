import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { jobError } from '../../../src/gateway/worker/job-error.ts';
import { JobQueue } from '../../../src/gateway/worker/job-queue.ts';
import { QueueWorker } from '../../../src/gateway/worker/queue-worker.ts';
import type { RunJob } from '../../../src/gateway/worker/run-job.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { workerVariables } from '../../fakes/runpod/worker-routes.ts';

/** A Python with RunPod's own SDK (`npm run services` installs it); without it this is skipped. */
const PYTHON = process.env.TEST_RUNPOD_PYTHON?.trim() || null;
if (PYTHON === null) {
  const text =
    "TEST_RUNPOD_PYTHON is unset: THE COMPARISON WITH RUNPOD'S SDK IS SKIPPED (npm run services installs it)";
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(`REQUIRE_SERVICES=1, but ${text}`);
  process.stderr.write(`
${text}
`);
}

const HANDLER = `
import runpod
def handler(job):
    if job["input"] == "bad":
        raise ValueError("bad")
    runpod.serverless.progress_update(job, {"progress": 1})
    return {"seen": job["input"]}
runpod.serverless.start({"handler": handler})
`;

/** What a worker sent, without what must differ: pings of the same kind are one. */
interface Sent {
  readonly call: string;
  readonly authorization: string | undefined;
  readonly type: string | undefined;
  readonly requestId: string | undefined;
  readonly body: unknown;
}

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Gives out two jobs, and writes down what workers say. */
async function queue() {
  const sent: Sent[] = [];
  const jobs = [
    { id: 'job-1', input: { image_url: 'https://example.com/a.jpg' } },
    { id: 'job-2', input: 'bad' },
  ];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://queue');
    const body = await text(request);
    const verb = url.pathname.split('/')[4];
    sent.push({
      call: `${request.method} ${url.pathname}?${[...url.searchParams.keys()].sort().join('&')}`,
      authorization: request.headers.authorization,
      type: request.headers['content-type'],
      // Its session keeps the header of the last job for what it asks next.
      requestId: request.method === 'GET' ? undefined : (request.headers['x-request-id'] as string | undefined),
      body: body === '' ? null : JSON.parse(body),
    });
    const json = (value: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    if (verb === 'job-take' && jobs.length > 0) return void json(jobs.shift());
    if (verb === 'job-done' || verb === 'ping') return void json({});
    setTimeout(() => response.writeHead(204).end(), 300);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const results = () => sent.filter(({ call, body }) => call.includes('job-done') && !isProgress(body)).length;
  return { sent, env: { ...workerVariables(base, 'ep1', 'w1', 'key1'), RUNPOD_PING_INTERVAL: '1000' }, results };
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const isProgress = (body: unknown) => (body as { status?: string } | null)?.status === 'IN_PROGRESS';

/** Every different thing that was said, in any order; of an error only what kind of text it is. */
function said(sent: readonly Sent[]): string[] {
  const plain = sent.map(({ body, ...rest }) => {
    const { error } = (body ?? {}) as { error?: string };
    const fields = error === undefined ? null : Object.keys(JSON.parse(error)).filter((key) => SDK_FIELDS.has(key));
    return JSON.stringify({ ...rest, body: fields === null ? body : { error: fields.sort() } });
  });
  return [...new Set(plain)].sort();
}

const SDK_FIELDS = new Set([
  'error_type',
  'error_message',
  'error_traceback',
  'hostname',
  'worker_id',
  'runpod_version',
]);

describe.skipIf(PYTHON === null)("a worker of ours and one of RunPod's own SDK", () => {
  it('say the same to the queue', { timeout: 90_000 }, async () => {
    const theirs = await queue();
    const folder = mkdtempSync(join(tmpdir(), 'h200-runpod-'));
    stops.push(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'handler.py'), HANDLER);
    const child: ChildProcess = spawn(PYTHON!, ['handler.py'], {
      cwd: folder,
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH,
        ...theirs.env,
        RUNPOD_SKIP_AUTO_SYSTEM_CHECKS: 'true',
        RUNPOD_SKIP_GPU_CHECK: 'true',
      },
      detached: true,
    });
    stops.push(() => process.kill(-child.pid!, 'SIGKILL'));
    await expect.poll(() => theirs.results(), { timeout: 60_000 }).toBe(2);
    await expect.poll(() => theirs.sent.filter(({ call }) => call.includes('job-stop')).length).toBeGreaterThan(0);

    const ours = await queue();
    const { env } = ours;
    const worker = new QueueWorker({
      queue: new JobQueue({
        takeUrl: env.RUNPOD_WEBHOOK_GET_JOB,
        doneUrl: env.RUNPOD_WEBHOOK_POST_OUTPUT,
        pingUrl: env.RUNPOD_WEBHOOK_PING,
        key: env.RUNPOD_AI_API_KEY,
        workerId: env.RUNPOD_POD_ID,
        version: 'test',
      }),
      run: (async (input: unknown, { progress }: Parameters<RunJob>[1]) => {
        if (input === 'bad') throw new Error('bad');
        progress?.(0, 1, 'x');
        return { seen: input };
      }) as never,
      errorText: (thrown) => jobError(thrown, { hostname: 'h', workerId: 'w1', version: 'test' }),
      concurrency: 1,
      pingMs: 1000,
      log: createLog('silent'),
    });
    const working = worker.work();
    await expect.poll(() => ours.results(), { timeout: 20_000 }).toBe(2);
    worker.stop();
    await working;

    const bare = (sent: readonly Sent[]) =>
      said(sent.map((one) => (isProgress(one.body) ? { ...one, body: 'progress' } : one)).filter(kept));
    expect(bare(ours.sent)).toEqual(bare(theirs.sent));
  });
});

/** Whether a ping falls into a job is chance. */
const kept = ({ call }: Sent) => !call.includes('/ping/');
