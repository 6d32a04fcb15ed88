import { AppError } from '../../errors.ts';
import { type GpuCloud, NoCapacity } from '../../ports/gpu-cloud.ts';
import type { GpuJobs } from '../../ports/gpu-jobs.ts';
import type { GpuWorkers } from '../../ports/gpu-workers.ts';
import { readBills } from './billing.ts';
import { readCatalog } from './catalog.ts';
import { runpodJobs } from './jobs.ts';
import { endpointLogs, podLogs } from './logs.ts';
import { Refusal } from './refusal.ts';
import { RunpodApi } from './runpod-api.ts';
import { serverlessServers } from './serverless-servers.ts';
import type { Clock, RunpodLimits, RunpodSettings } from './settings.ts';
import { timedServers } from './timed-servers.ts';
import { openWorkers } from './workers.ts';

export interface Runpod {
  readonly cloud: GpuCloud;
  readonly jobs: GpuJobs;
  readonly workers: GpuWorkers;
  close(): Promise<void>;
}

export interface RunpodOptions {
  readonly limits?: Partial<RunpodLimits>;
  readonly clock?: Clock;
}

/** RunPod by REST API version 2 and its queues. Nothing is asked before the first call. */
export function openRunpod(settings: RunpodSettings, options: RunpodOptions = {}): Runpod {
  const api = new RunpodApi({ base: settings.restUrl, key: settings.key, ...options });
  const jobs = new RunpodApi({ base: settings.jobsUrl, key: settings.key, ...options });
  const queues = runpodJobs(jobs);
  const workers = openWorkers(queues, settings);
  return {
    cloud: createCloud(api, settings),
    jobs: queues,
    workers,
    close: async () => void (await Promise.all([api.close(), jobs.close(), workers.close()])),
  };
}

function createCloud(api: RunpodApi, settings: RunpodSettings): GpuCloud {
  const servers = { timed: timedServers(api, settings), serverless: serverlessServers(api, settings) };
  return {
    catalog: async (type, signal) => readCatalog(api, type, signal),
    async list(signal) {
      const [pods, endpoints] = await Promise.all([servers.timed.list(signal), servers.serverless.list(signal)]);
      return [...pods, ...endpoints];
    },
    get: async (type, id, signal) => unlessGone(servers[type].get(checkedId(id), signal)),
    async create(spec, signal) {
      try {
        return await servers[spec.type].create(spec, signal);
      } catch (thrown) {
        throw asCapacity(thrown);
      }
    },
    start: async (server, workers, signal) => servers[server.type].start(checked(server), workers, signal),
    stop: async (server, signal) => servers[server.type].stop(checked(server), signal),
    restart: async (server, workers, signal) => servers[server.type].restart(checked(server), workers, signal),
    update: async (server, change, signal) => servers[server.type].update(checked(server), change, signal),
    terminate: async (server, signal) =>
      void (await unlessGone(servers[server.type].remove(checkedId(server.id), signal))),
    billing: async (since, signal) => readBills(api, since, signal),
    async *logs({ type, id }, from, signal) {
      yield* type === 'timed'
        ? podLogs(api, checkedId(id), from, signal)
        : endpointLogs(api, checkedId(id), from, signal);
    },
  };
}

/**
 * 400 is a broken rule or no capacity, 403 a pool that this account may not have: the next candidate may do. A GPU or an image that
 * nobody knows is neither.
 */
function asCapacity(thrown: unknown): unknown {
  if (!(thrown instanceof Refusal)) return thrown;
  if (thrown.status === 400 || thrown.status === 403) return new NoCapacity(thrown.says);
  // Of what the request names: there is no server yet that could be missing.
  if (thrown.status === 404) return new AppError('SERVER_003', { details: thrown.details, cause: thrown });
  return thrown;
}

async function unlessGone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.status === 404) return null;
    throw thrown;
  }
}

/** Ids are parts of addresses. */
function checkedId(id: string): string {
  if (!/^[\w-]{1,64}$/.test(id)) throw new AppError('SERVER_001');
  return id;
}

function checked<T extends { readonly id: string }>(server: T): T {
  checkedId(server.id);
  return server;
}
