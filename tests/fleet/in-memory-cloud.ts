import { AppError } from '../../src/errors.ts';
import {
  type BilledAmount,
  type CloudServer,
  type CloudSpec,
  type GpuCloud,
  type GpuOffer,
  type LogLine,
  NoCapacity,
} from '../../src/ports/gpu-cloud.ts';

const HOUR_MS = 3_600_000;
/** From being made or started to being up. */
export const BOOT_MS = 45_000;

/** Time that goes on when somebody says so. */
export class TestClock {
  private ms: number;
  constructor(start = '2026-11-20T12:00:00.000Z') {
    this.ms = Date.parse(start);
  }
  readonly now = (): Date => new Date(this.ms);
  advance = (ms: number): void => {
    this.ms += ms;
  };
}

export const offer = (id: string, timed: number | null, pool: string | null = null, memoryGb = 80): GpuOffer => ({
  id,
  name: id.replace('NVIDIA ', ''),
  pool,
  memoryGb,
  price: { timed, serverless: timed === null ? null : timed * 1.4 },
  availability: 'medium',
});

export const CATALOG: readonly GpuOffer[] = [
  offer('NVIDIA H200', 3.99, 'HOPPER_141', 141),
  offer('NVIDIA H200 NVL', 3.59, 'HOPPER_141', 143),
  offer('NVIDIA H100 80GB HBM3', 2.99, 'ADA_80_PRO'),
  offer('NVIDIA H100 PCIe', 2.39, 'ADA_80_PRO'),
  offer('NVIDIA A100-SXM4-80GB', 1.89, 'AMPERE_80'),
  offer('NVIDIA A100 80GB PCIe', 1.64, 'AMPERE_80'),
  offer('NVIDIA GeForce RTX 4090', 0.69, 'ADA_24', 24),
  offer('NVIDIA L4', 0.43, 'AMPERE_24', 24),
];

interface Run {
  readonly from: number;
  to: number | null;
  readonly price: number;
}

interface Machine {
  readonly spec: CloudSpec;
  readonly id: string;
  readonly createdAt: number;
  startedAt: number;
  state: 'on' | 'stopped' | 'error';
  workers: { min: number; max: number };
  instances: number;
  image: string;
  readonly runs: Run[];
  /** Share of the time that its GPU works; undefined: not told. */
  works?: number;
}

/** A fake: a provider in memory, by the rules of the port and of RunPod's state machine, with the time of a clock of its own. */
export class InMemoryCloud implements GpuCloud {
  readonly machines = new Map<string, Machine>();
  readonly asked: string[] = [];
  catalogue: readonly GpuOffer[] = CATALOG;
  /** Ids of GPUs that are not to be had. */
  readonly famine = new Set<string>();
  /** Every call fails. */
  isDown = false;
  /** Called before and after each call that changes something: throws to lose the request or its answer. */
  before: (what: string) => void | Promise<void> = () => {};
  after: (what: string) => void | Promise<void> = () => {};
  /** The provider's words for the next call that changes something. */
  refusal: string | null = null;
  /** Ids of servers that are there and not told of yet. */
  readonly hidden = new Set<string>();
  lines: LogLine[] = [];
  private readonly clock: TestClock;
  private next = 0;

  constructor(clock: TestClock) {
    this.clock = clock;
  }

  async catalog(): Promise<GpuOffer[]> {
    this.demandUp();
    return [...this.catalogue];
  }

  async list(): Promise<CloudServer[]> {
    this.demandUp();
    return [...this.machines.values()].filter(({ id }) => !this.hidden.has(id)).map((one) => this.shown(one));
  }

  async get(_type: string, id: string): Promise<CloudServer | null> {
    this.demandUp();
    const found = this.machines.get(id);
    return found === undefined ? null : this.shown(found);
  }

  create(spec: CloudSpec): Promise<CloudServer> {
    return this.change('create', () => {
      if (this.famine.has(spec.gpu.id)) throw new NoCapacity('no instances available for the requested GPU');
      this.next += 1;
      const id = `${spec.type === 'timed' ? 'pod' : 'ep'}${this.next}`;
      const now = this.clock.now().getTime();
      const machine: Machine = {
        ...{ spec, id, createdAt: now, startedAt: now, runs: [] },
        ...{ state: 'on', workers: spec.workers, instances: 0, image: spec.image },
      };
      this.machines.set(id, machine);
      this.begin(machine);
      return machine;
    });
  }

  start(server: CloudServer, workers: CloudServer['workers']): Promise<CloudServer> {
    return this.change('start', () => {
      const machine = this.of(server);
      if (machine.spec.type === 'serverless') machine.workers = workers ?? { min: 0, max: 3 };
      else if (machine.state === 'on') throw this.wrongState('start');
      else if (this.famine.has(machine.spec.gpu.id)) throw new NoCapacity('There are not enough free GPUs on the host');
      else this.begin(machine);
      machine.state = 'on';
      return machine;
    });
  }

  stop(server: CloudServer): Promise<CloudServer> {
    return this.change('stop', () => {
      const machine = this.of(server);
      if (machine.spec.type === 'timed' && machine.state !== 'on') throw this.wrongState('stop');
      this.end(machine);
      machine.state = 'stopped';
      machine.workers = { min: 0, max: 0 };
      machine.instances = 0;
      return machine;
    });
  }

  restart(server: CloudServer, workers: CloudServer['workers']): Promise<CloudServer> {
    return this.change('restart', () => {
      const machine = this.of(server);
      this.end(machine);
      this.begin(machine);
      machine.state = 'on';
      if (workers !== null) machine.workers = workers;
      return machine;
    });
  }

