import * as z from 'zod';
import { AppError, ERRORS } from '../../errors.ts';
import type { GpuWorkers, WorkerAddress } from '../../ports/gpu-workers.ts';
import { type Answer, type Message, NoAnswer, openAgent, send } from './send.ts';
import type { RunpodSettings } from './settings.ts';

/** Requests at once, to all servers together. */
const CONNECTIONS = 64;
const MAX_ANSWER = 16 * 2 ** 20;
/** What RunPod's balancer takes. */
const MAX_WORK = 30 * 2 ** 20;
/** Each call has a signal of its own; none may hang for ever where that never ends. */
const LONGEST_MS = 630_000;
/** Where `serve` listens on a pod. */
const POD_PORT = '8000';

const Failure = z.object({ error: z.object({ code: z.string().max(40) }) });

/** Work as the body of a request to our program, behind RunPod's balancer or its proxy of pods. */
export function openHttpWorkers(settings: RunpodSettings): GpuWorkers & { close(): Promise<void> } {
  const agent = openAgent(CONNECTIONS);

  function addressOf({ kind, providerId }: WorkerAddress): string {
    if (!/^[\w-]{1,64}$/.test(providerId)) throw failed('It has no usable id at RunPod.');
    if (kind === 'endpoint_http') return settings.balancerUrl.replaceAll('{endpointId}', providerId);
    return settings.podUrl.replaceAll('{podId}', providerId).replaceAll('{port}', POD_PORT);
  }

  /** RunPod's key only where RunPod asks for it: what is behind a pod's port is whoever runs there. */
  function headersFor({ kind, token }: WorkerAddress): Record<string, string> {
    const common = { accept: 'application/json', 'user-agent': 'h200-mug' };
    if (kind !== 'endpoint_http') return { ...common, ...(token !== null && { authorization: `Bearer ${token}` }) };
    const key = settings.key();
    return {
      ...common,
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(token !== null && { 'x-h200-token': token }),
    };
  }

  async function ask(to: WorkerAddress, path: string, body: Buffer | null, signal: AbortSignal): Promise<Answer> {
    const message: Message = {
      method: body === null ? 'GET' : 'POST',
      url: `${addressOf(to)}${path}`,
      headers: { ...headersFor(to), ...(body !== null && { 'content-type': 'application/octet-stream' }) },
      ...(body !== null && { body }),
    };
    try {
      return await send(agent, message, { timeoutMs: LONGEST_MS, maxBytes: MAX_ANSWER }, signal);
    } catch (thrown) {
      if (thrown instanceof NoAnswer) throw failed(`There was no whole answer: ${thrown.message}.`, thrown);
      throw thrown;
    }
  }

  async function json(to: WorkerAddress, body: Buffer | null, signal: AbortSignal): Promise<unknown> {
    const { status, text } = await ask(to, '/compute', body, signal);
    if (status !== 200) throw failed(`It answered ${said(status, text)}.`);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw failed('Its answer is no JSON.', cause);
    }
  }

  return {
    async compute(to, work, signal) {
      if (work.length > MAX_WORK) throw failed('The photo is larger than its balancer takes.');
      return json(to, work, signal);
    },
    introduce: (to, signal) => json(to, null, signal),
    async health(to, signal) {
      const { status, text } = await ask(to, to.kind === 'pod' ? '/readyz' : '/ping', null, signal);
      if (status === 200) return { ok: true, detail: 'It is ready.' };
      return { ok: false, detail: status === 204 ? 'It is starting.' : `It answered ${said(status, text)}.` };
    },
    close: () => agent.destroy(),
  };
}

/** No words of a stranger: the status, and a code where it is one of ours. */
function said(status: number, text: string): string {
  if (status === 401 || status === 403)
    return `${status}: the token that it was sent is not what it asks for (H200_SERVER_TOKEN)`;
  try {
    const { code } = Failure.parse(JSON.parse(text)).error;
    return Object.hasOwn(ERRORS, code) ? `${status} (${code})` : `${status}`;
  } catch {
    return `${status}`;
  }
}

const failed = (message: string, cause?: unknown) =>
  new AppError('SERVER_007', { message, ...(cause !== undefined && { cause }) });
