import type { Backend } from '../analysis/backend.ts';
import { AppError } from '../errors.ts';
import type { AnalysisQueue } from '../ports/analysis-queue.ts';
import type { Detector } from '../ports/detector.ts';
import { connectQueueClient } from '../storage/redis/queue-client.ts';
import type { RedisSettings } from '../storage/redis/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { forgetDead, listDead, takeDead } from './dead-analyses.ts';
import { watchQueue } from './glance.ts';
import { createQueueBackend } from './queue-backend.ts';
import { queueKeys } from './queue-keys.ts';
import { queueStatus } from './queue-status.ts';
import type { QueueLimits } from './queue-store.ts';
import { RemoteQueue } from './remote-queue.ts';

export interface OpenQueue {
  readonly backend: Backend;
  readonly port: AnalysisQueue;
  close(): Promise<void>;
}

export interface QueueOptions {
  readonly name: string;
  readonly limits: QueueLimits;
  readonly fallback: boolean;
  readonly detector: Detector;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The server's end of the queue in Redis. A Redis that is gone is the business of each call. */
export function openQueue(settings: RedisSettings, options: QueueOptions): OpenQueue {
  const { name, limits, fallback, detector, metrics, log } = options;
  const queue = new RemoteQueue({
    asking: connectQueueClient(settings, 'asking'),
    waiting: connectQueueClient(settings, 'waiting'),
    keys: queueKeys(name),
    limits,
    warn: (err, what) => log.warn({ err }, what),
  });
  const watched = watchQueue(queue, metrics);

  async function reached<T>(call: () => Promise<T>): Promise<T> {
    await queue.connected();
    try {
      return await call();
    } catch (cause) {
      throw cause instanceof AppError ? cause : new AppError('QUEUE_001', { cause, retryAfterS: 2 });
    }
  }

  return {
    backend: createQueueBackend({ queue, detector, fallback }),
    port: {
      fallback,
      glance: () => watched.glance(),
      status: () => queueStatus(queue, name),
      dead: (page) => reached(() => listDead(queue, page)),
      takeDead: (id) => reached(() => takeDead(queue, id)),
      forgetDead: (id) => reached(() => forgetDead(queue, id)),
      keepDead: (id) => reached(() => queue.store.endReplay(id)).catch(() => undefined),
    },
    async close() {
      watched.stop();
      await queue.close();
    },
  };
}
