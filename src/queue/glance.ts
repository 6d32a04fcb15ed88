import type { QueueGlance } from '../ports/analysis-queue.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { VERSION } from '../version.ts';
import { depths } from './queue-status.ts';
import type { RemoteQueue } from './remote-queue.ts';

/** How often it is looked, ms. */
const LOOK_MS = 2000;
/** What was seen so long ago holds no more: a Redis that is frozen gives no answer. */
const OLD_MS = 3 * LOOK_MS;

const UNREACHABLE: QueueGlance = { state: 'unreachable', workers: null, waiting: null };

/** Looks at the queue all the time, so that whoever asks is answered at once. Stop it with `stop`. */
export function watchQueue(queue: RemoteQueue, metrics: Metrics, now: () => number = () => performance.now()) {
  const began = now();
  let seen: { readonly at: number; readonly glance: QueueGlance } | null = null;
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking || !queue.isReachable) return;
    isLooking = true;
    try {
      const [depth, cards] = await Promise.all([depths(queue), queue.store.workers()]);
      for (const { priority, waiting } of depth) metrics.waitInQueue(priority, waiting);
      const workers = cards.filter(({ version, trouble }) => version === VERSION && trouble === null).length;
      const waiting = depth.reduce((sum, one) => sum + one.waiting, 0);
      seen = { at: now(), glance: { state: 'connected', workers, waiting } };
    } catch {
      // Told by what was seen last growing old.
    } finally {
      isLooking = false;
    }
  }
  const timer = setInterval(() => void look(), LOOK_MS).unref();

  function glance(): QueueGlance {
    if (seen !== null && queue.isReachable && now() - seen.at <= OLD_MS) return seen.glance;
    return now() - began <= OLD_MS && seen === null ? { ...UNREACHABLE, state: 'connecting' } : UNREACHABLE;
  }
  metrics.observeQueue(glance);
  return { glance, stop: () => clearInterval(timer) };
}
