import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import type { GpuJob, GpuJobs } from '../../ports/gpu-jobs.ts';
import type { GpuWorkers } from '../../ports/gpu-workers.ts';

/** Between two looks at a job, ms; RunPod allows 200 a second of an endpoint. */
const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 1000;
/** Of a job that nobody ended: what RunPod allows at least, and at most what any analysis may take, ms. */
const LIMITS = { executionTimeoutMs: 600_000, ttlMs: 600_000 };
const CANCEL_MS = 10_000;

/** Work as the input of a job in the queue of an endpoint. */
export function jobWorkers(jobs: GpuJobs): GpuWorkers {
  async function output(serverId: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    let job: GpuJob | null = await jobs.run(serverId, input, LIMITS, signal);
    const { id } = job;
    try {
      for (let pause = FIRST_LOOK_MS; ; pause = Math.min(LONGEST_LOOK_MS, 1.5 * pause)) {
        if (job === null) throw failed('RunPod knows the job no more.');
        if (job.state === 'completed') return job.output;
        if (job.state === 'failed') throw failed('The job failed there.', job.error);
        if (job.state !== 'queued' && job.state !== 'running') throw failed('The job was ended at RunPod.');
        await sleep(pause, undefined, { signal });
        job = await jobs.status(serverId, id, signal);
      }
    } catch (thrown) {
      // Nobody waits for it any more, whether its worker has it or not.
      if (job !== null && (job.state === 'queued' || job.state === 'running')) {
        void jobs.cancel(serverId, id, AbortSignal.timeout(CANCEL_MS)).catch(() => undefined);
      }
      throw thrown;
    }
  }

  return {
    compute: ({ providerId }, work, signal) => output(providerId, { h200_work: work.toString('base64') }, signal),
    introduce: ({ providerId }, signal) => output(providerId, { h200_introduce: true }, signal),
    async health({ providerId }, signal) {
      const { jobs: counts, workers } = await jobs.health(providerId, signal);
      const waiting = `${counts.queued} jobs wait, ${counts.running} run`;
      if (workers === null) return { ok: true, detail: `The queue answers; ${waiting}.` };
      const { idle, running, initializing, throttled, unhealthy } = workers;
      const of = { idle, running, initializing, throttled, unhealthy };
      const words = Object.entries(of).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
      const detail = `Workers: ${words.join(', ') || 'none'}; ${waiting}.`;
      // Without a worker RunPod starts one when a job comes.
      return { ok: idle + running + initializing > 0 || throttled + unhealthy === 0, detail };
    },
  };
}

/** A stranger's words are for the log alone. */
const failed = (message: string, says: string | null = null) =>
  new AppError('SERVER_007', { message, ...(says !== null && { cause: new Error(says) }) });
