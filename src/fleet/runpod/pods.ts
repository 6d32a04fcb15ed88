import type { CloudServer, CloudSpec } from '../../ports/gpu-cloud.ts';
import type { RunpodSettings } from './settings.ts';
import type { Pod } from './shapes.ts';

/** Container disk, GB; it holds the image and the models, and is gone with the pod. */
export const DISK_GB = 40;
/** Where a network volume is found; serverless workers have it there in any case. */
const VOLUME_PATH = '/runpod-volume';

/** What is not known will become something that is. */
const STATES: Readonly<Record<string, CloudServer['state']>> = {
  PROVISIONING: 'pending',
  STARTING: 'starting',
  RUNNING: 'running',
  EXITED: 'stopped',
  ERROR: 'error',
  TERMINATED: 'terminated',
};

export function podOf(pod: Pod, { podUrl }: Pick<RunpodSettings, 'podUrl'>): CloudServer {
  const state = STATES[pod.status] ?? 'pending';
  const port = pod.ports.map((text) => /^(\d{1,5})\/http$/.exec(text)?.[1]).find((number) => number !== undefined);
  const reached = state === 'running' && port !== undefined;
  return {
    id: pod.id,
    type: 'timed',
    name: pod.name,
    state,
    url: reached ? podUrl.replaceAll('{podId}', pod.id).replaceAll('{port}', port) : null,
    instances: state === 'running' ? 1 : 0,
    workers: null,
    costPerHour: pod.cost ?? null,
    image: pod.image,
    createdAt: pod.createdAt,
    startedAt: pod.startedAt ?? null,
    locked: pod.locked,
    gpus:
      pod.runtime?.gpus?.map(({ util, memoryUtil }) => ({
        utilization: shareOf(util),
        memory: shareOf(memoryUtil),
      })) ?? null,
  };
}

/** RunPod tells percent. */
const shareOf = (percent: number | null | undefined) =>
  percent === null || percent === undefined ? null : Math.min(1, percent / 100);

export const podRequest = (spec: CloudSpec, settings: RunpodSettings) => ({
  name: spec.name,
  image: spec.image,
  gpu: { id: spec.gpu.id, count: spec.gpuCount },
  cloud: 'SECURE',
  disk: DISK_GB,
  ports: spec.ports,
  env: spec.env,
  ...(settings.networkVolumeId !== null && {
    mounts: { network: [{ volumeId: settings.networkVolumeId, path: VOLUME_PATH }] },
  }),
});
