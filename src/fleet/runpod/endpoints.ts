import type { CloudServer, CloudSpec } from '../../ports/gpu-cloud.ts';
import { DISK_GB } from './pods.ts';
import type { RunpodSettings } from './settings.ts';
import type { Endpoint, WorkerList } from './shapes.ts';

/** How long a request may be worked on, ms; longer than an analysis may take. */
const TIMEOUT_MS = 300_000;
/** A worker more is started when a job has waited so long, s. */
const QUEUE_DELAY_S = 4;
/** A worker more is started for so many requests at once. */
const REQUESTS_EACH = 4;

/** `workers`: those that are there now; null: nobody asked. */
export function endpointOf(endpoint: Endpoint, workers: WorkerList | null, settings: RunpodSettings): CloudServer {
  const { id, type } = endpoint;
  const base = type === 'LOAD_BALANCER' ? settings.balancerUrl : `${settings.jobsUrl}/{endpointId}`;
  const { min, max } = endpoint.workers;
  const state = stateOf({ min, max }, workers);
  return {
    id,
    type: 'serverless',
    name: endpoint.name,
    state,
    url: max === 0 ? null : base.replaceAll('{endpointId}', id),
    instances: workers === null ? null : workers.summary.running + workers.summary.idle,
    workers: { min, max },
    costPerHour: null,
    image: endpoint.image,
    createdAt: endpoint.createdAt,
    startedAt: null,
    locked: false,
    gpus: null,
  };
}

/** Without workers it runs as well, as long as none was asked for: the first request starts one. */
function stateOf({ min, max }: { min: number; max: number }, workers: WorkerList | null): CloudServer['state'] {
  if (max === 0) return 'stopped';
  if (workers === null) return 'running';
  const { running, idle, initializing, throttled, unhealthy } = workers.summary;
  if (running + idle > 0) return 'running';
  if (initializing + throttled > 0) return 'starting';
  if (unhealthy > 0) return 'error';
  return min > 0 ? 'starting' : 'running';
}

export const endpointRequest = (spec: CloudSpec, settings: RunpodSettings) => ({
  name: spec.name,
  image: spec.image,
  type: spec.serving === 'queue' ? 'QUEUE' : 'LOAD_BALANCER',
  gpu: { pools: [spec.gpu.pool ?? spec.gpu.id], count: spec.gpuCount },
  workers: spec.workers,
  scaling:
    spec.serving === 'queue'
      ? { type: 'QUEUE_DELAY', queueDelay: QUEUE_DELAY_S }
      : { type: 'REQUEST_COUNT', requestCount: REQUESTS_EACH },
  disk: DISK_GB,
  env: spec.env,
  flashboot: settings.flashboot ? 'FLASHBOOT' : 'OFF',
  timeout: TIMEOUT_MS,
  ...(spec.serving === 'load_balancer' && { ports: spec.ports }),
  ...(settings.networkVolumeId !== null && { networkVolumes: [settings.networkVolumeId] }),
});
