import { type EndpointFields, FakeEndpoint, type Places, type Work } from './endpoint.ts';
import { type FakeGpu, newGpus } from './gpus.ts';
import { FakePod, type PodFields } from './pod.ts';
import { Problem } from './problem.ts';
import type { FakeTime } from './time.ts';

export interface FakeTimes {
  readonly provisionMs: number;
  readonly startMs: number;
  readonly coldStartMs: number;
  readonly flashbootMs: number;
}

export interface Template {
  readonly id: string;
  name: string;
  image: string;
  args: string;
  disk: number;
  ports: string[];
  env: Record<string, string>;
  registry: string | null;
  mounts: { persistent?: { size: number; path: string } | undefined };
  serverless: boolean;
  public: boolean;
  category: 'CPU' | 'NVIDIA' | 'AMD';
  startSsh: boolean;
  startJupyter: boolean;
  allowedCudaVersions: string[];
}

export interface Volume {
  readonly id: string;
  name: string;
  size: number;
  readonly dataCenter: string;
  readonly type: 'STANDARD' | 'HIGH_PERFORMANCE';
}

/** Everything that one key sees. What tests turn is here: balance, free GPUs, pools that are not allowed. */
export class Account implements Places {
  balance = 100;
  readonly gpus: FakeGpu[] = newGpus();
  readonly deniedPools = new Set<string>();
  readonly pods = new Map<string, FakePod>();
  readonly endpoints = new Map<string, FakeEndpoint>();
  readonly templates = new Map<string, Template>();
  readonly volumes = new Map<string, Volume>();
  readonly registries = new Map<string, { readonly id: string; readonly name: string }>();
  /** Gone, and still billed. */
  readonly formerPods: FakePod[] = [];
  readonly formerEndpoints: FakeEndpoint[] = [];
  readonly time: FakeTime;
  readonly times: FakeTimes;
  /** Of every endpoint that has none of its own. */
  usualWork: Work | null = null;
  private readonly waking = new Set<() => void>();
  private made = 0;

  constructor(time: FakeTime, times: FakeTimes) {
    this.time = time;
    this.times = times;
  }

  newId(prefix: string): string {
    this.made++;
    return `${prefix}${((this.made * 2_654_435_761) % 4_294_967_296).toString(36).padStart(7, '0')}${this.made.toString(36)}`;
  }

  settle(): void {
    const now = this.time.now();
    for (const endpoint of this.endpoints.values()) endpoint.settle(now);
  }

  gpu(id: string): FakeGpu {
    const gpu = this.gpus.find((one) => one.id === id);
    if (gpu === undefined) throw new Problem(400, `unknown GPU type '${id}'`);
    return gpu;
  }

  addPod(fields: PodFields): FakePod {
    this.demandBalance();
    if (fields.gpu !== null) this.takeGpus(fields.gpu);
    const pod = new FakePod(this.newId('p'), fields, this.times, this.time.now());
    this.pods.set(pod.id, pod);
    return pod;
  }

  /** Throws 400 where there are none. */
  takeGpus({ id, count }: { readonly id: string; readonly count: number }): void {
    const gpu = this.gpu(id);
    if (gpu.free < count) throw new Problem(400, 'no instances available for the requested GPU');
    gpu.free -= count;
  }

  removePod(pod: FakePod): void {
    if (pod.up) this.release(pod);
    pod.down(this.time.now());
    pod.logs.drop();
    this.pods.delete(pod.id);
    this.formerPods.push(pod);
  }

  release(pod: FakePod): void {
    if (pod.fields.gpu !== null) this.give(pod.fields.gpu.id, pod.fields.gpu.count);
  }

  addEndpoint(fields: EndpointFields): FakeEndpoint {
    this.demandBalance();
    const endpoint = new FakeEndpoint(this.newId('e'), fields, this.time.now(), {
      times: this.times,
      places: this,
      woke: () => this.wake(),
    });
    endpoint.work = this.usualWork;
    this.endpoints.set(endpoint.id, endpoint);
    return endpoint;
  }

  removeEndpoint(endpoint: FakeEndpoint): void {
    endpoint.close(this.time.now());
    this.endpoints.delete(endpoint.id);
    this.formerEndpoints.push(endpoint);
  }

  demandBalance(): void {
    if (this.balance <= 0) throw new Problem(402, 'your balance does not suffice: add credit');
  }

  take(pools: readonly string[], excluded: readonly string[], count: number): string | null {
    const gpu = this.gpus.find(
      ({ id, pool, free }) => pool !== null && pools.includes(pool) && !excluded.includes(id) && free >= count,
    );
    if (gpu === undefined) return null;
    gpu.free -= count;
    return gpu.id;
  }

  give(gpuId: string, count: number): void {
    const gpu = this.gpus.find(({ id }) => id === gpuId);
    if (gpu !== undefined) gpu.free += count;
  }

  priceOf = (gpuId: string): number => this.gpus.find(({ id }) => id === gpuId)?.serverless ?? 0;

  /** Until something happened or time passed; whoever waits looks again. */
  async next(signal: AbortSignal): Promise<void> {
    const woken = Promise.withResolvers<void>();
    const done = () => woken.resolve();
    const stop = this.time.onTick(done);
    this.waking.add(done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
    await woken.promise;
    stop();
    this.waking.delete(done);
    signal.removeEventListener('abort', done);
    this.settle();
  }

  wake(): void {
    for (const done of [...this.waking]) done();
  }
}