  update(server: CloudServer, { image, workers }: Parameters<GpuCloud['update']>[1]): Promise<CloudServer> {
    return this.change('update', () => {
      const machine = this.of(server);
      if (image !== undefined) machine.image = image;
      if (workers !== undefined) machine.workers = workers;
      return machine;
    });
  }

  async terminate(server: CloudServer): Promise<void> {
    await this.change('terminate', () => {
      const machine = this.machines.get(server.id);
      if (machine === undefined) return null;
      this.end(machine);
      this.machines.delete(server.id);
      this.ended.push(machine);
      return null;
    });
  }

  async billing(since: string): Promise<BilledAmount[]> {
    this.demandUp();
    const now = this.clock.now().getTime();
    const bills: BilledAmount[] = [];
    for (const { id, runs } of [...this.machines.values(), ...this.ended]) {
      const byHour = new Map<number, number>();
      for (const { from, to, price } of runs) {
        for (let at = from; at < (to ?? now); ) {
          const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
          const end = Math.min(hour + HOUR_MS, to ?? now);
          byHour.set(hour, (byHour.get(hour) ?? 0) + ((end - at) / HOUR_MS) * price);
          at = end;
        }
      }
      for (const [hour, usd] of byHour) {
        if (hour + HOUR_MS <= Date.parse(since)) continue;
        const start = new Date(hour).toISOString();
        bills.push({ serverId: id, start, end: new Date(hour + HOUR_MS).toISOString(), usd });
      }
    }
    return bills;
  }

  async *logs(
    _server: CloudServer,
    { after, tail }: { readonly after: string | null; readonly tail: number },
    signal: AbortSignal,
  ): AsyncIterable<LogLine> {
    const begin =
      after === null ? Math.max(0, this.lines.length - tail) : this.lines.findIndex((one) => one.cursor === after) + 1;
    for (let at = begin; !signal.aborted; at += 1) {
      while (at >= this.lines.length && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
      const line = this.lines[at];
      if (line !== undefined) yield line;
    }
  }

  /** Of all that ever ran, US dollars. */
  trueCost(): number {
    const now = this.clock.now().getTime();
    return [...this.machines.values(), ...this.ended]
      .flatMap(({ runs }) => runs)
      .reduce((sum, { from, to, price }) => sum + (((to ?? now) - from) / HOUR_MS) * price, 0);
  }

  /** Somebody does it elsewhere, such as in the provider's console. */
  elsewhere(id: string, what: 'stop' | 'start' | 'terminate' | 'fail'): void {
    const machine = this.machines.get(id);
    if (machine === undefined) throw new Error('there is none');
    if (what === 'start') this.begin(machine);
    else this.end(machine);
    machine.state = what === 'start' ? 'on' : what === 'fail' ? 'error' : 'stopped';
    if (what === 'terminate') this.machines.delete(id);
  }

  /** Those that cost something at this moment. */
  running(): string[] {
    return [...this.machines.values()].filter(({ runs }) => runs.at(-1)?.to === null).map(({ spec }) => spec.name);
  }

  private readonly ended: Machine[] = [];

  private async change(what: string, work: () => Machine | null): Promise<CloudServer> {
    this.asked.push(what);
    this.demandUp();
    await this.before(what);
    if (this.refusal !== null) {
      const says = this.refusal;
      this.refusal = null;
      throw new AppError('SERVER_003', { details: { provider_says: says } });
    }
    const machine = work();
    const shown = machine === null ? null : this.shown(machine);
    await this.after(what);
    return shown as CloudServer;
  }

  /** A serverless one has no runs: its instances come and go. */
  private begin(machine: Machine): void {
    if (machine.spec.type === 'serverless') return;
    const from = this.clock.now().getTime();
    machine.startedAt = from;
    const price = this.catalogue.find(({ id }) => id === machine.spec.gpu.id)?.price.timed ?? 0;
    machine.runs.push({ from, to: null, price: price * machine.spec.gpuCount });
  }

  private end(machine: Machine): void {
    const run = machine.runs.at(-1);
    if (run?.to === null) run.to = this.clock.now().getTime();
  }

  private of({ id }: CloudServer): Machine {
    const found = this.machines.get(id);
    if (found === undefined) throw new AppError('SERVER_001');
    return found;
  }

  private shown(machine: Machine): CloudServer {
    const { id, spec, state, workers, instances, image, createdAt, startedAt, runs } = machine;
    const isTimed = spec.type === 'timed';
    const up = this.clock.now().getTime() - startedAt >= BOOT_MS;
    const stateOf = { on: up || !isTimed ? 'running' : 'starting', stopped: 'stopped', error: 'error' } as const;
    const isOn = state === 'on';
    return {
      ...{ id, type: spec.type, name: spec.name, image, locked: false },
      gpus: machine.works === undefined ? null : [{ utilization: machine.works, memory: null }],
      state: !isTimed && workers.max === 0 ? 'stopped' : stateOf[state],
      url: isOn ? `https://${id}.example` : null,
      instances: isTimed ? (isOn ? 1 : 0) : instances,
      workers: isTimed ? null : workers,
      costPerHour: isTimed ? (isOn ? (runs.at(-1)?.price ?? 0) : 0) : null,
      createdAt: new Date(createdAt).toISOString(),
      startedAt: isOn ? new Date(startedAt).toISOString() : null,
    };
  }

  private demandUp(): void {
    if (this.isDown) throw new AppError('SERVER_004');
  }

  private wrongState(action: string): AppError {
    return new AppError('SERVER_002', { details: { provider_says: `cannot ${action} it in this state` } });
  }
}
