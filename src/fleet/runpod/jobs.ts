import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { plainText } from '../../plain-text.ts';
import type { GpuJob, GpuJobLimits, GpuJobState, GpuJobs } from '../../ports/gpu-jobs.ts';
import { Refusal, Silence } from './refusal.ts';
import type { RunpodApi } from './runpod-api.ts';
import { Id } from './shapes.ts';

/** Of a request, bytes: what RunPod takes. */
const MAX_RUN = 10 * 2 ** 20;
const MAX_RUN_SYNC = 20 * 2 ** 20;
const WAIT_MS = { least: 1000, most: 300_000 };
/** On top of the wait, for the way there and back. */
const TRAVEL_MS = 15_000;
const MAX_ERROR = 2000;

const JobId = z.string().regex(/^[\w.-]{1,128}$/);
const Ms = z.number().min(0).nullish().catch(null);
const STATES: Readonly<Record<string, GpuJobState>> = {
  IN_QUEUE: 'queued',
  IN_PROGRESS: 'running',
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TIMED_OUT: 'timed_out',
};

const Job = z
  .object({
    id: JobId,
    status: z.string().max(40),
    delayTime: Ms,
    executionTime: Ms,
    workerId: z.string().max(64).nullish().catch(null),
    output: z.unknown().optional(),
    error: z.unknown().optional(),
  })
  .transform(
    ({ id, status, output = null, error, delayTime, executionTime, workerId }): GpuJob => ({
      id,
      // What is not known has not ended.
      state: STATES[status] ?? 'running',
      output,
      error: errorOf(error),
      delayMs: delayTime ?? null,
      executionMs: executionTime ?? null,
      workerId: workerId ?? null,
    }),
  );

const Number0 = z.int().min(0).catch(0);
const Health = z.object({
  jobs: z.object({ completed: Number0, failed: Number0, inProgress: Number0, inQueue: Number0 }),
  workers: z
    .object({ idle: Number0, initializing: Number0, running: Number0, throttled: Number0, unhealthy: Number0 })
    .nullish()
    .catch(null),
});

export function runpodJobs(api: RunpodApi): GpuJobs {
  const ask = async <T>(
    shape: z.ZodType<T>,
    [method, serverId, path]: readonly ['GET' | 'POST', string, string],
    more: { body?: object; query?: Record<string, string>; timeoutMs?: number; repeatable: boolean },
    signal: AbortSignal,
  ): Promise<T> => api.json(shape, { method, path: `/${part(Id, serverId)}${path}`, ...more }, signal);

  async function submit(
    serverId: string,
    path: '/run' | '/runsync',
    body: object,
    more: { query?: Record<string, string>; timeoutMs?: number },
    signal: AbortSignal,
  ): Promise<GpuJob> {
    const most = path === '/run' ? MAX_RUN : MAX_RUN_SYNC;
    if (Buffer.byteLength(JSON.stringify(body)) > most) {
      throw new AppError('VALIDATION_004', {
        message: `A job may have ${most / 2 ** 20} MB; send an address instead.`,
      });
    }
    try {
      return await ask(Job, ['POST', serverId, path], { body, ...more, repeatable: false }, signal);
    } catch (thrown) {
      if (!(thrown instanceof Silence && thrown.mayBeDone)) throw thrown;
      throw new AppError('SERVER_004', {
        message: `${thrown.message} The job may run all the same.`,
        details: { ...thrown.details, may_exist: true },
        cause: thrown,
      });
    }
  }

  return {
    run: async (serverId, input, limits, signal) =>
      submit(serverId, '/run', { input, ...policyOf(limits) }, {}, signal),
    async runAndWait(serverId, input, { waitMs, ...limits }, signal) {
      const wait = Math.round(Math.min(WAIT_MS.most, Math.max(WAIT_MS.least, waitMs)));
      const more = { query: { wait: `${wait}` }, timeoutMs: wait + TRAVEL_MS };
      return submit(serverId, '/runsync', { input, ...policyOf(limits) }, more, signal);
    },
    status: async (serverId, jobId, signal) =>
      unlessGone(ask(Job, ['GET', serverId, `/status/${part(JobId, jobId)}`], { repeatable: true }, signal)),
    cancel: async (serverId, jobId, signal) =>
      unlessGone(ask(Job, ['POST', serverId, `/cancel/${part(JobId, jobId)}`], { repeatable: true }, signal)),
    async health(serverId, signal) {
      const { jobs, workers } = await ask(Health, ['GET', serverId, '/health'], { repeatable: true }, signal);
      const { inQueue: queued, inProgress: running, completed, failed } = jobs;
      return { jobs: { queued, running, completed, failed }, workers: workers ?? null };
    },
  };
}

function policyOf({ executionTimeoutMs, ttlMs }: GpuJobLimits) {
  const policy = {
    ...(executionTimeoutMs !== undefined && { executionTimeout: executionTimeoutMs }),
    ...(ttlMs !== undefined && { ttl: ttlMs }),
  };
  return Object.keys(policy).length === 0 ? {} : { policy };
}

/** Part of an address. Throws SERVER_001 for what is no id. */
function part(shape: z.ZodType<string>, id: string): string {
  const read = shape.safeParse(id);
  if (!read.success) throw new AppError('SERVER_001');
  return read.data;
}

async function unlessGone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.status === 404) return null;
    throw thrown;
  }
}

/** The SDK of workers writes JSON into it. */
function errorOf(error: unknown): string | null {
  if (error === undefined || error === null) return null;
  return plainText(typeof error === 'string' ? error : (JSON.stringify(error) ?? ''), MAX_ERROR);
}
