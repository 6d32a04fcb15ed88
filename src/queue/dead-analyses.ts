import type { Job } from 'bullmq';
import { decodeFailure } from '../analysis/away/outcome.ts';
import { decodeWork } from '../analysis/away/work.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import { Priority } from '../contract/priority.ts';
import type { DeadAnalysis } from '../contract/queue.ts';
import type { DeadRequest } from '../ports/analysis-queue.ts';
import { GIVEN_BACK_MS, MOST_DEAD } from './queue-store.ts';
import type { RemoteQueue } from './remote-queue.ts';

/** Newest first, after the one that the cursor names. */
export async function listDead({ jobs, store }: RemoteQueue, page: PageRequest): Promise<Page<DeadAnalysis>> {
  const all = (await jobs.getJobs(['failed'], 0, MOST_DEAD - 1)).filter((job) => job?.id);
  const from = page.cursor === undefined ? 0 : all.findIndex(({ id }) => id === page.cursor) + 1;
  const shown = all.slice(from, from + page.limit);
  const items = await Promise.all(shown.map(async (job) => shownOf(job, await store.isWanted(job.id as string))));
  const last = shown.at(-1)?.id;
  return { items, nextCursor: last !== undefined && from + shown.length < all.length ? last : null };
}

function shownOf(job: Job, replayable: boolean): DeadAnalysis {
  const { code, message } = decodeFailure(job.failedReason ?? '');
  const { owner, priority } = job.data as { owner?: unknown; priority?: unknown };
  return {
    id: job.id as string,
    priority: Priority.catch('normal').parse(priority),
    owner: typeof owner === 'string' ? owner.slice(0, 200) : '',
    queued_at: new Date(job.timestamp).toISOString(),
    died_at: job.finishedOn === undefined ? null : new Date(job.finishedOn).toISOString(),
    attempts: job.attemptsStarted,
    error: { code, message },
    replayable,
  };
}

/** Null: there is none, or what it asked for is not kept, or somebody replays it now. */
export async function takeDead({ store }: RemoteQueue, id: string): Promise<DeadRequest | null> {
  if (!(await store.look([id]))[0]?.isDead) return null;
  const entry = await store.work(id);
  if (entry === null || !(await store.claimReplay(id, GIVEN_BACK_MS))) return null;
  const { request, principal, image, bytes, size } = decodeWork(entry);
  const { image: _, size: __, ...rest } = request;
  return {
    principal,
    request: image === null ? { ...rest, size } : { ...rest, bytes, image: image.label },
  };
}

export async function forgetDead({ store, jobs }: RemoteQueue, id: string): Promise<boolean> {
  if (!(await store.look([id]))[0]?.isDead) return false;
  await store.forgetDead(id);
  const removed = (await jobs.remove(id)) === 1;
  await store.endReplay(id);
  return removed;
}
