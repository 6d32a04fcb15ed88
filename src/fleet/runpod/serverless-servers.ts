import type { CloudServer, CloudSpec } from '../../ports/gpu-cloud.ts';
import { OUR_SERVERS } from '../../ports/gpu-cloud.ts';
import { createOnce } from './create-once.ts';
import { endpointOf, endpointRequest } from './endpoints.ts';
import { Refusal } from './refusal.ts';
import type { RunpodApi } from './runpod-api.ts';
import type { Servers } from './servers.ts';
import type { RunpodSettings } from './settings.ts';
import { Endpoint, Endpoints, WorkerList } from './shapes.ts';

/** Where nobody remembers how many there were: RunPod's own number. */
const USUAL_WORKERS = { min: 0, max: 3 };
/** Longest wait for the workers of a restarted server to go, and time between two looks, ms. */
const GONE_WITHIN = 60_000;
const LOOK_EVERY = 5000;

/** Endpoints. They have no switch: without workers they are stopped. */
export function serverlessServers(api: RunpodApi, settings: RunpodSettings): Servers {
  const list = async (signal: AbortSignal) =>
    (await api.json(Endpoints, { method: 'GET', path: '/serverless', repeatable: true }, signal)).endpoints;
  const workersOf = (id: string, signal: AbortSignal) =>
    api.json(WorkerList, { method: 'GET', path: `/serverless/${id}/workers`, repeatable: true }, signal);
  const told = async (endpoint: Endpoint, signal: AbortSignal): Promise<CloudServer> =>
    endpointOf(endpoint, await workersOf(endpoint.id, signal), settings);
  const change = (id: string, body: object, signal: AbortSignal) =>
    api.json(Endpoint, { method: 'PATCH', path: `/serverless/${id}`, body, repeatable: true }, signal);
  const remove = (id: string, signal: AbortSignal) =>
    api.done({ method: 'DELETE', path: `/serverless/${id}`, repeatable: true }, signal);

  /** One that is gone meanwhile is not listed. */
  async function listed(endpoint: Endpoint, signal: AbortSignal): Promise<CloudServer[]> {
    if (!endpoint.name.startsWith(OUR_SERVERS)) return [endpointOf(endpoint, null, settings)];
    try {
      return [await told(endpoint, signal)];
    } catch (thrown) {
      if (thrown instanceof Refusal && thrown.status === 404) return [];
      throw thrown;
    }
  }

  async function untilGone(id: string, signal: AbortSignal): Promise<void> {
    for (let waited = 0; waited < GONE_WITHIN; waited += LOOK_EVERY) {
      const { summary } = await workersOf(id, signal);
      if (summary.total === 0) return;
      await api.clock.sleep(LOOK_EVERY, signal);
    }
  }

  const stop = async (id: string, signal: AbortSignal) => change(id, { workers: { min: 0, max: 0 } }, signal);

  return {
    list: async (signal) => (await Promise.all((await list(signal)).map((one) => listed(one, signal)))).flat(),
    get: async (id, signal) =>
      told(await api.json(Endpoint, { method: 'GET', path: `/serverless/${id}`, repeatable: true }, signal), signal),
    async create(spec: CloudSpec, signal) {
      const late = () => AbortSignal.timeout(api.limits.mostWaitMs);
      const body = endpointRequest(spec, settings);
      const endpoint = await createOnce(
        {
          name: spec.name,
          create: () =>
            api.json(Endpoint, { method: 'POST', path: '/serverless', body, repeatable: false, sealed: true }, signal),
          list: () => list(late()),
          remove: ({ id }) => remove(id, late()),
        },
        api.clock,
        signal,
      );
      return endpointOf(endpoint, null, settings);
    },
    start: async ({ id }, workers, signal) =>
      told(await change(id, { workers: workers ?? USUAL_WORKERS }, signal), signal),
    stop: async ({ id }, signal) => endpointOf(await stop(id, signal), null, settings),
    /** Down, and up again whatever becomes of the wait: it must not stay down because somebody left. */
    async restart({ id }, workers, signal) {
      const before = await api.json(Endpoint, { method: 'GET', path: `/serverless/${id}`, repeatable: true }, signal);
      await stop(id, signal);
      await untilGone(id, signal).catch(() => {});
      const after = workers ?? (before.workers.max > 0 ? before.workers : USUAL_WORKERS);
      return endpointOf(
        await change(id, { workers: after }, AbortSignal.timeout(api.limits.mostWaitMs)),
        null,
        settings,
      );
    },
    async update({ id }, { image, env, workers }, signal) {
      const body = {
        ...(image !== undefined && { image }),
        ...(env !== undefined && { env }),
        ...(workers !== undefined && { workers }),
      };
      if (Object.keys(body).length === 0)
        return told(
          await api.json(Endpoint, { method: 'GET', path: `/serverless/${id}`, repeatable: true }, signal),
          signal,
        );
      return told(await change(id, body, signal), signal);
    },
    remove,
  };
}
