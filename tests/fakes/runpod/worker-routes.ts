import { type Call, gone, ok, type Reply, type Routes } from './call.ts';
import type { FakeEndpoint, FakeWorker } from './endpoint.ts';
import { endpointOf } from './endpoint-routes.ts';
import { type FakeJob, isEnded } from './job.ts';
import { bad, missing } from './problem.ts';

const LONGEST_POLL = 90_000;
const PING_MS = 10_000;

/** What workers of queue endpoints call, below /worker/v2/{id}; the form of RunPod's own SDK for workers. */
export const workerRoutes: Routes = {
  'GET /{id}/job-take/{workerId}': async (call) => {
    const [job] = await take(call, 1);
    return job === undefined ? gone : ok(job);
  },
  'GET /{id}/job-take-batch/{workerId}': async (call) => {
    const jobs = await take(call, Number(call.query.get('batch_size') ?? 1));
    return jobs.length === 0 ? gone : ok(jobs);
  },
  'GET /{id}/job-stop/{workerId}': (call) => {
    const { endpoint, worker } = caller(call);
    const jobsToStop = [...endpoint.jobs.values()].filter(
      (job) => job.workerId === worker.id && isEnded(job) && job.status !== 'COMPLETED' && !job.stopTold,
    );
    for (const job of jobsToStop) job.stopTold = true;
    return jobsToStop.length === 0 ? gone : ok({ jobsToStop: jobsToStop.map(({ id }) => id) });
  },
  'POST /{id}/job-done/{workerId}/{jobId}': (call) => done(call),
  'POST /{id}/job-stream/{workerId}/{jobId}': (call) => {
    const { job } = jobOf(call);
    const body = call.json() as { output?: unknown };
    job.stream.push(body.output ?? body);
    call.account.wake();
    return ok({});
  },
  'GET /{id}/ping/{workerId}': (call) => {
    caller(call);
    return ok({});
  },
};

/** Variables that RunPod gives to a worker. */
export const workerVariables = (base: string, endpointId: string, workerId: string, key: string) => ({
  RUNPOD_WEBHOOK_GET_JOB: `${base}/worker/v2/${endpointId}/job-take/$ID?gpu=NVIDIA+H200`,
  RUNPOD_WEBHOOK_POST_OUTPUT: `${base}/worker/v2/${endpointId}/job-done/$RUNPOD_POD_ID/$ID?gpu=NVIDIA+H200`,
  RUNPOD_WEBHOOK_POST_STREAM: `${base}/worker/v2/${endpointId}/job-stream/$RUNPOD_POD_ID/$ID?gpu=NVIDIA+H200`,
  RUNPOD_WEBHOOK_PING: `${base}/worker/v2/${endpointId}/ping/$RUNPOD_POD_ID`,
  RUNPOD_PING_INTERVAL: `${PING_MS}`,
  RUNPOD_AI_API_KEY: key,
  RUNPOD_POD_ID: workerId,
  RUNPOD_ENDPOINT_ID: endpointId,
  RUNPOD_POD_HOSTNAME: `${workerId}-host`,
});

function caller(call: Call): { endpoint: FakeEndpoint; worker: FakeWorker } {
  const endpoint = endpointOf(call);
  return { endpoint, worker: endpoint.seen(call.params.workerId ?? '', call.now) };
}

async function take(call: Call, most: number) {
  const { account, signal } = call;
  const { endpoint, worker } = caller(call);
  const late = call.now + LONGEST_POLL;
  while (!signal.aborted && account.time.now() < late && account.endpoints.has(endpoint.id)) {
    const now = account.time.now();
    endpoint.seen(worker.id, now);
    const jobs = endpoint.fields.workers.max === 0 ? [] : endpoint.queued.slice(0, most);
    for (const job of jobs) endpoint.give(job, worker, now);
    if (jobs.length > 0) return jobs.map(({ id, input, webhook }) => ({ id, input, ...(webhook && { webhook }) }));
    await account.next(signal);
  }
  return [];
}

function jobOf(call: Call): { endpoint: FakeEndpoint; job: FakeJob } {
  const { endpoint, worker } = caller(call);
  const job = endpoint.jobs.get(call.params.jobId ?? '');
  if (job === undefined) throw missing('job');
  if (job.workerId !== worker.id) throw bad('the job is not with this worker');
  return { endpoint, job };
}

/** Also progress, which comes the same way. */
function done(call: Call): Reply {
  const { endpoint, job } = jobOf(call);
  if (call.headers['x-request-id'] !== undefined && call.headers['x-request-id'] !== job.id) throw bad('another job');
  const body = call.json() as { output?: unknown; error?: unknown; status?: string };
  if (isEnded(job)) return ok({});
  if (body.status === 'IN_PROGRESS') job.output = body.output;
  else if (body.error !== undefined)
    endpoint.finish(job, { status: 'FAILED', error: body.error, output: undefined }, call.now);
  else
    endpoint.finish(
      job,
      { status: 'COMPLETED', output: body.output ?? (job.stream.length > 0 ? job.stream : null) },
      call.now,
    );
  endpoint.settle(call.now);
  call.account.wake();
  return ok({});
}
