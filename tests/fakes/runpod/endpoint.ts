import { type FakeJob, isEnded, isForgotten } from './job.ts';
import { LogBook } from './log-book.ts';
import { Meter } from './meter.ts';
import type { Scaling } from './requests.ts';

export interface EndpointFields {
  name: string;
  readonly type: 'QUEUE' | 'LOAD_BALANCER';
  image: string;
  args: string;
  disk: number;
  ports: string[];
  env: Record<string, string>;
  registry: string | null;
  gpu: {
    pools: string[];
    excludedTypes?: string[];
    count: number;
    allowedCudaVersions: string[];
    minCudaVersion: string | null;
  } | null;
  cpu: { id: string; vcpuCount: number; memory: number }[] | null;
  workers: { min: number; max: number; idleTimeout: number };
  scaling: Scaling;
  dataCenterIds: string[];
  networkVolumes: string[];
  timeout: number;
  flashboot: 'OFF' | 'FLASHBOOT' | 'PRIORITY_FLASHBOOT';
}

export interface FakeWorker {
  readonly id: string;
  readonly createdAt: number;
  /** When it is ready; never for one that found no GPU. */
  readyAt: number;
  idleSince: number;
  version: number;
  image: string;
  /** Null: it found none free. */
  gpuId: string | null;
  unhealthy: boolean;
  /** One of somebody's own that speaks the workers' protocol. */
  readonly own: boolean;
  lastSeen: number;
  readonly jobs: Set<string>;
  /** Of a load balancer: requests that it works on. */
  requests: number;
  readonly logs: LogBook;
  readonly meter: Meter;
}

export type WorkerStatus = 'RUNNING' | 'IDLE' | 'INITIALIZING' | 'THROTTLED' | 'UNHEALTHY';

export function statusOf(worker: FakeWorker, now: number): WorkerStatus {
  if (worker.unhealthy) return 'UNHEALTHY';
  if (worker.gpuId === null && !worker.own) return 'THROTTLED';
  if (now < worker.readyAt) return 'INITIALIZING';
  return worker.jobs.size + worker.requests > 0 ? 'RUNNING' : 'IDLE';
}

export interface Work {
  readonly executionMs: number;
  /** What the job answers; what it throws is the job's error. */
  run(input: unknown, stream: (chunk: unknown) => void): unknown;
}

/** Where workers get their GPUs. */
export interface Places {
  take(pools: readonly string[], excluded: readonly string[], count: number): string | null;
  give(gpuId: string, count: number): void;
  priceOf(gpuId: string): number;
}

export interface EndpointTimes {
  readonly coldStartMs: number;
  /** Of a worker that was here before, with FlashBoot. */
  readonly flashbootMs: number;
}

const OWN_GONE_AFTER = 60_000;
const DISK_PRICE = 0.1 / 730;

/** An endpoint: its workers and its queue, moved on by `settle` to any later moment. */
export class FakeEndpoint {
  readonly id: string;
  readonly fields: EndpointFields;
  readonly createdAt: number;
  readonly workers = new Map<string, FakeWorker>();
  readonly gone: FakeWorker[] = [];
  readonly jobs = new Map<string, FakeJob>();
  readonly counts = { completed: 0, failed: 0, retried: 0 };
  readonly releases: { version: number; at: number; diff: { field: string; old: unknown; new: unknown }[] }[] = [];
  version = 1;
  /** Requests that wait at its load balancer. */
  waiting = 0;
  work: Work | null = null;
  private readonly times: EndpointTimes;
  private readonly places: Places;
  private readonly woke: () => void;
  private made = 0;

  constructor(
    id: string,
    fields: EndpointFields,
    now: number,
    { times, places, woke }: { times: EndpointTimes; places: Places; woke: () => void },
  ) {
    this.id = id;
    this.fields = fields;
    this.createdAt = now;
    this.times = times;
    this.places = places;
    this.woke = woke;
    this.releases.push({ version: 1, at: now, diff: [] });
    this.settle(now);
  }

  get queued(): FakeJob[] {
    return [...this.jobs.values()]
      .filter(({ status }) => status === 'IN_QUEUE')
      .sort((a, b) => Number(a.lowPriority) - Number(b.lowPriority) || a.queuedAt - b.queuedAt);
  }
  get running(): FakeJob[] {
    return [...this.jobs.values()].filter(({ status }) => status === 'IN_PROGRESS');
  }

