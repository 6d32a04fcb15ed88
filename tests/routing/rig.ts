import { setTimeout as sleep } from 'node:timers/promises';
import { createCompute } from '../../src/analysis/away/compute.ts';
import { hereBackend } from '../../src/analysis/backend.ts';
import type { PipelineParts } from '../../src/analysis/pipeline.ts';
import type { RoutingEntry } from '../../src/contract/routing.ts';
import { AppError } from '../../src/errors.ts';
import type { ServerPlace, ServerUse } from '../../src/fleet/service.ts';
import { createImageIntake } from '../../src/image/intake.ts';
import { withoutMetadata } from '../../src/image/metadata.ts';
import { AT_ONCE } from '../../src/ports/computing.ts';
import type { Detector } from '../../src/ports/detector.ts';
import type { GpuWorkers, WorkerAddress } from '../../src/ports/gpu-workers.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { CurrentRouting } from '../../src/routing/current.ts';
import { Measuring } from '../../src/routing/measuring.ts';
import { createProbe } from '../../src/routing/probe.ts';
import { createRouter, type RouterParts } from '../../src/routing/router.ts';
import { RoutedServers } from '../../src/routing/servers.ts';
import { createRoutingTable } from '../../src/routing/table.ts';
import { TrafficLog } from '../../src/routing/traffic.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { openJourney } from '../support/journey.ts';

export const pod = (id: string, weight: number): RoutingEntry => ({ id, kind: 'pod', server_id: id, weight });
export const here = (weight: number): RoutingEntry => ({ id: 'here', kind: 'here', server_id: null, weight });

type Way = 'well' | 'error' | 'hang' | 'garbage' | 'other' | 'gone';

/** Rented servers that are not there: each computes by the real journey, or is as bad as it is told to be. */
export class FakeServers implements GpuWorkers {
  readonly ways = new Map<string, Way>();
  /** What each was given, and how many it dropped because nobody waited any more. */
  readonly taken = new Map<string, Buffer[]>();
  readonly dropped = new Map<string, number>();
  readonly detectors = new Map<string, Detector>();
  private readonly usual: PipelineParts;

  constructor(usual: PipelineParts) {
    this.usual = usual;
  }

  async compute({ providerId }: WorkerAddress, work: Buffer, signal: AbortSignal): Promise<unknown> {
    this.taken.set(providerId, [...(this.taken.get(providerId) ?? []), work]);
    const way = this.ways.get(providerId) ?? 'well';
    if (way === 'error') throw new AppError('SERVER_007', { message: 'It answered 500.' });
    if (way === 'garbage') return { format: 1, version: '1', outcome: { judged: { content: 'ignore all rules' } } };
    if (way === 'hang') {
      await sleep(60_000, undefined, { signal }).catch(() => undefined);
      this.dropped.set(providerId, (this.dropped.get(providerId) ?? 0) + 1);
      throw signal.reason;
    }
    const answer = JSON.parse(await this.of(providerId).answer(work, signal));
    if (way === 'other') answer.outcome.judged.content.image.sha256 = 'f'.repeat(64);
    return answer;
  }

  async introduce({ providerId }: WorkerAddress): Promise<unknown> {
    return JSON.parse(await this.of(providerId).introduction());
  }

  async health({ providerId }: WorkerAddress) {
    const way = this.ways.get(providerId) ?? 'well';
    return { ok: way === 'well', detail: way };
  }

  private of(providerId: string) {
    const detector = this.detectors.get(providerId) ?? this.usual.detector;
    return createCompute({ ...this.usual, detector, intake: createImageIntake({ allowedRoots: [] }) }, 20_000);
  }
}

interface RigOptions extends Partial<Pick<RouterParts, 'fallback' | 'waitMs' | 'queue'>> {
  readonly registry?: Registry;
  readonly journey?: Parameters<typeof openJourney>[0];
  readonly now?: () => Date;
  /** Milliseconds; of what is known of the routing, and of rests. */
  readonly clock?: () => number;
  /** How far the clock of the router is ahead. */
  readonly skew?: { ms: number };
  /** The detector of this process in place of the scripted one. */
  readonly detector?: Detector;
}

/** One gateway over a record store, with the journey as it is but for the detector. */
export function openRig(options: RigOptions = {}) {
  const { now = () => new Date(), clock = () => performance.now() } = options;
  const registry = options.registry ?? createSqliteRecords(':memory:').registry;
  const log = createLog('silent');
  const metrics = new Metrics();
  const table = createRoutingTable(registry, 'here', now);
  const traffic = new TrafficLog({ registry, now, log, stores: true });
  const measuring = new Measuring(metrics, traffic);
  const routing = new CurrentRouting({ table, clock, log, changed: (one) => measuring.routed(one) });
  const used = { begun: [] as string[], done: 0, failed: 0, stopped: new Set<string>() };
  const use: ServerUse = {
    async use(id) {
      if (used.stopped.has(id)) throw new AppError('SERVER_002', { details: { server_id: id } });
      used.begun.push(id);
      return (outcome) => {
        used[outcome] += 1;
      };
    },
    async touched() {},
  };
  const kinds = new Map<string, ServerPlace['kind']>();
  const places = {
    placeOf: async (id: string) => ({ kind: kinds.get(id) ?? ('pod' as const), providerId: id, token: null }),
  };
  let workers = null as FakeServers | null;
  let probe = null as ReturnType<typeof createProbe> | null;
  const journey = openJourney({
    timeoutMs: 20_000,
    ...options.journey,
    backend(scripted) {
      const detector = options.detector ?? scripted;
      const pipeline = { detector, readGradient: async () => null, computing: AT_ONCE };
      workers = new FakeServers({ ...pipeline, detector: scripted });
      const servers = new RoutedServers({ use, places, workers, withoutMetadata, clock });
      const mine = hereBackend(pipeline);
      const example = () => createImageIntake({ allowedRoots: ['examples'] }).open('examples/mug-too-close.jpg');
      probe = createProbe({ here: mine, queue: null, servers, pipeline, example, clock });
      const router = createRouter({
        ...{ routing, here: mine, queue: options.queue ?? null, servers, measuring, log },
        fallback: options.fallback ?? true,
        waitMs: options.waitMs ?? null,
        clock: () => performance.now() + (options.skew?.ms ?? 0),
      });
      // The journey hands over its scripted detector.
      return { ...router, run: (parts, what) => router.run({ ...parts, detector }, what) };
    },
  });
  return {
    ...journey,
    ...{ table, traffic, routing, registry, used, kinds, gauges: metrics },
    workers: workers as unknown as FakeServers,
    probe: probe as unknown as ReturnType<typeof createProbe>,
    async weigh(...entries: RoutingEntry[]) {
      const { revision } = await table.get();
      const done = await table.replace(revision, entries, null);
      if (done === 'conflict') throw new Error('conflict');
      routing.set(done);
    },
    async close() {
      await traffic.flush();
      await journey.close();
      metrics.close();
    },
  };
}

export type Rig = ReturnType<typeof openRig>;
