import { LogBook } from './log-book.ts';
import { Meter } from './meter.ts';
import type { Mounts } from './requests.ts';

export interface PodTimes {
  /** Until the image is there, and until the container runs, ms. */
  readonly provisionMs: number;
  readonly startMs: number;
}

export type PodStatus = 'PROVISIONING' | 'STARTING' | 'RUNNING' | 'EXITED' | 'ERROR';

const ACTIONS: Readonly<Record<PodStatus, readonly string[]>> = {
  RUNNING: ['stop', 'restart', 'terminate'],
  EXITED: ['start', 'terminate'],
  ERROR: ['start', 'terminate'],
  PROVISIONING: ['stop', 'terminate'],
  STARTING: ['stop', 'terminate'],
};

/** Container disk of a running machine, dollars per GB and hour ($0.10 a month). */
const DISK_PRICE = 0.1 / 730;

export interface PodFields {
  name: string;
  image: string;
  args: string;
  disk: number;
  ports: string[];
  env: Record<string, string>;
  registry: string | null;
  mounts: Mounts;
  readonly gpu: { readonly id: string; readonly count: number } | null;
  readonly cpu: { readonly id: string; readonly vcpuCount: number; readonly memory: number } | null;
  readonly cloud: 'SECURE' | 'COMMUNITY';
  readonly dataCenterIds: readonly string[];
  cost: number;
  globalNetworking: boolean;
}

/** A pod whose state follows from the clock. What is paid begins with RUNNING (assumed: RunPod does not say). */
export class FakePod {
  readonly id: string;
  readonly fields: PodFields;
  readonly createdAt: number;
  readonly logs = new LogBook();
  readonly meter = new Meter();
  locked = false;
  clusterId: string | null = null;
  /** Utilization that it shows, percent. */
  load = { gpu: 0, memory: 0 };
  private readonly times: PodTimes;
  private phase: { kind: 'up'; startingAt: number; runningAt: number } | { kind: 'EXITED' } | { kind: 'ERROR' };
  private started: number | null = null;

  constructor(id: string, fields: PodFields, times: PodTimes, now: number) {
    this.id = id;
    this.fields = fields;
    this.createdAt = now;
    this.times = times;
    this.phase = this.boot(now, times.provisionMs);
    this.logs.write(now, 'create container', 'system');
  }

  status(now: number): PodStatus {
    if (this.phase.kind !== 'up') return this.phase.kind;
    if (now < this.phase.startingAt) return 'PROVISIONING';
    return now < this.phase.runningAt ? 'STARTING' : 'RUNNING';
  }

  actions = (now: number): readonly string[] => ACTIONS[this.status(now)];
  startedAt = (now: number): number | null =>
    this.phase.kind === 'up' && now >= this.phase.runningAt ? this.phase.runningAt : this.started;
  /** Whether it holds its GPUs. */
  get up(): boolean {
    return this.phase.kind === 'up';
  }

  start(now: number): void {
    this.phase = this.boot(now, 0);
    this.logs.write(now, 'start container', 'system');
  }

  restart(now: number): void {
    this.down(now);
    this.phase = this.boot(now, 0);
    this.logs.write(now, 'restart container', 'system');
  }

  stop(now: number): void {
    this.down(now);
    this.phase = { kind: 'EXITED' };
    this.logs.write(now, 'stop container', 'system');
  }

  /** As when its container cannot start. */
  fail(now: number, why = 'container exited with code 1'): void {
    this.down(now);
    this.phase = { kind: 'ERROR' };
    this.logs.write(now, why, 'system');
  }

  /** From now on it costs this. */
  setCost(cost: number, now: number): void {
    this.fields.cost = cost;
    if (this.phase.kind === 'up') this.meter.begin(Math.max(now, this.phase.runningAt), cost, this.diskCost);
  }

  down(now: number): void {
    this.started = this.startedAt(now);
    this.meter.end(now);
  }

  private boot(now: number, provisionMs: number) {
    const startingAt = now + provisionMs;
    const runningAt = startingAt + this.times.startMs;
    this.meter.begin(runningAt, this.fields.cost, this.diskCost);
    return { kind: 'up', startingAt, runningAt } as const;
  }

  private get diskCost(): number {
    return this.fields.disk * DISK_PRICE;
  }
}
