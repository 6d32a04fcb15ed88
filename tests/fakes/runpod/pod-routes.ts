import type { Account } from './account.ts';
import { type Call, created, gone, ok, type Routes, when } from './call.ts';
import { checkGpuRules, containerOf, templateFor } from './containers.ts';
import { CPUS } from './gpus.ts';
import { streamLog } from './log-routes.ts';
import type { FakePod } from './pod.ts';
import { bad, invalid, missing, Problem } from './problem.ts';
import { type CreatePod, checkedBody, type Mounts, REQUESTS } from './requests.ts';

export const podRoutes: Routes = {
  'GET /pods': ({ account, query, now }) => {
    const all = query.get('includeClusterPods') === 'true';
    const pods = [...account.pods.values()].filter(({ clusterId }) => all || clusterId === null);
    return ok({ pods: pods.map((pod) => podView(pod, now)) });
  },
  'POST /pods': (call) => created(podView(createPod(call), call.now)),
  'GET /pods/{id}': (call) => ok(podView(podOf(call), call.now)),
  'PATCH /pods/{id}': (call) => ok(podView(updatePod(call), call.now)),
  'DELETE /pods/{id}': (call) => {
    call.account.removePod(ownPod(call));
    return gone;
  },
  'POST /pods/{id}/action': (call) => act(call),
  'GET /pods/{id}/logs': (call) => streamLog(call, podOf(call).logs),
};

function podOf({ account, params }: Call): FakePod {
  const pod = account.pods.get(params.id ?? '');
  if (pod === undefined) throw missing('pod');
  return pod;
}

function ownPod(call: Call): FakePod {
  const pod = podOf(call);
  if (pod.clusterId !== null) throw new Problem(409, 'the pod belongs to a cluster; use /v2/clusters/{id}');
  return pod;
}

function createPod(call: Call): FakePod {
  const { account } = call;
  const body = checkedBody(REQUESTS.createPod, call.json());
  if ((body.gpu === undefined) === (body.cpu === undefined)) throw bad('exactly one of gpu or cpu must be set');
  const template = templateFor(account, body.templateId, 'pod');
  if (body.gpu) checkGpuRules(body.gpu);
  const mounts = body.mounts ?? (template ? { ...template.mounts } : {});
  checkMounts(account, mounts, body.cpu !== undefined);
  return account.addPod({
    ...containerOf(body, template),
    name: body.name,
    mounts,
    gpu: body.gpu ? { id: body.gpu.id, count: body.gpu.count } : null,
    cpu: cpuOf(body.cpu),
    cloud: body.cloud,
    dataCenterIds: body.dataCenterIds ?? [],
    cost: costOf(account, body),
    globalNetworking: body.globalNetworking,
  });
}

export function cpuOf(cpu: { id: string; vcpuCount: number } | undefined) {
  if (cpu === undefined) return null;
  const flavor = CPUS.find(({ id }) => id === cpu.id);
  if (flavor === undefined) throw bad(`unknown CPU flavor '${cpu.id}'`);
  if (!Number.isInteger(Math.log2(cpu.vcpuCount)) || cpu.vcpuCount > flavor.max)
    throw bad('vcpuCount must be a power of two that the flavor has');
  return { ...cpu, memory: cpu.vcpuCount * flavor.ramGbPerVcpu };
}

function costOf(account: Account, { gpu, cpu, cloud }: CreatePod): number {
  if (gpu === undefined) return (cpu?.vcpuCount ?? 0) * (CPUS[0]?.price ?? 0);
  const type = account.gpu(gpu.id);
  const price = cloud === 'SECURE' ? type.secure : type.community;
  if (price === 0) throw bad(`${gpu.id} is not offered on ${cloud}`);
  return price * gpu.count;
}

function checkMounts(account: Account, mounts: Mounts, isCpu: boolean): void {
  if (mounts.persistent && mounts.network) throw bad('mounts.persistent and mounts.network exclude each other');
  if (mounts.persistent && isCpu) throw bad('persistent mounts are not available on CPU pods');
  for (const { volumeId } of mounts.network ?? []) {
    if (!account.volumes.has(volumeId)) throw missing('network volume');
  }
}

