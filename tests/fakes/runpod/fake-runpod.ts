import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Account, type FakeTimes } from './account.ts';
import { billingRoutes } from './billing-routes.ts';
import type { Call, Handler, Reply, Routes } from './call.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { endpointRoutes } from './endpoint-routes.ts';
import { Faults } from './faults.ts';
import { switchHealth } from './health-switch.ts';
import { jobRoutes } from './job-routes.ts';
import { podRoutes } from './pod-routes.ts';
import { bad, missing, Problem } from './problem.ts';
import { type Containers, proxyBalancer, proxyPod } from './proxy.ts';
import { type RateLimits, Rates, USUAL_RATES } from './rates.ts';
import { thingRoutes } from './things-routes.ts';
import { type FakeTime, realTime } from './time.ts';
import { workerRoutes, workerVariables } from './worker-routes.ts';

export interface FakeOptions {
  readonly time?: FakeTime;
  readonly key?: string;
  readonly port?: number;
  readonly times?: Partial<FakeTimes>;
  /** Null: none. */
  readonly rates?: RateLimits | null;
}

export interface SeenCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  body: unknown;
  readonly authorization: string | undefined;
  /** Null: it got no answer. */
  status: number | null;
  answer: unknown;
}

const USUAL_TIMES: FakeTimes = { provisionMs: 20_000, startMs: 10_000, coldStartMs: 8000, flashbootMs: 1500 };
const MOST_BODY = 32 * 2 ** 20;
const MOST_SEEN = 20_000;
const REST: Routes = { ...podRoutes, ...endpointRoutes, ...thingRoutes, ...catalogRoutes, ...billingRoutes };

/** RunPod as its published description has it, with its clock, its stock and its failures in the hands of a test. */
export class FakeRunpod {
  readonly account: Account;
  readonly faults = new Faults();
  readonly rates: Rates;
  readonly calls: SeenCall[] = [];
  readonly key: string;
  readonly containers: Containers = { targets: new Map(), ailments: new Map(), emptyIsWell: false };
  private readonly ending = new AbortController();
  private readonly server: Server;
  private readonly time: FakeTime;

  constructor(options: FakeOptions = {}) {
    this.time = options.time ?? realTime();
    this.key = options.key ?? 'rpa_fake0123456789';
    this.account = new Account(this.time, { ...USUAL_TIMES, ...options.times });
    this.rates = new Rates(options.rates === undefined ? USUAL_RATES : options.rates);
    this.server = createServer((request, response) => void this.take(request, response));
    this.server.keepAliveTimeout = 10_000;
    this.time.onTick(() => this.account.settle());
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Variables that lead our program here. */
  get env() {
    return {
      RUNPOD_API_KEY: this.key,
      RUNPOD_SIMULATED: 'true',
      RUNPOD_REST_URL: `${this.url}/v2`,
      RUNPOD_JOBS_URL: `${this.url}/jobs/v2`,
      RUNPOD_LB_URL_TEMPLATE: `${this.url}/lb/{endpointId}`,
      RUNPOD_POD_URL_TEMPLATE: `${this.url}/pod/{podId}/{port}`,
    };
  }

  workerEnv(endpointId: string, workerId: string) {
    return workerVariables(this.url, endpointId, workerId, this.key);
  }

  /** Ends the streams of all logs. */
  dropStreams(): void {
    for (const { logs } of this.account.pods.values()) logs.drop();
    for (const { workers } of this.account.endpoints.values()) for (const { logs } of workers.values()) logs.drop();
  }

  async close(): Promise<void> {
    this.ending.abort();
    this.time.close();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => void this.server.close(() => resolve()));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    response.on('error', () => {});
    const signal = AbortSignal.any([gone.signal, this.ending.signal]);
    const [, room = '', ...rest] = url.pathname.split('/');
    const seen: SeenCall = {
      method: request.method ?? 'GET',
      path: `${url.pathname}${url.search}`,
      body: undefined,
      authorization: request.headers.authorization,
      status: null,
      answer: undefined,
    };
    try {
      this.account.settle();
      if (room === 'pod') {
        const path = `/${rest.slice(2).join('/')}${url.search}`;
        return proxyPod(this.account, this.containers, [rest[0] ?? '', rest[1] ?? '', path], request, response);
      }
      if (room === 'fake') return void switchHealth(this.account, this.containers, rest, request, response);
      this.calls.push(seen);
      if (this.calls.length > MOST_SEEN) this.calls.shift();
      const fault = this.faults.next(seen.method, url.pathname);
      if (fault?.kind === 'reset') return void request.socket.destroy();
      if (room === 'lb') {
        if (fault?.kind === 'status') return void response.writeHead(fault.status).end();
        this.authorize(request, false);
        const path = `/${rest.slice(1).join('/')}${url.search}`;
        return await proxyBalancer(this.account, this.containers, [rest[0] ?? '', path], request, response, signal);
      }
      const text = await readBody(request);
      seen.body = parsed(text);
      if (fault?.kind === 'hang') return;
      if (fault?.kind === 'late') await wait(fault.ms);
      const rate = room === 'v2' || room === 'jobs' ? this.rated(request, room) : { headers: {}, problem: null };
      let reply: Reply;
      try {
        if (fault?.kind === 'status') throw faulty(fault);
        this.authorize(request, room === 'worker');
        if (rate.problem !== null) throw rate.problem;
        if (fault?.kind === 'lie' && fault.ms !== undefined) {
          void wait(fault.ms)
            .then(() => this.answer(room, url, request, text, signal))
            .catch(() => {});
          throw faulty(fault);
        }
        reply = await this.answer(room, url, request, text, signal);
        if (fault?.kind === 'lie') throw faulty(fault);
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        reply = {
          status: thrown.status,
          body: thrown.body,
          headers: { ...thrown.headers, 'content-type': 'application/problem+json' },
        };
      }
      if (fault?.kind === 'lose') return void request.socket.destroy();
      this.send(response, reply, rate.headers, seen, fault?.kind === 'broken');
    } catch (thrown) {
      const problem = thrown instanceof Problem ? thrown : new Problem(500, `the fake failed: ${String(thrown)}`);
      if (!response.headersSent) response.writeHead(problem.status, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify(problem.body));
    }
  }

