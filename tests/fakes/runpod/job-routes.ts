import * as z from 'zod';
import { type Call, ok, type Reply, type Routes } from './call.ts';
import type { FakeEndpoint } from './endpoint.ts';
import { endpointOf, summaryOf } from './endpoint-routes.ts';
import { type FakeJob, isEnded, jobView } from './job.ts';
import { bad, missing } from './problem.ts';

const MB = 2 ** 20;
const policy = z.object({
  executionTimeout: z.number().min(5000).max(604_800_000).optional(),
  lowPriority: z.boolean().optional(),
  ttl: z.number().min(10_000).max(604_800_000).optional(),
});
const Body = z.object({ input: z.unknown(), webhook: z.string().optional(), policy: policy.optional() });

/** Queue endpoints, below /jobs/v2/{id}. */
export const jobRoutes: Routes = {
  'POST /{id}/run': (call) => ok(jobView(submit(call, false), call.now)),
  'POST /{id}/runsync': async (call) => {
    const wait = Number(call.query.get('wait') ?? 90_000);
    if (!(wait >= 1000 && wait <= 300_000)) throw bad('wait must be between 1000 and 300000');
    const job = submit(call, true);
    return ok(await ended(call, job, wait));
  },
  'GET /{id}/status/{jobId}': (call) => ok(jobView(jobOf(call), call.now)),
  'GET /{id}/status-sync/{jobId}': async (call) =>
    ok(await ended(call, jobOf(call), Number(call.query.get('wait') ?? 90_000))),
  'GET /{id}/stream/{jobId}': (call) => {
    const job = jobOf(call);
    const stream = job.stream.slice(job.streamed).map((output) => ({ output }));
    job.streamed = job.stream.length;
    return ok({ status: job.status, stream });
  },
  'POST /{id}/cancel/{jobId}': (call) => {
    const job = jobOf(call);
    if (!isEnded(job)) endpointOf(call).finish(job, { status: 'CANCELLED' }, call.now);
    return ok({ id: job.id, status: job.status });
  },
  'POST /{id}/retry/{jobId}': (call) => {
    const job = jobOf(call);
    if (job.status !== 'FAILED' && job.status !== 'TIMED_OUT') throw bad('only a job that failed can be retried');
    const again = { status: 'IN_QUEUE', startedAt: null, endedAt: null, workerId: null, output: undefined };
    Object.assign(job, again, { error: undefined, queuedAt: call.now, stopTold: false });
    endpointOf(call).counts.retried++;
    settle(call);
    return ok({ id: job.id, status: job.status });
  },
  'POST /{id}/purge-queue': (call) => {
    const { queued, jobs } = endpointOf(call);
    for (const { id } of queued) jobs.delete(id);
    return ok({ removed: queued.length, status: 'completed' });
  },
  'GET /{id}/requests': (call) =>
    ok({ requests: [...endpointOf(call).jobs.values()].map((job) => jobView(job, call.now)) }),
  'GET /{id}/health': (call) => health(call, endpointOf(call)),
};

function health({ now }: Call, endpoint: FakeEndpoint): Reply {
  const { completed, failed, retried } = endpoint.counts;
  const workers = summaryOf(endpoint, now);
  return ok({
    jobs: { completed, failed, inProgress: endpoint.running.length, inQueue: endpoint.queued.length, retried },
    workers: { ...workers, ready: workers.idle + workers.running },
  });
}

let made = 0;

function submit(call: Call, sync: boolean): FakeJob {
  if (call.text.length > (sync ? 20 : 10) * MB) throw bad('the request is too large');
  const read = Body.safeParse(call.json());
  if (!read.success) throw bad('the request is malformed');
  const { input, webhook, policy } = read.data;
  if (input === undefined || input === null) throw bad('input is required');
  const endpoint = endpointOf(call);
  if (endpoint.fields.type !== 'QUEUE') throw bad('the endpoint has no queue');
  const id = `${sync ? 'sync-' : ''}${(++made).toString(36).padStart(8, '0')}-${call.now.toString(36)}-e1`;
  const job: FakeJob = {
    id,
    input,
    webhook,
    sync,
    queuedAt: call.now,
    status: 'IN_QUEUE',
    startedAt: null,
    endedAt: null,
    workerId: null,
    output: undefined,
    error: undefined,
    stream: [],
    streamed: 0,
    stopTold: false,
    executionTimeoutMs: policy?.executionTimeout ?? Math.min(600_000, endpoint.fields.timeout),
    ttlMs: policy?.ttl ?? 24 * 3_600_000,
    lowPriority: policy?.lowPriority ?? false,
  };
  endpoint.jobs.set(id, job);
  settle(call);
  return job;
}

function settle(call: Call): void {
  endpointOf(call).settle(call.now);
  call.account.wake();
}

function jobOf(call: Call): FakeJob {
  const job = endpointOf(call).jobs.get(call.params.jobId ?? '');
  if (job === undefined) throw missing('job');
  return job;
}

async function ended({ account, signal }: Call, job: FakeJob, waitMs: number) {
  const late = account.time.now() + waitMs;
  while (!isEnded(job) && account.time.now() < late && !signal.aborted) await account.next(signal);
  return jobView(job, account.time.now());
}
