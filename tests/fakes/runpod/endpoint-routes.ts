import { type Call, created, gone, ok, type Routes, when } from './call.ts';
import { checkGpuRules, containerOf, templateFor } from './containers.ts';
import { type EndpointFields, type FakeEndpoint, type FakeWorker, statusOf, type WorkerStatus } from './endpoint.ts';
import { streamLog } from './log-routes.ts';
import { cpuOf } from './pod-routes.ts';
import { bad, missing, Problem } from './problem.ts';
import { checkedBody, REQUESTS, type UpdateEndpoint } from './requests.ts';

export const endpointRoutes: Routes = {
  'GET /serverless': ({ account, base }) =>
    ok({ endpoints: [...account.endpoints.values()].map((one) => endpointView(one, base)) }),
  'POST /serverless': (call) => created(endpointView(createEndpoint(call), call.base)),
  'GET /serverless/{id}': (call) => ok(endpointView(endpointOf(call), call.base)),
  'PATCH /serverless/{id}': (call) => ok(endpointView(updateEndpoint(call), call.base)),
  'DELETE /serverless/{id}': (call) => {
    call.account.removeEndpoint(endpointOf(call));
    return gone;
  },
  'GET /serverless/{id}/workers': (call) => ok(workersView(endpointOf(call), call.now)),
  'GET /serverless/{id}/releases': (call) => ok(releasesView(endpointOf(call))),
  'GET /serverless/{id}/workers/{workerId}/logs': (call) => {
    const worker = endpointOf(call).workers.get(call.params.workerId ?? '');
    if (worker === undefined) throw missing('worker');
    return streamLog(call, worker.logs);
  },
};

export function endpointOf({ account, params }: Pick<Call, 'account' | 'params'>): FakeEndpoint {
  const endpoint = account.endpoints.get(params.id ?? '');
  if (endpoint === undefined) throw missing('endpoint');
  return endpoint;
}

function createEndpoint(call: Call): FakeEndpoint {
  const { account } = call;
  const body = checkedBody(REQUESTS.createEndpoint, call.json());
  if ((body.gpu === undefined) === (body.cpu === undefined)) throw bad('exactly one of gpu or cpu must be set');
  const template = templateFor(account, body.templateId, 'serverless');
  const { gpu } = body;
  if (gpu) {
    checkGpuRules(gpu);
    checkPools(call, gpu.pools, gpu.excludedTypes);
  }
  checkVolumes(call, body.networkVolumes ?? []);
  const fields: EndpointFields = {
    ...containerOf(body, template),
    name: body.name,
    type: body.type,
    gpu: gpu
      ? {
          pools: gpu.pools,
          ...(gpu.excludedTypes && { excludedTypes: gpu.excludedTypes }),
          count: gpu.count,
          allowedCudaVersions: gpu.allowedCudaVersions ?? template?.allowedCudaVersions ?? [],
          minCudaVersion: gpu.minCudaVersion ?? null,
        }
      : null,
    cpu: cpusOf(body.cpu),
    workers: { min: 0, max: 3, idleTimeout: 10, ...defined(body.workers) },
    scaling: body.scaling,
    dataCenterIds: body.dataCenterIds ?? [],
    networkVolumes: body.networkVolumes ?? [],
    timeout: body.timeout ?? 300_000,
    flashboot: body.flashboot ?? 'OFF',
  };
  checkWorkers(fields, body.workers);
  return account.addEndpoint(fields);
}

const cpusOf = (cpus: { id: string; vcpuCount: number }[] | undefined) =>
  cpus === undefined ? null : cpus.flatMap((cpu) => cpuOf(cpu) ?? []);

function checkPools({ account }: Call, pools: readonly string[], excluded: readonly string[] = []): void {
  for (const pool of pools) {
    if (!account.gpus.some((gpu) => gpu.pool === pool)) throw bad(`unknown GPU pool '${pool}'`);
    if (account.deniedPools.has(pool)) throw new Problem(403, `your account may not use the GPU pool '${pool}'`);
  }
  for (const id of excluded) if (!account.gpus.some((gpu) => gpu.id === id)) throw bad(`unknown GPU type '${id}'`);
  if (!account.gpus.some(({ id, pool }) => pool !== null && pools.includes(pool) && !excluded.includes(id))) {
    throw bad('excludedTypes leaves no GPU type');
  }
}

function checkVolumes({ account }: Call, ids: readonly string[]): void {
  for (const id of ids) if (!account.volumes.has(id)) throw missing('network volume');
}

function checkWorkers(fields: EndpointFields, given: UpdateEndpoint['workers']): void {
  const { type, scaling, workers } = fields;
  if (workers.min > workers.max) throw bad('workers.min must not be above workers.max');
  if (type === 'LOAD_BALANCER' && scaling.type !== 'REQUEST_COUNT') {
    throw bad('a load-balancing endpoint needs scaling on REQUEST_COUNT');
  }
  if (given?.idleTimeout !== undefined && hasNoIdleTimeout(fields)) {
    throw bad('workers.idleTimeout does not apply to a queue that scales on REQUEST_COUNT');
  }
}

const hasNoIdleTimeout = ({ type, scaling }: EndpointFields) => type === 'QUEUE' && scaling.type === 'REQUEST_COUNT';

/** What is named and not undefined. */
function defined<T extends object>(value: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, one]) => one !== undefined)) as never;
}