  /** What changes the container is a new release; workers are replaced when they are free. */
  release(diff: { field: string; old: unknown; new: unknown }[], now: number): void {
    this.version++;
    this.releases.unshift({ version: this.version, at: now, diff });
  }

  /** One moment after the other up to now. */
  settle(now: number): void {
    for (let steps = 0; steps < 10_000; steps++) {
      const next = Math.min(...this.moments().filter((at) => at > this.settled));
      if (next > now) break;
      this.at(next);
    }
    this.at(now);
  }
  private settled = 0;

  private moments(): number[] {
    const { workers, scaling } = this.fields;
    const found: number[] = [];
    for (const worker of this.workers.values()) {
      found.push(worker.readyAt, worker.idleSince + workers.idleTimeout * 1000);
      if (worker.own) found.push(worker.lastSeen + OWN_GONE_AFTER);
    }
    for (const job of this.jobs.values()) {
      if (isEnded(job)) continue;
      found.push(job.queuedAt + job.ttlMs);
      if (job.status === 'IN_QUEUE' && scaling.type === 'QUEUE_DELAY')
        found.push(job.queuedAt + scaling.queueDelay * 1000);
      if (job.startedAt !== null) {
        found.push(job.startedAt + job.executionTimeoutMs);
        if (this.work !== null) found.push(job.startedAt + this.work.executionMs);
      }
    }
    return found.filter(Number.isFinite);
  }

  private at(now: number): void {
    this.settled = Math.max(this.settled, now);
    this.endJobs(now);
    this.scale(now);
    this.handOut(now);
  }

  private endJobs(now: number): void {
    for (const job of this.jobs.values()) {
      if (isForgotten(job, now)) this.jobs.delete(job.id);
      if (isEnded(job)) continue;
      const own = job.workerId !== null && this.workers.get(job.workerId)?.own;
      const late = job.startedAt !== null && now >= job.startedAt + job.executionTimeoutMs;
      if (now >= job.queuedAt + job.ttlMs || late) this.finish(job, { status: 'TIMED_OUT' }, now);
      else if (job.startedAt !== null && !own && this.work !== null && now >= job.startedAt + this.work.executionMs) {
        this.finish(job, workedOn(this.work, job), now);
      }
    }
  }

  finish(job: FakeJob, end: Partial<Pick<FakeJob, 'status' | 'output' | 'error'>>, now: number): void {
    Object.assign(job, end, { endedAt: now });
    if (job.status === 'COMPLETED') this.counts.completed++;
    if (job.status === 'FAILED' || job.status === 'TIMED_OUT') this.counts.failed++;
    const worker = job.workerId === null ? undefined : this.workers.get(job.workerId);
    if (worker !== undefined) {
      worker.jobs.delete(job.id);
      if (worker.jobs.size === 0) worker.idleSince = now;
    }
    this.woke();
  }

  private get demand(): number {
    return this.queued.length + this.running.length + this.waiting + sum(this.workers, ({ requests }) => requests);
  }

  private wanted(now: number): number {
    const { scaling, workers } = this.fields;
    const { min, max } = workers;
    if ([...this.workers.values()].some(({ own }) => own)) return Math.min(min, max);
    if (scaling.type === 'REQUEST_COUNT') return clamp(Math.ceil(this.demand / scaling.requestCount), min, max);
    const busy = sum(this.workers, (worker) => Number(worker.jobs.size > 0));
    // The first job finds nobody: it waits for no delay.
    const overdue = this.queued.filter(({ queuedAt }) => now >= queuedAt + scaling.queueDelay * 1000).length;
    const first = this.queued.length > 0 && this.workers.size === 0 ? 1 : 0;
    return clamp(busy + Math.max(overdue, first), min, max);
  }

  private scale(now: number): void {
    const { workers, gpu } = this.fields;
    for (const worker of [...this.workers.values()]) {
      const free = worker.jobs.size + worker.requests === 0;
      const stale = worker.version !== this.version && free && !worker.own;
      const tooMany = this.workers.size > workers.max && (free || workers.max === 0);
      const idle =
        free &&
        this.workers.size > workers.min &&
        now >= Math.max(worker.idleSince, worker.readyAt) + workers.idleTimeout * 1000;
      const lost = worker.own && now >= worker.lastSeen + OWN_GONE_AFTER;
      const placeless = worker.gpuId === null && !worker.own;
      if (stale || tooMany || lost || ((idle || placeless) && !worker.own)) this.remove(worker, now);
    }
    const wanted = this.wanted(now);
    while (this.workers.size < wanted) this.addWorker(now, gpu);
  }

