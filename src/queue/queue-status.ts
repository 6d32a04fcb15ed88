import { PRIORITIES, type Priority } from '../contract/priority.ts';
import type { QueueStatus } from '../contract/queue.ts';
import { ranksOf } from './queue-keys.ts';
import type { RemoteQueue } from './remote-queue.ts';

/** What is not known now is null. */
export async function queueStatus(queue: RemoteQueue, name: string): Promise<QueueStatus> {
  const unknown = {
    depth: [],
    running: null,
    per_minute: null,
    late_per_minute: null,
    dead: null,
    held_bytes: null,
    workers: [],
  };
  try {
    await queue.connected();
    const [depth, counts, measures, workers] = await Promise.all([
      depths(queue),
      queue.jobs.getJobCounts('active', 'failed'),
      queue.store.measures(),
      queue.store.workers(),
    ]);
    return {
      name,
      state: 'connected',
      depth,
      running: counts.active ?? 0,
      per_minute: measures.perMinute,
      late_per_minute: measures.latePerMinute,
      dead: counts.failed ?? 0,
      held_bytes: measures.heldBytes,
      workers: workers.map(({ card: _, ...worker }) => worker),
    };
  } catch {
    return { name, state: 'unreachable', ...unknown };
  }
}

export async function depths({ jobs }: RemoteQueue): Promise<QueueStatus['depth']> {
  const counts = await jobs.getCountsPerPriority(PRIORITIES.flatMap(ranksOf));
  const waiting = (priority: Priority) => ranksOf(priority).reduce((sum, rank) => sum + (counts[rank] ?? 0), 0);
  return PRIORITIES.map((priority) => ({ priority, waiting: waiting(priority) }));
}