function updatePod(call: Call): FakePod {
  const pod = ownPod(call);
  const body = checkedBody(REQUESTS.updatePod, call.json());
  const { fields } = pod;
  const template = templateFor(call.account, body.templateId, 'pod');
  if (body.mounts !== undefined) changeMounts(pod, body.mounts);
  const container = containerOf(body, template, fields);
  Object.assign(fields, container, { ...(body.name !== undefined && { name: body.name }) });
  if (body.locked !== undefined) pod.locked = body.locked;
  if (body.globalNetworking !== undefined) fields.globalNetworking = body.globalNetworking;
  return pod;
}

function changeMounts({ fields }: FakePod, mounts: Mounts): void {
  const { persistent, network } = mounts;
  if (persistent && network) throw bad('mounts.persistent and mounts.network exclude each other');
  if (network?.length === 0) throw bad('a network mount cannot be taken off');
  const had = fields.mounts;
  if ((persistent && !had.persistent) || (network && !had.network)) throw bad('the kind of mount is fixed');
  if (network?.[0] && network[0].volumeId !== had.network?.[0]?.volumeId) throw bad('volumeId is fixed');
  if (persistent && had.persistent && persistent.size < had.persistent.size) throw bad('a mount cannot shrink');
  fields.mounts = { ...had, ...mounts };
}

function act(call: Call) {
  const { account, now } = call;
  const pod = ownPod(call);
  const { action } = checkedBody(REQUESTS.podAction, call.json());
  if (!pod.actions(now).includes(action)) {
    throw new Problem(409, `action '${action}' is not valid for a pod in status ${pod.status(now)}`);
  }
  if (pod.locked && (action === 'stop' || action === 'restart')) throw new Problem(409, 'the pod is locked');
  switch (action) {
    case 'terminate':
      account.removePod(pod);
      return gone;
    case 'start':
      account.demandBalance();
      if (pod.fields.gpu !== null) account.takeGpus(pod.fields.gpu);
      pod.start(now);
      break;
    case 'stop':
      account.release(pod);
      pod.stop(now);
      break;
    case 'restart':
      pod.restart(now);
      break;
    default:
      throw invalid('$.action: unknown');
  }
  return ok(podView(pod, now));
}

function podView(pod: FakePod, now: number) {
  const { fields } = pod;
  const status = pod.status(now);
  const startedAt = pod.startedAt(now);
  const running = status === 'RUNNING' && startedAt !== null;
  const placed = status !== 'PROVISIONING';
  return {
    id: pod.id,
    name: fields.name,
    image: fields.image,
    args: fields.args,
    disk: fields.disk,
    ports: fields.ports,
    env: fields.env,
    registry: fields.registry,
    status,
    actions: pod.actions(now),
    mounts: fields.mounts,
    ...(fields.gpu && { gpu: fields.gpu }),
    ...(fields.cpu && { cpu: fields.cpu }),
    cloud: fields.cloud,
    dataCenterId: placed ? (fields.dataCenterIds[0] ?? 'EU-RO-1') : null,
    cudaVersion: placed && fields.gpu ? '12.8' : null,
    ssh: { proxy: null, direct: null },
    template: null,
    cost: status === 'EXITED' ? 0 : fields.cost,
    locked: pod.locked,
    globalNetworking: { enabled: false },
    runtime: running ? runtimeOf(pod, now - startedAt) : null,
    createdAt: when(pod.createdAt),
    startedAt: startedAt === null ? null : when(startedAt),
    ...(pod.clusterId !== null && { cluster: { id: pod.clusterId, role: 'PRIMARY', index: 0 } }),
  };
}

const runtimeOf = ({ fields, load }: FakePod, upMs: number) => ({
  uptime: Math.floor(upMs / 1000),
  gpus: Array.from({ length: fields.gpu?.count ?? 0 }, () => ({ util: load.gpu, memoryUtil: load.memory })),
  cpu: { util: 3 },
  memory: { util: 5 },
  ports: fields.ports.map((port) => {
    const [number = '0', type = 'http'] = port.split('/');
    return {
      private: Number(number),
      public: type === 'http' ? 60_000 + (Number(number) % 5000) : null,
      type,
      ip: null,
    };
  }),
});
