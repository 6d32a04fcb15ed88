import { Audit } from '../access/accounts/audit.ts';
import type { Config } from '../config/config.ts';
import { isOnThisMachine } from '../config/runpod.ts';
import { readServerEnvironment } from '../config/server-environment.ts';
import type { RoutingParts } from '../fleet/rollouts/parts.ts';
import type { Rollouts } from '../fleet/rollouts/service.ts';
import type { FleetService, ServerPlaces, ServerUse } from '../fleet/service.ts';
import { unconfiguredFleet } from '../fleet/unconfigured.ts';
import type { Bus } from '../ports/bus.ts';
import type { GpuWorkers } from '../ports/gpu-workers.ts';
import type { Records } from '../ports/records.ts';
import type { LiveSecrets } from '../secrets/live-secrets.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { healthChecker } from './check-health.ts';

interface Parts {
  readonly config: Config;
  readonly records: Records;
  readonly secrets: Pick<LiveSecrets, 'get'>;
  readonly bus: Bus;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
  readonly routing: RoutingParts;
}

export interface OpenFleet {
  readonly service: FleetService;
  /** Null where nothing is rented. */
  readonly rollouts: Rollouts | null;
  /** What analyses are sent with; null where nothing is rented. */
  readonly routed: { readonly use: ServerUse; readonly places: ServerPlaces; readonly workers: GpuWorkers } | null;
  /** Looks after what is rented from now on; of a program that serves. */
  start(): void;
  close(): Promise<void>;
}

/** GPU servers. Without a provider nothing of it is loaded. */
export async function openFleet({ config, records, secrets, ...parts }: Parts): Promise<OpenFleet> {
  const runpod = await openProvider(config, secrets);
  if (runpod === null) {
    return { service: unconfiguredFleet(), routed: null, rollouts: null, start() {}, async close() {} };
  }
  const { createFleet } = await import('../fleet/create-fleet.ts');
  const { isSameRepository, withOwnEnvironment } = await import('../fleet/own-environment.ts');
  const ours = config.H200_SERVER_IMAGE ?? null;
  const audit = new Audit(records.registry, parts.now);
  const { RUNPOD_TIMED_POD_ID: timed, RUNPOD_SERVERLESS_ENDPOINT_ID: serverless } = config;
  const fleet = createFleet({
    ...parts,
    // Whoever may deploy may name any image: that is not given our secrets.
    cloud: withOwnEnvironment(runpod.cloud, (image) =>
      image !== null && ours !== null && isSameRepository(image, ours) ? environmentOf(secrets) : {},
    ),
    secret: () => secrets.get('H200_SERVER_TOKEN'),
    registry: records.registry,
    audit: (event) => audit.write(event),
    image: ours,
    simulated: config.RUNPOD_SIMULATED && isOnThisMachine(config.RUNPOD_REST_URL),
    ports: PORTS,
    askHealth: healthChecker(() => secrets.get('RUNPOD_API_KEY'), ONCE),
    adopt: { ...(timed !== undefined && { timed }), ...(serverless !== undefined && { serverless }) },
  });
  return {
    service: fleet.service,
    rollouts: fleet.rollouts,
    routed: { use: fleet.use, places: fleet.places, workers: runpod.workers },
    start() {
      if (!config.H200_READ_ONLY) fleet.start();
    },
    async close() {
      await fleet.close();
      await runpod.close();
    },
  };
}

function environmentOf(secrets: Pick<LiveSecrets, 'get'>): Readonly<Record<string, string>> {
  const given = secrets.get('H200_SERVER_ENV');
  return given === undefined ? {} : readServerEnvironment(given);
}

/** Whoever waits asks again. */
const ONCE = { askMs: 10_000, everyMs: 0, limitMs: 0 };

/** Null: none is configured. */
async function openProvider(config: Config, secrets: Pick<LiveSecrets, 'get'>) {
  const key = () => secrets.get('RUNPOD_API_KEY');
  if (key() === undefined) return null;
  const { openRunpod } = await import('../fleet/runpod/open-runpod.ts');
  return openRunpod({
    key,
    restUrl: config.RUNPOD_REST_URL,
    jobsUrl: config.RUNPOD_JOBS_URL,
    balancerUrl: config.RUNPOD_LB_URL_TEMPLATE,
    podUrl: config.RUNPOD_POD_URL_TEMPLATE,
    networkVolumeId: config.RUNPOD_NETWORK_VOLUME_ID ?? null,
    flashboot: config.FLASHBOOT_ENABLED,
  });
}

/** Of servers that are made: the API, MCP, the control plane and metrics. */
const PORTS = ['8000/http', '8001/http', '8002/http', '9090/http'];
