import { Refusal, Silence } from './refusal.ts';
import type { RunpodApi } from './runpod-api.ts';
import { Pod } from './shapes.ts';

const TRIES = 3;
const REACHED = {
  start: new Set(['PROVISIONING', 'STARTING', 'RUNNING']),
  stop: new Set(['EXITED', 'TERMINATED']),
};

/** Starts or stops a pod; where the answer is lost, or the pod is there already, its state says so. */
export async function move(api: RunpodApi, id: string, action: 'start' | 'stop', signal: AbortSignal): Promise<Pod> {
  for (let tries = 1; ; tries++) {
    try {
      return await act(api, id, action, signal);
    } catch (thrown) {
      const wrongState = thrown instanceof Refusal && thrown.status === 409;
      const lost = thrown instanceof Silence && thrown.mayBeDone;
      if (!wrongState && !lost) throw thrown;
      const pod = await readPod(api, id, signal);
      if (REACHED[action].has(pod.status)) return pod;
      if (wrongState || tries >= TRIES) throw thrown;
    }
  }
}

/** Not repeated: done twice it is done twice. */
export const act = (api: RunpodApi, id: string, action: 'start' | 'stop' | 'restart', signal: AbortSignal) =>
  api.json(Pod, { method: 'POST', path: `/pods/${id}/action`, body: { action }, repeatable: false }, signal);

export const readPod = (api: RunpodApi, id: string, signal: AbortSignal) =>
  api.json(Pod, { method: 'GET', path: `/pods/${id}`, repeatable: true }, signal);
