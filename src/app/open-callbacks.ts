import type { Config } from '../config/config.ts';
import { CallbackOutbox, type CallbackOutboxParts } from '../events/callbacks/callback-outbox.ts';
import type { JobService } from '../jobs/job-service.ts';
import { createWebPost } from '../outgoing/create-web-post.ts';
import type { Callbacks } from '../ports/callbacks.ts';

const HOUR_MS = 3_600_000;
/** Ends of jobs that a killed server left behind are looked for this often, ms. */
const LOST_EVERY_MS = 60_000;

export const openCallbacks = (
  config: Config,
  parts: Pick<CallbackOutboxParts, 'registry' | 'metrics' | 'log' | 'now'>,
): Callbacks =>
  new CallbackOutbox({
    ...parts,
    post: createWebPost({ hosts: config.H200_CALLBACK_HOSTS }),
    oldestMs: config.H200_OUTBOX_HOURS * HOUR_MS,
  });

/** What waits, and what killed servers left behind. */
export function deliverCallbacks(callbacks: Callbacks, jobs: JobService): void {
  callbacks.start();
  // The store gives no answer: next time.
  const tell = () => void jobs.tellOfLost().catch(() => undefined);
  tell();
  setInterval(tell, LOST_EVERY_MS).unref();
}