  private send(
    response: ServerResponse,
    reply: Reply,
    rateHeaders: Readonly<Record<string, string>>,
    seen: SeenCall,
    broken: boolean,
  ): void {
    if (response.destroyed) return;
    if ('stream' in reply) {
      seen.status = 200;
      reply.stream(response, rateHeaders);
      return;
    }
    seen.status = reply.status;
    seen.answer = reply.body;
    const text = reply.body === undefined ? undefined : JSON.stringify(reply.body);
    response.writeHead(reply.status, {
      ...rateHeaders,
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...reply.headers,
    });
    response.end(broken ? text?.slice(0, text.length / 2) : text);
  }

  private rated(request: IncomingMessage, room: string) {
    // Limits of queues are per endpoint and far away.
    if (room !== 'v2' || request.headers.authorization === undefined) return { headers: {}, problem: null };
    const { headers, retryAfterS } = this.rates.take(this.time.now());
    if (retryAfterS === null) return { headers, problem: null };
    return {
      headers,
      problem: new Problem(429, 'rate limit exceeded', undefined, { 'retry-after': `${retryAfterS}` }),
    };
  }

  private authorize({ headers }: IncomingMessage, isWorker: boolean): void {
    const given = headers.authorization;
    if (given === undefined || given === '') throw new Problem(401, 'missing bearer token');
    if (given !== (isWorker ? this.key : `Bearer ${this.key}`)) throw new Problem(401, 'invalid bearer token');
  }

  private async answer(
    room: string,
    url: URL,
    request: IncomingMessage,
    text: string,
    signal: AbortSignal,
  ): Promise<Reply> {
    const [routes, prefix] =
      room === 'v2' ? [REST, '/v2'] : room === 'jobs' ? [jobRoutes, '/jobs/v2'] : [workerRoutes, '/worker/v2'];
    if (!url.pathname.startsWith(`${prefix}/`)) throw missing('route');
    const path = url.pathname.slice(prefix.length);
    const { handler, params } = routeOf(routes, request.method ?? 'GET', path);
    const call: Call = {
      method: request.method ?? 'GET',
      path,
      params,
      query: url.searchParams,
      headers: request.headers,
      text,
      json: () => {
        const body = parsed(text);
        if (body === undefined) throw bad('the body is no JSON');
        return body;
      },
      account: this.account,
      now: this.time.now(),
      signal,
      base: this.url,
    };
    return handler(call);
  }
}

export const startFakeRunpod = (options: FakeOptions = {}): Promise<FakeRunpod> =>
  new FakeRunpod(options).listen(options.port);

function faulty({ status, detail, retryAfterS }: { status: number; detail?: string; retryAfterS?: number }): Problem {
  const headers = retryAfterS === undefined ? undefined : { 'retry-after': `${retryAfterS}` };
  return new Problem(status, detail ?? 'something went wrong', undefined, headers);
}

function routeOf(routes: Routes, method: string, path: string): { handler: Handler; params: Record<string, string> } {
  const parts = path.split('/').map(decodeURIComponent);
  const allowed: string[] = [];
  for (const [route, handler] of Object.entries(routes)) {
    const [verb = '', pattern = ''] = route.split(' ');
    const params = matched(pattern.split('/'), parts);
    if (params === null) continue;
    if (verb === method) return { handler, params };
    allowed.push(verb);
  }
  if (allowed.length > 0) throw new Problem(405, 'method not allowed', undefined, { allow: allowed.join(', ') });
  throw missing('route');
}

function matched(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [i, word] of pattern.entries()) {
    const part = parts[i] ?? '';
    if (word.startsWith('{')) params[word.slice(1, -1)] = part;
    else if (word !== part) return null;
  }
  return params;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > MOST_BODY) throw bad('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
