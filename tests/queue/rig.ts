import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Detection } from '../../src/contract/detection.ts';
import { CLASSES } from '../../src/contract/detection.ts';
import { createImageIntake } from '../../src/image/intake.ts';
import { AT_ONCE } from '../../src/ports/computing.ts';
import type { Detector } from '../../src/ports/detector.ts';
import { type OpenQueue, openQueue, type QueueOptions } from '../../src/queue/open-queue.ts';
import { queueKeys } from '../../src/queue/queue-keys.ts';
import { QueueStore } from '../../src/queue/queue-store.ts';
import { QueueWorker, type WorkerParts } from '../../src/queue/queue-worker.ts';
import { createMemoryCache } from '../../src/storage/memory/cache.ts';
import { connectQueueClient } from '../../src/storage/redis/queue-client.ts';
import type { RedisSettings } from '../../src/storage/redis/settings.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { VERSION } from '../../src/version.ts';
import { DESK, openJourney } from '../support/journey.ts';

export const until = async (is: () => Promise<boolean> | boolean) => {
  for (const end = performance.now() + 15_000; !(await is()); await sleep(20)) {
    if (performance.now() > end) throw new Error('it did not come to pass');
  }
};

export const freshName = () => `test-${randomBytes(6).toString('hex')}`;
const MB = 2 ** 20;

/** What a worker of the tests sees: always the same desk, unless it is told to fail or to wait. */
export interface Script {
  detections: readonly Detection[];
  fail: (() => unknown) | null;
  wait: Promise<void> | null;
  /** Images that it looked at, in order. */
  seen: string[];
  model: string;
}

export function scripted(script: Partial<Script> = {}): { script: Script; detector: Detector } {
  const all: Script = { detections: DESK, fail: null, wait: null, seen: [], model: 'scripted', ...script };
  const card = { boxNoise: { sigma: 0.02 }, classRecall: Object.fromEntries(CLASSES.map((name) => [name, 1])) };
  const identity: Detector['identity'] = async ({ threshold = 0.4, inference = 'single' }) => ({
    ...{ name: all.model, version: '1', threshold, inference },
  });
  return {
    script: all,
    detector: {
      identity,
      card: async () => card,
      warnings: async () => [],
      warm() {},
      async detect(image, options) {
        all.seen.push(image.label);
        if (all.wait) await Promise.race([all.wait, aborted(options.signal)]);
        const error = all.fail?.();
        if (error) throw error;
        return { detections: all.detections, model: { ...(await identity(options)), provider: 'none' }, ...card };
      },
    },
  };
}

const aborted = (signal?: AbortSignal) =>
  new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

/** Servers and workers of one queue in a real Redis; `close` ends all. */
export function openRig(settings: RedisSettings, name = freshName()) {
  const ends: (() => Promise<unknown>)[] = [];
  const keys = queueKeys(name);
  const client = connectQueueClient(settings, 'asking');
  const store = new QueueStore(client, keys);
  ends.push(async () => client.disconnect());

  return {
    name,
    keys,
    client,
    store,
    /** The journey of a server whose analyses are computed by the workers. */
    server(options: Partial<QueueOptions> & { journey?: Parameters<typeof openJourney>[0] } = {}) {
      const { journey: given, ...rest } = options;
      let queue = null as OpenQueue | null;
      const metrics = new Metrics();
      const journey = openJourney({
        timeoutMs: 20_000,
        ...given,
        backend(detector) {
          queue = openQueue(settings, {
            name,
            limits: { depth: 100, bytes: 64 * MB, timeoutMs: 20_000 },
            fallback: false,
            ...{ detector, metrics, log: createLog('silent') },
            ...rest,
          });
          return queue.backend;
        },
      });
      const opened = queue as unknown as OpenQueue;
      ends.unshift(async () => {
        await opened.close();
        await journey.close();
        metrics.close();
      });
      return { ...journey, queue: opened.port, gauges: metrics };
    },
    async worker(options: Partial<WorkerParts> = {}): Promise<QueueWorker> {
      const worker = new QueueWorker({
        intake: createImageIntake({ allowedRoots: [] }),
        detector: scripted().detector,
        readGradient: async () => null,
        computing: AT_ONCE,
        cache: createMemoryCache(),
        asking: connectQueueClient(settings, 'asking'),
        waiting: connectQueueClient(settings, 'waiting'),
        keys,
        concurrency: 1,
        rate: 0,
        timeoutMs: 20_000,
        mostDeadBytes: 16 * MB,
        log: createLog('silent'),
        newId: freshName,
        ...options,
      });
      ends.unshift(() => worker.close(200));
      await worker.ready();
      return worker;
    },
    /** Says that somebody works, who takes nothing. */
    async pretendWorker(id = 'idle') {
      await until(() => client.status === 'ready');
      const of = (inference: 'single' | 'tiled') => ({ name: 'scripted', version: '1', threshold: 0.4, inference });
      await store.beat({
        ...{ worker_id: id, host: 'nowhere', version: VERSION, model: 'scripted', concurrency: 1 },
        started_at: new Date().toISOString(),
        trouble: null,
        card: { usual: of('single'), single: of('single'), tiled: of('tiled') },
      });
    },
    async close() {
      for (const end of ends.splice(0)) await end();
    },
  };
}
export type Rig = ReturnType<typeof openRig>;
