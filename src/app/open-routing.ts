import { readFile } from 'node:fs/promises';
import { Audit } from '../access/accounts/audit.ts';
import type { Admission } from '../analysis/admission.ts';
import { type Backend, hereBackend } from '../analysis/backend.ts';
import type { PipelineParts } from '../analysis/pipeline.ts';
import type { Config } from '../config/config.ts';
import type { Image, ImageIntake } from '../image/image.ts';
import { withoutMetadata } from '../image/metadata.ts';
import type { Registry } from '../ports/registry.ts';
import type { BackendProbe, BackendTraffic, RoutingTable } from '../ports/routing.ts';
import { CurrentRouting } from '../routing/current.ts';
import { Measuring } from '../routing/measuring.ts';
import { createProbe } from '../routing/probe.ts';
import { createRouter } from '../routing/router.ts';
import { RoutedServers } from '../routing/servers.ts';
import { createRoutingService, type RoutingService } from '../routing/service.ts';
import { createRoutingTable } from '../routing/table.ts';
import { TrafficLog } from '../routing/traffic.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { PACKAGE_ROOT } from '../version.ts';
import type { OpenFleet } from './open-fleet.ts';

interface Parts {
  readonly config: Config;
  readonly registry: Registry;
  readonly fleet: Pick<OpenFleet, 'routed'>;
  /** Null: analyses wait in none. */
  readonly queue: Backend | null;
  readonly pipeline: PipelineParts;
  readonly admission: Admission;
  readonly intake: Pick<ImageIntake, 'fromBytes'>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
  /** False: it can be looked at and set; analyses stay here, or go to the queue. */
  readonly routed: boolean;
}

export interface OpenRouting {
  readonly backend: Backend;
  readonly service: RoutingService;
  readonly table: RoutingTable;
  readonly traffic: BackendTraffic;
  readonly probe: BackendProbe;
  close(): Promise<void>;
}

/** What was measured is written so often, ms. */
const FLUSH_MS = 5000;
const EXAMPLE = 'examples/mug-too-close.jpg';

/** Where analyses are computed. With neither queue nor servers that is here, and nothing of it is asked of the store. */
export function openRouting(parts: Parts): OpenRouting {
  const { config, registry, fleet, queue, pipeline, intake, metrics, log, now } = parts;
  const clock = () => performance.now();
  const here = hereBackend(pipeline, parts.admission);
  const isRouted = parts.routed && (queue !== null || fleet.routed !== null);
  const table = createRoutingTable(registry, queue === null ? 'here' : 'queue', now);
  const traffic = new TrafficLog({ registry, now, log, stores: isRouted && !config.H200_READ_ONLY });
  const measuring = new Measuring(metrics, traffic);
  const current = new CurrentRouting({
    table: isRouted ? table : createRoutingTable(NOTHING_STORED, queue === null ? 'here' : 'queue', now),
    clock,
    log,
    changed: (routing) => measuring.routed(routing),
  });
  const servers = fleet.routed === null ? null : new RoutedServers({ ...fleet.routed, withoutMetadata, clock });
  const fallback = config.H200_SERVER_FALLBACK === 'local';
  const waitMs = config.H200_SERVER_WAIT_MS ?? null;
  let read: Promise<Image> | null = null;
  const example = (): Promise<Image> => {
    read ??= readFile(new URL(EXAMPLE, PACKAGE_ROOT)).then((bytes) => intake.fromBytes(bytes, 'example'));
    return read;
  };
  const audit = new Audit(registry, now);
  const flushing = setInterval(() => void traffic.flush(), FLUSH_MS).unref();
  return {
    backend: createRouter({ ...{ routing: current, here, queue, servers, measuring, fallback, waitMs, clock, log } }),
    service: createRoutingService({
      ...{ table, traffic, now },
      places: fleet.routed?.places ?? null,
      hasQueue: queue !== null,
      changed: (routing) => current.set(routing),
      audit: (event) => audit.write(event),
    }),
    table,
    traffic,
    probe: createProbe({ here, queue, servers, pipeline, example, clock }),
    async close() {
      clearInterval(flushing);
      await traffic.flush();
    },
  };
}

const NOTHING_STORED: Pick<Registry, 'get' | 'add' | 'replace'> = {
  get: async () => null,
  add: async () => false,
  replace: async () => false,
};
