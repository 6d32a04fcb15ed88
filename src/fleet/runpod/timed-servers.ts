import { type CloudServer, type CloudSpec, NoCapacity } from '../../ports/gpu-cloud.ts';
import { createOnce } from './create-once.ts';
import { act, move, readPod } from './pod-action.ts';
import { podOf, podRequest } from './pods.ts';
import { Refusal } from './refusal.ts';
import type { RunpodApi } from './runpod-api.ts';
import type { Servers } from './servers.ts';
import type { RunpodSettings } from './settings.ts';
import { Pod, Pods } from './shapes.ts';

/** Pods. */
export function timedServers(api: RunpodApi, settings: RunpodSettings): Servers {
  const told = (pod: Pod): CloudServer => podOf(pod, settings);
  const list = async (signal: AbortSignal) =>
    (await api.json(Pods, { method: 'GET', path: '/pods', repeatable: true }, signal)).pods;
  const remove = (id: string, signal: AbortSignal) =>
    api.done({ method: 'DELETE', path: `/pods/${id}`, repeatable: true }, signal);

  return {
    list: async (signal) => (await list(signal)).map(told),
    get: async (id, signal) => told(await readPod(api, id, signal)),
    async create(spec: CloudSpec, signal) {
      const late = () => AbortSignal.timeout(api.limits.mostWaitMs);
      const body = podRequest(spec, settings);
      const pod = await createOnce(
        {
          name: spec.name,
          create: () => api.json(Pod, { method: 'POST', path: '/pods', body, repeatable: false, sealed: true }, signal),
          list: () => list(late()),
          remove: ({ id }) => remove(id, late()),
        },
        api.clock,
        signal,
      );
      return told(pod);
    },
    async start({ id }, _workers, signal) {
      try {
        return told(await move(api, id, 'start', signal));
      } catch (thrown) {
        // The request has nothing in it that could be wrong.
        if (thrown instanceof Refusal && thrown.status === 400) throw new NoCapacity(thrown.says);
        throw thrown;
      }
    },
    stop: async ({ id }, signal) => told(await move(api, id, 'stop', signal)),
    restart: async ({ id }, _workers, signal) => told(await act(api, id, 'restart', signal)),
    async update({ id }, { image, env }, signal) {
      const body = { ...(image !== undefined && { image }), ...(env !== undefined && { env }) };
      if (Object.keys(body).length === 0) return told(await readPod(api, id, signal));
      return told(await api.json(Pod, { method: 'PATCH', path: `/pods/${id}`, body, repeatable: true }, signal));
    },
    remove,
  };
}
