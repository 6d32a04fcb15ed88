import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { createComputing } from '../computing/computing.ts';
import type { Config } from '../config/config.ts';
import { readGradient } from '../image/gradient.ts';
import { createImageIntake } from '../image/intake.ts';
import { MarkerThreads } from '../image/markers/marker-threads.ts';
import { createMarkerReader } from '../image/markers/read-markers.ts';
import type { LiveSecrets } from '../secrets/live-secrets.ts';
import { createLog } from '../telemetry/log.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { logToStderr } from '../telemetry/stderr.ts';
import { createVision } from '../vision/vision.ts';
import { inferenceServer } from './inference-server.ts';
import { queueLimits, queueRedis } from './open-queue.ts';
import { openCache } from './open-stores.ts';
import { openTracing } from './open-tracing.ts';

export interface WorkerApp {
  readonly name: string;
  readonly concurrency: number;
  readonly metrics: Metrics;
  /** When Redis answers: why it takes no analyses now, as one without its model; null: it takes them. */
  ready(): Promise<string | null>;
  /** Takes no more and ends what it has, within `ms`; what is not done by then is left to other workers. */
  close(ms: number): Promise<void>;
}

/** What computes, without stores, rules and users: those are the server's. Throws ConfigError where no Redis is named. */
export async function createWorker(config: Config, secrets: LiveSecrets): Promise<WorkerApp> {
  const settings = queueRedis(config);
  const log = createLog(config.LOG_LEVEL, logToStderr());
  const tracing = await openTracing(config);
  const metrics = new Metrics();
  const [{ QueueWorker }, { connectQueueClient }, { queueKeys }, { mostDeadBytes }] = await Promise.all([
    import('../queue/queue-worker.ts'),
    import('../storage/redis/queue-client.ts'),
    import('../queue/queue-keys.ts'),
    import('../queue/queue-store.ts'),
  ]);
  const server = inferenceServer(config, () => secrets.get('H200_INFERENCE_TOKEN'));
  const cache = await openCache(config, { log, metrics });
  const vision = createVision({ config, metrics, log, server });
  const markers = config.H200_MARKERS === 'on' ? new MarkerThreads() : null;
  const computing = createComputing({ timeoutMs: config.H200_TIMEOUT_MS, queue: config.H200_QUEUE_LIMIT }, log);
  const concurrency = config.H200_QUEUE_CONCURRENCY ?? (config.H200_WORKERS ?? availableParallelism()) + 1;
  const limits = queueLimits(config);
  const worker = new QueueWorker({
    intake: createImageIntake({ allowedRoots: [] }),
    detector: vision,
    readGradient,
    ...(markers && { readMarkers: createMarkerReader(markers) }),
    ...{ computing, cache, log, concurrency },
    asking: connectQueueClient(settings, 'asking'),
    waiting: connectQueueClient(settings, 'waiting'),
    keys: queueKeys(config.H200_QUEUE_NAME),
    rate: config.H200_QUEUE_RATE,
    timeoutMs: limits.timeoutMs,
    mostDeadBytes: mostDeadBytes(limits),
    newId: () => `worker-${randomBytes(9).toString('base64url')}`,
  });
  vision.warm();
  cache.warm();
  markers?.warm();
  return {
    name: worker.name,
    concurrency,
    metrics,
    ready: () => worker.ready(),
    async close(ms) {
      await worker.close(ms);
      await Promise.all([vision.close(), computing.close(), markers?.close()]);
      await cache.close();
      metrics.close();
      await tracing.close();
    },
  };
}
