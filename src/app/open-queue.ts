import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Detector } from '../ports/detector.ts';
import type { OpenQueue } from '../queue/open-queue.ts';
import type { QueueLimits } from '../queue/queue-store.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { redisSettings } from './redis-settings.ts';

/** Null: no queue is configured, and nothing of it is loaded. Throws ConfigError where it has no Redis. */
export async function openAnalysisQueue(
  config: Config,
  parts: { readonly detector: Detector; readonly metrics: Metrics; readonly log: Log },
): Promise<OpenQueue | null> {
  if (config.H200_QUEUE === undefined) return null;
  const settings = queueRedis(config);
  const { openQueue } = await import('../queue/open-queue.ts');
  return openQueue(settings, {
    ...parts,
    name: config.H200_QUEUE_NAME,
    limits: queueLimits(config),
    fallback: config.H200_QUEUE_FALLBACK === 'local',
  });
}

/** Throws ConfigError. */
export function queueRedis(config: Config) {
  const settings = redisSettings(config);
  if (settings !== null) return settings;
  throw new ConfigError(['H200_QUEUE: the queue is in Redis, and REDIS_HOST is unset']);
}

export const queueLimits = (config: Config): QueueLimits => ({
  depth: config.H200_QUEUE_DEPTH,
  bytes: config.H200_QUEUE_MB * 2 ** 20,
  timeoutMs: config.H200_TIMEOUT_MS,
});