  private addWorker(now: number, gpu: EndpointFields['gpu']): void {
    const count = gpu?.count ?? 0;
    const gpuId = gpu === null ? 'cpu' : this.places.take(gpu.pools, gpu.excludedTypes ?? [], count);
    const wasHere = this.fields.flashboot !== 'OFF' && this.gone.some(({ version }) => version === this.version);
    const readyAt =
      gpuId === null ? Number.POSITIVE_INFINITY : now + (wasHere ? this.times.flashbootMs : this.times.coldStartMs);
    const worker = this.register(`w${this.id.slice(2)}${(++this.made).toString(36)}`, now, {
      readyAt,
      gpuId,
      own: false,
    });
    if (gpuId === null) return;
    worker.logs.write(now, 'create container', 'system');
    if (gpu !== null) worker.meter.begin(now, this.places.priceOf(gpuId) * count, this.fields.disk * DISK_PRICE);
  }

  private register(
    id: string,
    now: number,
    { readyAt, gpuId, own }: Pick<FakeWorker, 'readyAt' | 'gpuId' | 'own'>,
  ): FakeWorker {
    const worker: FakeWorker = {
      id,
      createdAt: now,
      readyAt,
      idleSince: now,
      version: this.version,
      image: this.fields.image,
      gpuId,
      unhealthy: false,
      own,
      lastSeen: now,
      jobs: new Set(),
      requests: 0,
      logs: new LogBook(),
      meter: new Meter(),
    };
    this.workers.set(id, worker);
    return worker;
  }

  /** A worker of somebody's own, which is there as long as it calls. */
  seen(id: string, now: number): FakeWorker {
    const known = this.workers.get(id);
    if (known !== undefined) {
      known.lastSeen = now;
      return known;
    }
    // It is the container of one that was placed.
    const placed = [...this.workers.values()].find(({ own, jobs }) => !own && jobs.size === 0);
    if (placed !== undefined) this.remove(placed, now);
    return this.register(id, now, { readyAt: now, gpuId: null, own: true });
  }

  private remove(worker: FakeWorker, now: number): void {
    this.workers.delete(worker.id);
    worker.meter.end(now);
    worker.logs.drop();
    if (worker.gpuId !== null) this.gone.push(worker);
    if (worker.gpuId !== null && this.fields.gpu !== null) this.places.give(worker.gpuId, this.fields.gpu.count);
    // What it had in hand is begun again by another.
    for (const id of worker.jobs) {
      const job = this.jobs.get(id);
      if (job === undefined || isEnded(job)) continue;
      Object.assign(job, { status: 'IN_QUEUE', startedAt: null, workerId: null });
      this.counts.retried++;
    }
  }

  private handOut(now: number): void {
    if (this.work === null) return;
    for (const worker of this.workers.values()) {
      if (worker.own || statusOf(worker, now) !== 'IDLE') continue;
      const [job] = this.queued;
      if (job !== undefined) this.give(job, worker, now);
    }
  }

  give(job: FakeJob, worker: FakeWorker, now: number): void {
    Object.assign(job, { status: 'IN_PROGRESS', startedAt: now, workerId: worker.id });
    worker.jobs.add(job.id);
  }

  /** Everything ends. */
  close(now: number): void {
    for (const job of this.jobs.values()) if (!isEnded(job)) this.finish(job, { status: 'CANCELLED' }, now);
    for (const worker of [...this.workers.values()]) this.remove(worker, now);
  }
}

function workedOn(work: Work, job: FakeJob): Partial<FakeJob> {
  try {
    const output = work.run(job.input, (chunk) => void job.stream.push(chunk));
    return { status: 'COMPLETED', output };
  } catch (thrown) {
    return { status: 'FAILED', error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));
const sum = (workers: ReadonlyMap<string, FakeWorker>, of: (worker: FakeWorker) => number) =>
  [...workers.values()].reduce((total, one) => total + of(one), 0);