function updateEndpoint(call: Call): FakeEndpoint {
  const endpoint = endpointOf(call);
  const body = checkedBody(REQUESTS.updateEndpoint, call.json());
  const before = endpoint.fields;
  const template = templateFor(call.account, body.templateId, 'serverless');
  if (body.gpu && body.cpu) throw bad('exactly one of gpu or cpu may be changed');
  if ((body.gpu && before.gpu === null) || (body.cpu && before.cpu === null)) throw bad('compute family is fixed');
  checkVolumes(call, body.networkVolumes ?? []);
  const { gpu: _gpu, cpu, workers, templateId: _template, ...plain } = body;
  const after: EndpointFields = {
    ...before,
    ...defined(plain),
    ...containerOf(body, template, before),
    gpu: changedGpu(call, before, body),
    cpu: cpu ? cpusOf(cpu) : before.cpu,
    workers: { ...before.workers, ...defined(workers) },
  };
  checkWorkers(after, workers);
  const changed = (['image', 'args', 'disk', 'ports', 'env', 'registry', 'gpu'] as const).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  const diff = changed.map((field) => ({ field, old: before[field], new: after[field] }));
  Object.assign(before, after);
  if (diff.length > 0) endpoint.release(diff, call.now);
  endpoint.settle(call.now);
  return endpoint;
}

function changedGpu(call: Call, { gpu: before }: EndpointFields, { gpu }: UpdateEndpoint): EndpointFields['gpu'] {
  if (gpu === undefined || before === null) return before;
  const { pools, excludedTypes, count, allowedCudaVersions, minCudaVersion } = gpu;
  if (pools !== undefined) checkPools(call, pools, excludedTypes);
  const after = {
    pools: pools ?? before.pools,
    count: count ?? before.count,
    allowedCudaVersions: allowedCudaVersions ?? before.allowedCudaVersions,
    minCudaVersion: minCudaVersion === undefined ? before.minCudaVersion : minCudaVersion || null,
  };
  if (after.allowedCudaVersions.length > 0 && after.minCudaVersion !== null) {
    throw bad('allowedCudaVersions and minCudaVersion exclude each other');
  }
  // Pools alone take exclusions off.
  const excluded = pools === undefined ? before.excludedTypes : excludedTypes;
  return { ...after, ...(excluded && { excludedTypes: excluded }) };
}

function endpointView({ id, fields, createdAt }: FakeEndpoint, base: string) {
  const { cpu, gpu, workers, ...rest } = fields;
  const { min, max, idleTimeout } = workers;
  return {
    id,
    ...rest,
    requestUrls:
      fields.type === 'QUEUE' ? queueUrls(`${base}/jobs/v2/${id}`) : balancerUrls(`${base}/lb/${id}`, fields),
    gpu,
    ...(cpu && { cpu }),
    workers: hasNoIdleTimeout(fields) ? { min, max } : { min, max, idleTimeout },
    createdAt: when(createdAt),
  };
}

const queueUrls = (url: string) => ({
  run: `${url}/run`,
  runSync: `${url}/runsync`,
  status: `${url}/status/{job_id}`,
  stream: `${url}/stream/{job_id}`,
  cancel: `${url}/cancel/{job_id}`,
  retry: `${url}/retry/{job_id}`,
  purgeQueue: `${url}/purge-queue`,
  health: `${url}/health`,
});

const balancerUrls = (base: string, { env }: EndpointFields) => ({
  base,
  health: `${base}${env.HEALTH_CHECK_PATH ?? '/ping'}`,
});

export function summaryOf(endpoint: FakeEndpoint, now: number): Record<Lowercase<WorkerStatus>, number> {
  const counts = { running: 0, idle: 0, initializing: 0, throttled: 0, unhealthy: 0 };
  for (const worker of endpoint.workers.values()) {
    counts[statusOf(worker, now).toLowerCase() as Lowercase<WorkerStatus>]++;
  }
  return counts;
}

function workersView(endpoint: FakeEndpoint, now: number) {
  const workers = [...endpoint.workers.values()];
  return {
    workers: workers.map((worker) => workerView(endpoint, worker, now)),
    summary: { ...summaryOf(endpoint, now), total: workers.length },
    endpointVersion: endpoint.version,
  };
}

function workerView(endpoint: FakeEndpoint, worker: FakeWorker, now: number) {
  const ready = now >= worker.readyAt;
  return {
    id: worker.id,
    status: statusOf(worker, now),
    isStale: worker.version !== endpoint.version,
    version: worker.version,
    gpuCount: endpoint.fields.gpu?.count ?? 0,
    image: worker.image,
    uptimeSeconds: ready ? Math.floor((now - worker.readyAt) / 1000) : null,
    gpuTypeId: worker.gpuId,
    dataCenterId: worker.gpuId === null ? null : 'EU-RO-1',
    startedAt: ready ? when(worker.readyAt) : null,
  };
}

function releasesView(endpoint: FakeEndpoint) {
  const workers = [...endpoint.workers.values()];
  const onLatest = workers.filter(({ version }) => version === endpoint.version).length;
  return {
    endpointVersion: endpoint.version,
    rollout: {
      inProgress: onLatest < workers.length,
      workersOnLatest: onLatest,
      workersTotal: workers.length,
      percentOnLatest: workers.length === 0 ? 100 : Math.round((100 * onLatest) / workers.length),
    },
    releases: endpoint.releases.map(({ version, at, diff }) => ({
      id: `rel_${endpoint.id}_${version}`,
      version,
      source: 'MANUAL',
      buildId: null,
      createdByUserId: null,
      workerCount: workers.filter((worker) => worker.version === version).length,
      createdAt: when(at),
      diff,
    })),
  };
}
