import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as forward } from 'node:http';
import type { Account } from './account.ts';
import { type FakeEndpoint, statusOf } from './endpoint.ts';

const LONGEST_WAIT = 120_000;

/**
 * How a server is unwell. `errors`: it says that it is well, and 500 to each analysis; `down`: 503 to everything; `hang`: nothing to
 * anybody.
 */
export const AILMENTS = ['errors', 'down', 'hang'] as const;
export type Ailment = (typeof AILMENTS)[number];

/** What runs in the containers: addresses on this machine that stand for them. */
export interface Containers {
  /** By pod and port, "p1/8000", or endpoint. */
  readonly targets: Map<string, string>;
  /** By pod or endpoint; absent: it is well. */
  readonly ailments: Map<string, Ailment>;
  /** Where nothing stands for a container, its ports answer 200 to whoever asks for its health. */
  emptyIsWell: boolean;
}

/** Whether it was answered, or never will be. */
function isUnwell(ailment: Ailment | undefined, request: IncomingMessage, response: ServerResponse): boolean {
  if (ailment === undefined || (ailment === 'errors' && request.method === 'GET')) return false;
  // Read to its end: the caller would see a broken connection.
  request.resume();
  if (ailment !== 'hang') response.writeHead(ailment === 'errors' ? 500 : 503).end('it is unwell');
  return true;
}

/** `/pod/{podId}/{port}/…`: a port of a running pod. */
export function proxyPod(
  account: Account,
  { targets, ailments, emptyIsWell }: Containers,
  [podId = '', port = '', path]: readonly [string, string, string],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const pod = account.pods.get(podId);
  const open = pod?.status(account.time.now()) === 'RUNNING' && pod.fields.ports.includes(`${port}/http`);
  if (!open) return void response.writeHead(pod === undefined ? 404 : 502).end('no such pod, or not running');
  if (isUnwell(ailments.get(podId), request, response)) return;
  const target = targets.get(`${podId}/${port}`);
  if (target === undefined && emptyIsWell && request.method === 'GET') return void response.writeHead(200).end('well');
  if (target === undefined) return void response.writeHead(502).end('nothing listens in the container');
  pass(target, path, request, response);
}

/** `/lb/{endpointId}/…`: 204 on its health path until a worker is ready, everything else waits for one. */
export async function proxyBalancer(
  account: Account,
  { targets, ailments }: Containers,
  [endpointId = '', path]: readonly [string, string],
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const endpoint = account.endpoints.get(endpointId);
  if (endpoint?.fields.type !== 'LOAD_BALANCER') return void response.writeHead(404).end('no such endpoint');
  endpoint.waiting++;
  let waiting = true;
  const noLonger = () => {
    if (waiting) endpoint.waiting--;
    waiting = false;
  };
  try {
    endpoint.settle(account.time.now());
    const isHealth = path.split('?')[0] === (endpoint.fields.env.HEALTH_CHECK_PATH ?? '/ping');
    let worker = readyWorker(endpoint, account.time.now());
    if (isHealth && isUnwell(ailments.get(endpointId), request, response)) return;
    if (isHealth) {
      const unhealthy = [...endpoint.workers.values()].some((one) => one.unhealthy);
      return void response.writeHead(worker ? 200 : unhealthy ? 500 : 204).end();
    }
    const late = account.time.now() + LONGEST_WAIT;
    while (worker === undefined && account.time.now() < late && !signal.aborted) {
      await account.next(signal);
      worker = readyWorker(endpoint, account.time.now());
    }
    if (worker === undefined) return void response.writeHead(502).end('no worker in time');
    const { id } = worker;
    worker.requests++;
    noLonger();
    response.once('close', () => {
      const one = endpoint.workers.get(id);
      if (one === undefined) return;
      one.requests--;
      one.idleSince = account.time.now();
    });
    if (isUnwell(ailments.get(endpointId), request, response)) return;
    const target = targets.get(endpointId);
    if (target === undefined) {
      response.writeHead(200, { 'content-type': 'application/json', 'x-runpod-worker-id': id });
      return void response.end(JSON.stringify({ worker: id, path }));
    }
    pass(target, path, request, response);
  } finally {
    noLonger();
  }
}

const readyWorker = (endpoint: FakeEndpoint, now: number) =>
  [...endpoint.workers.values()].find((worker) => ['IDLE', 'RUNNING'].includes(statusOf(worker, now)));

function pass(target: string, path: string, request: IncomingMessage, response: ServerResponse): void {
  const headers = { ...request.headers, host: new URL(target).host };
  const onward = forward(new URL(`${target}${path}`), { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('close', () => void (answer.complete || response.destroy()));
  });
  onward.on(
    'error',
    () => void (response.headersSent ? response.destroy() : response.writeHead(502).end('bad gateway')),
  );
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
